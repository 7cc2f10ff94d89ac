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

beforeAll(async () => {
  if (chromiumPath === undefined) return;
  buildPage();
  await world.start();
  for (const service of ['basket', 'search']) {
    await world.configure(service, 'staging', ['1.1.0']);
    await world.until(await world.deploy(service, 'staging', '1.1.0'), 'succeeded');
  }
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

const look = (service: string) => page.goto(`${world.api.url}/targets/${service}/staging?view=drift`);

test.skipIf(chromiumPath === undefined)(
  'on the page, what somebody changed beside Beanpod is shown field by field, and unknown is never taken for unchanged',
  async () => {
    await look('basket');
    await page.getByText('What runs is what was deployed').waitFor();
    world.drift('basket', 'staging', {
      said: 'done',
      value: [
        {
          name: 'Deployment shop/basket',
          change: 'changed',
          fields: [{ path: '.spec.replicas', recorded: '2', live: '5' }, { path: '.spec.secretKey' }],
        },
        { name: 'ConfigMap shop/basket', change: 'gone', fields: [] },
      ],
    });
    await page.getByRole('button', { name: 'Look again' }).click();

    await page.getByText('2 things were changed since it was deployed').waitFor();
    const changed = page.getByRole('region', { name: 'What differs in Deployment shop/basket' });
    expect(await changed.locator('tbody tr').allInnerTexts()).toEqual([
      expect.stringMatching(/^\.spec\.replicas\s+2\s+5$/),
      expect.stringMatching(/^\.spec\.secretKey\s+–\s+–$/),
    ]);
    await page.locator('.drifted', { hasText: 'ConfigMap shop/basket' }).getByText('gone').waitFor();
    await looksRight(page, 'drift');

    const because = 'The cluster did not answer (ECONNREFUSED)';
    world.drift('search', 'staging', { said: 'wait', forMs: 0, because });
    await look('search');
    await page.getByText('Nobody knows whether it is as it was deployed').waitFor();
    await page.getByText(/The cluster did not answer/).waitFor();
    await page.getByText(/^Unknown since/).waitFor();

    for (const path of ['/', '/environments/staging']) {
      await page.goto(`${world.api.url}${path}`);
      await page.getByRole('link', { name: /2 things were changed by somebody else since/ }).waitFor();
      await page.getByRole('link', { name: /drift unknown since/ }).waitFor();
    }
    await looksRight(page, 'environment-drifted');
    await page.getByRole('link', { name: /2 things were changed/ }).click();
    await page.getByText('2 things were changed since it was deployed').waitFor();

    await page.goto(world.api.url);
    const flag = page.getByRole('link', { name: /2 things were changed by somebody else since/ });
    await flag.waitFor();
    world.drift('basket', 'staging', { said: 'done', value: [] });
    await world.api.call().get('/v1/targets/basket/staging/drift');
    // The stream tells of it.
    await flag.waitFor({ state: 'detached' });
    expect(tab.complaints).toEqual([]);
  },
);
