import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';

import { chromiumPath, openBrowser, openTab, signIn, type WatchedTab } from './browser.js';

/**
 * A browser for a file of tests, and for each of them a tab that is signed in to the page, which `opened` is told. What the
 * page complains of fails the test. Nothing is opened on a machine without a browser.
 */
export function useSignedInTab(
  api: { readonly url: string; readonly token: string },
  opened: (page: Page) => void,
): void {
  let browser: Browser | undefined;
  let tab: WatchedTab | undefined;
  beforeAll(async () => {
    if (chromiumPath !== undefined) browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    if (!browser) return;
    tab = await openTab(browser);
    opened(tab.page);
    await tab.page.goto(api.url);
    await signIn(tab.page, api.token);
  });
  afterEach(async () => {
    const complaints = tab?.complaints ?? [];
    await tab?.context.close();
    tab = undefined;
    expect(complaints).toEqual([]);
  });
}
