import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { chromiumPath, openBrowser, openTab, seriousFindings, signIn } from '../support/browser.js';
import { root } from '../support/built-page.js';

const home = mkdtempSync(join(tmpdir(), 'beanpod-page-demo-'));
let demo: ChildProcess | undefined;
let output = '';
let browser: Browser;

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
  browser = await openBrowser();
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

test.skipIf(chromiumPath === undefined)(
  'the page of the demo deploys a bad version to a simulated cloud in three clicks, and shows live why it was rolled back',
  async () => {
    const [, url = ''] = /^Web page: (\S+)/m.exec(output) ?? [];
    const [, token = ''] = /^Token: (\S+)/m.exec(output) ?? [];
    const { page, complaints } = await openTab(browser);
    await page.goto(url);
    await signIn(page, token);

    await page.getByRole('link', { name: 'Deploy shop to staging', exact: true }).click();
    await page.getByText('1.5.0-broken', { exact: true }).click();
    await page.getByRole('button', { name: 'Deploy 1.5.0-broken to staging' }).click();
    // It was rolled back in the story of the demo, so that it needs a reason to be tried again.
    await page.getByLabel('Reason to try it again').fill('Once more, to watch it');
    await page.getByRole('button', { name: 'Deploy 1.5.0-broken to staging' }).click();

    const state = page.locator('.head-state .badge');
    await state.getByText(/Deploying|Verifying/).waitFor();
    await page.getByText(/live · \d+ lines/).waitFor();
    await state.getByText('Rolled back').waitFor({ timeout: 90_000 });
    await page.getByText('version 1.4.0').first().waitFor();
    expect(await page.locator('.step.is-failed').count()).toBeGreaterThan(0);
    await page.getByText(/complete · \d+ lines/).waitFor();

    await page.goto(`${url}/targets/shop/staging?view=now`);
    await page.locator('.pod-row').first().waitFor();
    expect(await page.locator('.pod-row strong').allInnerTexts()).toEqual([
      expect.stringMatching(/^i-/),
      expect.stringMatching(/^i-/),
      expect.stringMatching(/^i-/),
    ]);
    await page.screenshot({ path: join(root, 'docs', 'screenshots', 'target-now-light.png') });
    expect(await seriousFindings(page)).toEqual([]);
    expect(complaints).toEqual([]);
  },
);
