import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { isReady, type Pod } from '../simulators/kubernetes/workloads.js';
import { chromiumPath, openBrowser, openTab, signIn } from '../support/browser.js';
import { buildPage } from '../support/built-page.js';
import { startLiveCluster, type LiveCluster } from '../support/live-cluster.js';
import { looksRight } from '../support/page-look.js';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.js';

const DEPLOYMENTS = '/apis/apps/v1/namespaces/shop/deployments';

let world: LiveCluster;
let browser: Browser;
let wire: TcpProxy;
let url = '';

beforeAll(async () => {
  if (chromiumPath === undefined) return;
  buildPage();
  world = await startLiveCluster({ speed: 20 });
  await world.startWorker();
  wire = await startTcpProxy({ port: Number(new URL(world.api.url).port) });
  url = `http://127.0.0.1:${wire.port}`;
  browser = await openBrowser();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await wire?.close();
  if (chromiumPath !== undefined) await world.close();
});

/** Pods of the cluster that serve and are not on their way out. */
function serving(): readonly Pod[] {
  const pods = [...world.sim.cluster.store.collection('pods').list('shop')] as Pod[];
  return pods.filter((pod) => isReady(pod) && pod.metadata.deletionTimestamp === undefined);
}

/** Lets the pods that serve write numbered lines in turn, until it is stopped; answers how many there were. */
function chatter(): { stop(): Promise<number> } {
  let isOver = false;
  let n = 0;
  const all = (async () => {
    while (!isOver) {
      const pods = serving();
      const pod = pods[n % Math.max(1, pods.length)];
      if (pod) {
        const lines = [`number ${n + 1};`];
        await world.control.writeLog({ namespace: 'shop', pod: pod.metadata.name, container: 'app', lines });
        n += 1;
      }
      await pause(10);
    }
    return n;
  })();
  return {
    stop() {
      isOver = true;
      return all;
    },
  };
}

/** What the page has of the log, as its file. */
async function saved(page: Page): Promise<string> {
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download' }).click();
  return readFileSync(await (await saving).path(), 'utf8');
}

test.skipIf(chromiumPath === undefined)(
  'a tail goes from the old pods of a rollout to the new ones, over a broken connection too: no line missing, none twice',
  async () => {
    await world.run('shop-api', { replicas: 3 });
    const old = (await world.pods(3)).map(({ name }) => name);
    const { page, context, complaints } = await openTab(browser);
    await page.goto(url);
    await signIn(page, world.api.token);
    await page.goto(`${url}/targets/shop-api/staging?view=now&log=all&tail=5000`);
    await page.getByText(/^live · /).waitFor();
    const writing = chatter();
    await page.locator('.tail-row').getByText('number 30;').waitFor();

    wire.cut();
    await page.getByText(/^retrying/).waitFor();
    await page.getByText(/^live · /).waitFor();
    await world.client.call('PATCH', `${DEPLOYMENTS}/shop-api`, {
      body: { spec: { template: { spec: { containers: [{ name: 'app', image: 'app:ok-2' }] } } } },
      contentType: 'application/strategic-merge-patch+json',
    });
    await expect
      .poll(() => serving().filter(({ metadata }) => !old.includes(metadata.name)).length, {
        timeout: 60_000,
      })
      .toBe(3);
    await expect.poll(() => page.locator('.pod-row').count()).toBe(3);
    await pause(500);
    const written = await writing.stop();
    await page.locator('.tail-row').getByText(`number ${written};`).waitFor();

    const lines = (await saved(page)).split('\n');
    const numbers = lines.flatMap((line) => /number (\d+);$/.exec(line)?.slice(1, 2).map(Number) ?? []);
    expect([...numbers].sort((one, other) => one - other)).toEqual(
      Array.from({ length: written }, (_, index) => index + 1),
    );
    const wrote = new Set(lines.map((line) => / (\S+)\/app number/.exec(line)?.[1]));
    for (const { metadata } of serving()) expect(wrote).toContain(metadata.name);
    for (const name of old) expect(wrote).toContain(name);
    expect(await page.getByText(/dropped/).count()).toBe(0);
    await looksRight(page, 'tail');
    // A cut connection is an error of the network, which Chromium reports by itself.
    expect(complaints.filter((each) => !each.includes('net::ERR_'))).toEqual([]);
    await context.close();
  },
);

test.skipIf(chromiumPath === undefined)(
  'a pod is restarted with a reason after its confirmation said what it touches, and comes back',
  async () => {
    await world.run('other');
    const [pod] = await world.pods(1, '/v1/targets/other/staging/live');
    const name = pod?.name ?? '';
    const { page, context, complaints } = await openTab(browser);
    await page.goto(url);
    await signIn(page, world.api.token);
    await page.goto(`${url}/targets/other/staging?view=now&pod=${name}&show=about`);
    const drawer = page.getByRole('dialog', { name: `Pod ${name}` });
    await drawer.getByRole('button', { name: 'Restart', exact: true }).click();

    const confirmation = page.getByRole('dialog', { name: `Restart ${name}?` });

    await confirmation.getByRole('listitem').filter({ hasText: name }).waitFor();
    await confirmation.getByLabel('Reason').fill('It leaks memory');
    await looksRight(page, 'pod-restart');
    await confirmation.getByRole('button', { name: `Restart ${name}` }).click();
    await confirmation.getByText('Done', { exact: true }).waitFor();
    await confirmation.getByRole('button', { name: 'Close' }).click();

    await drawer.getByText('This pod is gone').waitFor();
    await page.keyboard.press('Escape');
    const row = page.locator('.pod-row');
    await expect.poll(() => row.getByText('Running').count()).toBe(1);
    expect(await row.locator('.pod-name').innerText()).not.toBe(name);
    await page.getByRole('link', { name: 'History' }).click();
    const operation = page.locator('.operation-row', { hasText: `Restart of a pod: pod ${name}` });
    await operation.getByText('Done', { exact: true }).waitFor();
    await operation.getByText(/It leaks memory/).waitFor();
    await operation.getByText('admin').waitFor();
    await looksRight(page, 'history');
    expect(complaints).toEqual([]);
    await context.close();
  },
);

