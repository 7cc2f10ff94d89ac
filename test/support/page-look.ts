import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

import { seriousFindings } from './browser.js';
import { root } from './built-page.js';

/** Takes the pictures of what a tab shows, in both themes, and expects axe to find nothing serious in either. */
export async function looksRight(page: Page, name: string): Promise<void> {
  for (const theme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await page.screenshot({ path: join(root, 'docs', 'screenshots', `${name}-${theme}.png`) });
    expect.soft(await seriousFindings(page), `${name} in the ${theme} theme`).toEqual([]);
  }
}
