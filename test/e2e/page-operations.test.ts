import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { chromiumPath, openBrowser, openTab, signIn } from '../support/browser.js';
import { buildPage } from '../support/built-page.js';
import { startLiveCluster, type LiveCluster } from '../support/live-cluster.js';
import { useOperations } from '../support/live-operations.js';
import { looksRight } from '../support/page-look.js';

const BUDGETS = '/apis/policy/v1/namespaces/shop/poddisruptionbudgets';
const DEPLOYMENT = '/apis/apps/v1/namespaces/shop/deployments/shop-api';
const PODS = '/targets/shop-api/staging?view=now';

let world: LiveCluster;
let browser: Browser;
const { act } = useOperations(() => world);

beforeAll(async () => {
  if (chromiumPath === undefined) return;
  buildPage();
  // An eviction waits for two minutes at this tempo: long enough to be looked at.
  world = await startLiveCluster({}, { BEANPOD_TEMPO: '1' });
  await world.startWorker();
  await world.run('shop-api', { replicas: 2 });
  await world.pods(2);
  browser = await openBrowser();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  if (chromiumPath !== undefined) await world.close();
});

/** A tab on the pods of the target. */
async function openPods() {
  const tab = await openTab(browser);
  await tab.page.goto(world.api.url);
  await signIn(tab.page, world.api.token);
  await tab.page.goto(`${world.api.url}${PODS}`);
  return tab;
}

test.skipIf(chromiumPath === undefined)(
  'an eviction says which disruption budget forbids it, and is done once that allows it',
  async () => {
    const [pod] = await world.pods(2);
    const name = pod?.name ?? '';
    const selector = { matchLabels: { app: 'shop-api' } };
    await world.client.post(BUDGETS, {
      metadata: { name: 'keep-serving' },
      spec: { minAvailable: '100%', selector },
    });
    const { page, context, complaints } = await openPods();
    await page.getByRole('button', { name, exact: true }).click();
    const drawer = page.getByRole('dialog', { name: `Pod ${name}` });
    await drawer.getByRole('button', { name: 'Evict', exact: true }).click();
    const confirmation = page.getByRole('dialog', { name: `Evict ${name}?` });
    await confirmation
      .getByRole('listitem')
      .filter({ hasText: `${name} would be evicted as soon as its disruption budget allows it` })
      .waitFor();

    await confirmation.getByRole('button', { name: `Evict ${name}` }).click();
    await page.locator('input[name=reason]:invalid').waitFor();
    await confirmation.getByLabel('Reason').fill('The node is to be repaired');
    await confirmation.getByRole('button', { name: `Evict ${name}` }).click();

    await confirmation.getByText(/disruption budget keep-serving needs/).waitFor();
    await looksRight(page, 'pod-evict');
    expect((await world.pods(2)).map((each) => each.uid)).toContain(pod?.uid);
    await world.client.call('DELETE', `${BUDGETS}/keep-serving`);
    await confirmation.getByText('Done', { exact: true }).waitFor({ timeout: 60_000 });
    await confirmation.getByText(`Pod ${name} was evicted`).waitFor();
    await confirmation.getByRole('button', { name: 'Close' }).click();
    await drawer.getByText('This pod is gone').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  },
);

test.skipIf(chromiumPath === undefined)(
  'a paused rollout keeps its pods until it is resumed with a reason, and goes on then',
  async () => {
    await world.pods(2);
    expect(await act('pause', { workload: 'Deployment/shop-api' })).toMatchObject({ state: 'succeeded' });
    await world.client.call('PATCH', DEPLOYMENT, {
      body: { spec: { template: { spec: { containers: [{ name: 'app', image: 'app:ok-2' }] } } } },
      contentType: 'application/strategic-merge-patch+json',
    });
    const { page, context, complaints } = await openPods();
    const row = page.locator('.workload-row');
    await row.getByText('Paused', { exact: true }).waitFor();
    await row.getByText('2 of 2 ready, 0 updated').waitFor();

    await row.getByRole('button', { name: 'Resume shop-api' }).click();
    const confirmation = page.getByRole('dialog', { name: 'Resume shop-api?' });
    await confirmation
      .getByRole('listitem')
      .filter({ hasText: 'Deployment shop-api would go on with its rollout' })
      .waitFor();
    await confirmation.getByLabel('Reason').fill('The first pods are good');
    await looksRight(page, 'rollout-resume');
    await confirmation.getByRole('button', { name: 'Resume shop-api' }).click();
    await confirmation.getByText('Done', { exact: true }).waitFor();
    await confirmation.getByRole('button', { name: 'Close' }).click();

    await row.getByText('Complete', { exact: true }).waitFor();
    await row.getByText('2 of 2 ready, 2 updated').waitFor();
    await row.getByRole('button', { name: 'Pause shop-api' }).waitFor();
    await page.getByRole('link', { name: 'History' }).click();
    const operation = page.locator('.operation-row', { hasText: 'Resumption of the rollout' });
    await operation.getByText('Done', { exact: true }).waitFor();
    await operation.getByText(/The first pods are good/).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  },
);