test.skipIf(chromiumPath === undefined)(
  'a Java process is looked into by its Jolokia agent, and the level of a logger is set with a reason',
  async () => {
    await world.run('shop-java', {
      stamp: { 'beanpod.dev/service': 'other', 'beanpod.dev/environment': 'staging' },
      podLabels: { 'beanpod.io/jolokia-port': '8778' },
    });
    const pods = await world.pods(2, '/v1/targets/other/staging/live');
    const name = pods.find(({ jolokia }) => jolokia !== undefined)?.name ?? '';
    const { page, context, complaints } = await openTab(browser);
    await page.goto(url);
    await signIn(page, world.api.token);
    await page.goto(`${url}/targets/other/staging?view=now`);
    await page.getByRole('button', { name: `Java in ${name}` }).click();

    const heap = page.getByRole('region', { name: 'Heap', exact: true });
    await heap.getByText(/^1\d\d MB of 512 MB$/).waitFor();
    await heap.getByRole('img', { name: /[2-9] looks/ }).waitFor();
    await page.getByRole('region', { name: 'Threads' }).getByText('14 at most').waitFor();
    await page.getByText('G1 Young Generation').waitFor();
    await page.getByRole('button', { name: 'Look for deadlocks' }).click();
    await page.getByText('no deadlock').waitFor();

    await page.getByLabel('Level of org.hibernate (Log4j 2)').selectOption('DEBUG');
    const dialog = page.getByRole('dialog', { name: 'Set org.hibernate to DEBUG?' });
    await dialog.getByLabel('Reason').fill('Queries hang');
    await dialog.getByRole('button', { name: 'Set to DEBUG' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Read the levels of Logback' }).click();
    const orders = page.getByLabel('Level of com.example.shop.orders (Logback)');
    await expect.poll(() => orders.inputValue()).toBe('DEBUG');
    await looksRight(page, 'java');

    await page.reload();
    await expect.poll(() => page.getByLabel('Level of org.hibernate (Log4j 2)').inputValue()).toBe('DEBUG');
    const { text } = await world.api.call().get('/v1/audit?limit=50');
    expect(text).toContain('(Queries hang)');
    expect(complaints).toEqual([]);
    await context.close();
  },
);

test.skipIf(chromiumPath === undefined)(
  'a workload is scaled and its rollout paused; what waits for its turn is shown on the board and can be cancelled',
  async () => {
    await world.run('shop-api', { replicas: 2 });
    const { page, context, complaints } = await openTab(browser);
    await page.goto(url);
    await signIn(page, world.api.token);
    const cell = page.locator('.cell', { has: page.locator('a[href="/targets/shop-api/staging"]') });
    await cell.getByText(/^\d of \d pods ready$/).waitFor();
    await page.goto(`${url}/targets/shop-api/staging?view=now`);

    await page.getByRole('button', { name: 'Scale shop-api' }).click();
    const scaling = page.getByRole('dialog', { name: /^Scale shop-api to/ });
    await scaling.getByLabel('Pods').fill('4');
    await scaling.getByLabel('Reason').fill('A sale begins');
    await scaling.getByRole('listitem').filter({ hasText: '4' }).waitFor();
    await scaling.getByRole('button', { name: 'Scale shop-api to 4' }).click();
    await scaling.getByText('Done', { exact: true }).waitFor();
    await scaling.getByRole('button', { name: 'Close' }).click();
    await page.getByText('4 of 4 ready, 4 updated').waitFor();
    await page.getByRole('button', { name: 'Pause shop-api' }).click();
    const pausing = page.getByRole('dialog', { name: 'Pause shop-api?' });
    await pausing.getByLabel('Reason').fill('Looking at the first pods');
    await pausing.getByRole('button', { name: 'Pause shop-api' }).click();
    await pausing.getByText('Done', { exact: true }).waitFor();
    await pausing.getByRole('button', { name: 'Close' }).click();
    await page.getByText('Paused', { exact: true }).waitFor();

    await page.getByRole('link', { name: 'Board', exact: true }).first().click();
    await cell.getByText('4 of 4 pods ready').waitFor();
    await world.stopWorker();
    const asking = world.api
      .call()
      .post('/v1/targets/shop-api/staging/live/restart')
      .send({ reason: 'Nobody is there to do it' })
      .then((answer) => answer);
    await cell.getByText('Restart, admin').waitFor();
    await looksRight(page, 'board-live');
    await cell.getByText('Restart, admin').click();
    const waiting = page.locator('.operation-history', { hasText: 'Nobody is there to do it' });
    await waiting.getByText('Queued').waitFor();
    await waiting.getByRole('button', { name: 'Cancel' }).click();
    await waiting.getByText('Cancelled', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Board', exact: true }).first().click();
    await cell.getByText('4 of 4 pods ready').waitFor();
    expect(await cell.getByText('Restart, admin').count()).toBe(0);
    expect((await asking).body.code).toBe('operation.undone');
    expect(complaints).toEqual([]);
    await context.close();
  },
);
