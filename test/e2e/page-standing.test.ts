import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { chromiumPath, openBrowser, openTab, signIn, type WatchedTab } from '../support/browser.js';
import { buildPage } from '../support/built-page.js';
import { looksRight } from '../support/page-look.js';
import { usePageWorld } from '../support/page-world.js';

const world = usePageWorld();
let browser: Browser;
let tab: WatchedTab;
let page: Page;

async function run(service: string, environment: string, version: string): Promise<void> {
  await world.until(await world.deploy(service, environment, version), 'succeeded');
}

beforeAll(async () => {
  if (chromiumPath === undefined) return;
  buildPage();
  await world.start();
  await world.configure('basket', 'staging', ['1.1.0', '1.2.0', '1.3.0']);
  await world.configure('search', 'staging', ['2.0.0']);
  for (const service of ['basket', 'search']) await world.configure(service, 'production');
  await run('basket', 'staging', '1.3.0');
  await run('basket', 'production', '1.1.0');
  await run('search', 'staging', 'by-hand');
  await run('search', 'production', '2.0.0');
  browser = await openBrowser();
  tab = await openTab(browser);
  ({ page } = tab);
  await page.goto(world.api.url);
  await signIn(page, world.api.token);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  if (chromiumPath !== undefined) await world.stop();
});

test.skipIf(chromiumPath === undefined)(
  'on the page, a service is ahead or behind of the environment that was picked, in words, and what nobody knows is said so',
  async () => {
    await page.goto(world.api.url);
    await page.getByText('behind, 1.3.0 is newer').waitFor();
    await page.getByText('2.0.0 was registered last, their order is unknown').waitFor();
    await page.getByLabel('Compare with').selectOption('production');

    await page.getByText('2 versions ahead of production').waitFor();
    await page.getByText('nobody knows whether ahead of production').waitFor();
    expect(new URL(page.url()).searchParams.get('against')).toBe('production');
    await looksRight(page, 'board-against');

    await page.goto(`${world.api.url}/environments/production?against=staging`);
    await page.getByText('2 versions behind staging').waitFor();
    await run('basket', 'staging', '1.2.0');
    await page.getByText('1 version behind staging').waitFor();
    expect(tab.complaints).toEqual([]);
  },
);
