import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { chromiumPath, openBrowser, openTab, seriousFindings, signIn } from '../support/browser.js';
import { buildPage, root } from '../support/built-page.js';
import { startLiveCluster, type LiveCluster } from '../support/live-cluster.js';

let world: LiveCluster;
let browser: Browser;

beforeAll(async () => {
  if (chromiumPath === undefined) return;
  buildPage();
  world = await startLiveCluster();
  browser = await openBrowser();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  if (chromiumPath !== undefined) await world.close();
});

test.skipIf(chromiumPath === undefined)(
  'the pods of a target are shown as they come and go, and their logs as they are written',
  async () => {
    const { page, context, complaints } = await openTab(browser, 'dark');
    await page.goto(world.api.url);
    await signIn(page, world.api.token);
    await page.goto(`${world.api.url}/targets/shop-api/staging?view=now`);
    await page.getByText('No pod runs').waitFor();

    await world.run('shop-api', { replicas: 2 });
    await expect.poll(() => page.locator('.pod-row', { hasText: 'Running' }).count()).toBe(2);
    const [one, two] = await world.pods(2);
    await page.getByRole('button', { name: `Log of ${one?.name}` }).click();
    await page.getByText('live', { exact: true }).waitFor();
    await write(one?.name ?? '', 'hello from one', 'and once more');
    await write(two?.name ?? '', 'hello from two');

    await page.locator('.pod-line').getByText('and once more').waitFor();
    expect(await page.locator('.pod-line').getByText('hello from two').count()).toBe(0);
    await page.getByRole('button', { name: 'Log of all pods' }).click();
    await page.locator('.pod-line').getByText('hello from two').waitFor();
    await page.screenshot({ path: join(root, 'docs', 'screenshots', 'pods-dark.png') });
    expect(await seriousFindings(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  },
);

test.skipIf(chromiumPath === undefined)(
  'a shell is opened in a pod, works, and says how it ended',
  async () => {
    await world.run('other');
    const [pod] = await world.pods(1, '/v1/targets/other/staging/live');
    await world.api
      .call()
      .put('/v1/environments/staging')
      .send({ live: { exec: true } });
    const { page, context, complaints } = await openTab(browser);
    await page.goto(world.api.url);
    await signIn(page, world.api.token);
    await page.goto(`${world.api.url}/targets/other/staging?view=now`);

    const opening = context.waitForEvent('page');
    await page.getByRole('button', { name: `Shell in ${pod?.name}` }).click();
    const shell = await opening;
    shell.on('console', (message) => expect(message.type(), message.text()).not.toBe('error'));
    await shell.getByText('what it shows is recorded').waitFor();
    await shell.keyboard.type('echo hello-$COLUMNS\n');
    await expect.poll(() => shell.locator('#terminal').innerText()).toMatch(/hello-\d+/);
    await shell.keyboard.type('exit 3\n');

    await shell.getByText('The shell ended with 3').waitFor();
    await shell.getByRole('button', { name: 'Connect again' }).click();
    await shell.getByText('what it shows is recorded').waitFor();
    expect(await seriousFindings(shell)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  },
);

async function write(pod: string, ...lines: string[]): Promise<void> {
  await world.control.writeLog({ namespace: 'shop', pod, container: 'app', lines });
}
