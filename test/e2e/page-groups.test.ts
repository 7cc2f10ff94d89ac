import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';

import { NO_PROGRESS } from '../../src/shared/domain/deployment.js';
import { failure } from '../../src/shared/domain/failures.js';
import { ARTIFACT, useApi } from '../support/api.js';
import { chromiumPath, openBrowser, openTab, signIn } from '../support/browser.js';
import { buildPage } from '../support/built-page.js';
import { createHandWorker } from '../support/hand-worker.js';
import { looksRight } from '../support/page-look.js';

const api = useApi();
let browser: Browser;

beforeAll(async () => {
  if (chromiumPath === undefined) return;
  buildPage();
  await api.start();
  browser = await openBrowser();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  if (chromiumPath !== undefined) await api.stop();
});

test.skipIf(chromiumPath === undefined)(
  'on the page, a target with groups says of each what became of it',
  async () => {
    const worker = createHandWorker(api.redis);
    await api.configure();
    const request = { service: 'shop-api', environment: 'staging', version: '118', artifact: ARTIFACT };
    const { id } = (await api.call().post('/v1/deployments').send(request)).body;
    const progress = {
      ...NO_PROGRESS,
      groups: [
        { name: 'small', seen: 'healthy' },
        { name: 'large', seen: 'failed', because: 'Deployment shop/api-large: 0 of 3 pods are ready' },
      ],
    } as const;
    const cause = failure('health.degraded', '0 of 3 pods are ready');
    await worker.save(id, { name: 'failed', failure: cause, wrote: true }, progress);
    const { page, complaints } = await openTab(browser);
    await page.goto(api.url);
    await signIn(page, api.token);

    await page.goto(`${api.url}/deployments/${id}`);

    const groups = page.getByRole('region', { name: 'Groups' });
    await groups.getByText('0 of 3 pods are ready').waitFor();
    expect(await groups.locator('.group-row').allInnerTexts()).toEqual([
      expect.stringMatching(/^small\s+Updated/),
      expect.stringMatching(/^large\s+Failed\s+Deployment shop\/api-large: 0 of 3 pods are ready/),
    ]);
    await looksRight(page, 'deployment-groups');
    expect(complaints).toEqual([]);
  },
);
