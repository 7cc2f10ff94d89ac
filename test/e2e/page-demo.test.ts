import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { callerOf } from '../support/caller.js';
import { chromiumPath, openBrowser, openTab, signIn, type WatchedTab } from '../support/browser.js';
import { root } from '../support/built-page.js';
import { looksRight } from '../support/page-look.js';

const home = mkdtempSync(join(tmpdir(), 'beanpod-page-demo-'));
let demo: ChildProcess | undefined;
let output = '';
let browser: Browser;
let tab: WatchedTab;
let page: Page;
let url = '';
let token = '';

/** Simulated clouds take their time, 20 times as fast as real ones. */
const DEPLOYMENT_MS = 90_000;

beforeAll(async () => {
  if (chromiumPath === undefined) return;
  const { REDIS_URL: _, ...env } = process.env;
  demo = spawn(process.execPath, ['scripts/demo.mjs'], {
    cwd: root,
    env: { ...env, HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [demo.stdout, demo.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  while (!output.includes('"deployments":') && demo.exitCode === null) await pause(50);
  [, url = ''] = /^Web page: (\S+)/m.exec(output) ?? [];
  [, token = ''] = /^Token: (\S+)/m.exec(output) ?? [];
  expect(url, output).not.toBe('');
  // What a pipeline does between the story of the demo and somebody's visit.
  await register('1.4.1');
  await register('1.4.2');
  browser = await openBrowser();
  tab = await openTab(browser);
  ({ page } = tab);
  await page.addInitScript(COUNT_CLICKS);
  await page.goto(url);
  await signIn(page, token);
}, 180_000);

afterAll(async () => {
  await browser?.close();
  if (demo?.exitCode === null) {
    const gone = new Promise((resolve) => demo?.once('exit', resolve));
    demo.kill('SIGTERM');
    await gone;
  }
  rmSync(home, { recursive: true, force: true });
}, 60_000);

beforeEach(async () => {
  if (chromiumPath === undefined) return;
  await page.goto(url);
  await page.getByText('Live', { exact: true }).waitFor();
});

const COUNT_CLICKS = `window.clicks = 0;
document.addEventListener('pointerdown', (event) => { if (event.isTrusted) window.clicks += 1; }, true);`;
const api = () => callerOf(url, token);
const state = () => page.locator('.head-state .badge').first();
const button = (name: string | RegExp) => page.getByRole('button', { name });

async function register(version: string): Promise<void> {
  const image = `registry.example.com/shop@sha256:${'7'.repeat(60)}${version.replaceAll('.', '')}a`;
  const body = { version, artifact: { type: 'image', image, port: 8080 }, branch: 'main', author: 'Demo' };
  const answer = await api().post('/v1/services/shop/versions').send(body);
  expect(answer.status, answer.text).toBe(201);
}

/** From the board to a deployment of the version, by the mouse alone. */
async function deploy(version: string): Promise<void> {
  await page.getByRole('link', { name: 'Deploy shop to staging', exact: true }).click();
  await page.getByText(version, { exact: true }).first().click();
  await button(`Deploy ${version} to staging`).click();
}

async function ended(as: string): Promise<void> {
  await state().getByText(as).waitFor({ timeout: DEPLOYMENT_MS });
  await page.getByText(/complete · \d+ lines/).waitFor();
}

/** One visit from end to end: each part begins where the one before has left the simulated cloud. */
describe.skipIf(chromiumPath === undefined)('on the page of the demo', () => {
  test('a bad version is rolled back, with the reason on the step that failed', async () => {
    await deploy('1.5.0-broken');
    // It was rolled back in the story of the demo, so that it needs a reason to be tried again.
    await page.getByLabel('Reason to try it again').fill('Once more, to watch it');
    await button('Deploy 1.5.0-broken to staging').click();

    await state()
      .getByText(/Deploying|Verifying/)
      .waitFor();
    await ended('Rolled back');

    await page.getByText('version 1.4.0').first().waitFor();
    expect(await page.locator('.step.is-failed').first().innerText()).toMatch(
      /Unsuccessful command execution|Failed to deploy|failed/i,
    );
    await looksRight(page, 'demo-rolled-back');
  });

  test('a version is deployed in three clicks, with its steps and its log live', async () => {
    await deploy('1.4.1');

    await page.locator('.step.is-running').first().waitFor();
    expect(await page.evaluate('window.clicks')).toBe(3);
    await page.getByText(/live · \d+ lines/).waitFor();
    const before = await page.locator('.log-row').count();
    await expect
      .poll(() => page.locator('.log-row').count(), { timeout: DEPLOYMENT_MS })
      .toBeGreaterThan(before);
    await ended('Succeeded');
    expect(await page.locator('.step.is-failed').count()).toBe(0);
    await looksRight(page, 'demo-deployed');
  });

  test('an older version is rolled back to, with a reason', async () => {
    await page.goto(`${url}/targets/shop/staging`);
    await button('Roll back to 1.4.0').first().click();
    await page.getByLabel('Reason').fill('Customers cannot pay');
    await page.getByRole('dialog').getByRole('button', { name: 'Roll back to 1.4.0' }).click();

    await page.getByText('Customers cannot pay').first().waitFor();
    await ended('Succeeded');
    await page.goto(`${url}/targets/shop/staging`);
    await page.locator('.head-state').getByText('1.4.0').waitFor();
    await looksRight(page, 'demo-target');
  });

  test('a deployment is held by a freeze window and starts by itself when it opens', async () => {
    const clock = (ms: number) => new Date(Date.now() + ms).toISOString().slice(11, 16);
    const from = clock(-300_000);
    async function freeze(forMs: number): Promise<void> {
      const rule = { type: 'window', windows: [{ zone: 'Etc/UTC', from, to: clock(forMs) }] };
      const blocker = { rule, scope: { environments: ['staging'] }, reason: 'Stocktaking' };
      const put = await api().put('/v1/blockers/stocktaking').send(blocker);
      expect(put.status, put.text).toBeLessThan(300);
    }
    await freeze(3_600_000);

    await deploy('1.4.2');

    await state().getByText('Held').waitFor();
    await page
      .locator('.obstacles')
      .getByText(/Stocktaking|stocktaking/)
      .first()
      .waitFor();
    await looksRight(page, 'demo-held');
    await page.goto(`${url}/queue`);
    await page
      .locator('.waiting-deployment .obstacles')
      .getByText(/Stocktaking|stocktaking/)
      .first()
      .waitFor();
    await page.locator('.worker-row').getByText('takes deployments').first().waitFor();
    await looksRight(page, 'demo-queue');
    await page.locator('.waiting-deployment .deployment-row').first().click();
    // Everything was seen: it may open, at the next full minute.
    await freeze(60_000);
    await state().getByText('Held').waitFor({ state: 'hidden', timeout: DEPLOYMENT_MS });
    await ended('Succeeded');
  });

  test('two snapshots of the environment are compared', async () => {
    await page.goto(`${url}/environments/staging`);
    await page
      .getByRole('radio', { name: /^Compare/ })
      .nth(1)
      .check();

    const row = page.locator('.comparison-table tr', { hasText: 'shop' });
    await row.getByText('other version').waitFor();
    expect(await row.innerText()).toMatch(/1\.4\.0\s+1\.4\.2/);
    await looksRight(page, 'demo-compared');
  });

  test('the instances are seen as they are, and the browser never complained', async () => {
    await page.goto(`${url}/targets/shop/staging?view=now`);
    await page.locator('.pod-row').first().waitFor();
    expect(await page.locator('.pod-row strong').allInnerTexts()).toEqual([
      expect.stringMatching(/^i-/),
      expect.stringMatching(/^i-/),
      expect.stringMatching(/^i-/),
    ]);
    await looksRight(page, 'target-now');
    expect(tab.complaints).toEqual([]);
  });
});
