import { readFileSync } from 'node:fs';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { chromiumPath, openBrowser, openTab, seriousFindings, signIn } from '../support/browser.js';
import { buildPage } from '../support/built-page.js';
import { startLiveCluster, type LiveCluster } from '../support/live-cluster.js';
import { looksRight } from '../support/page-look.js';

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
    const drawer = page.getByRole('dialog', { name: `Pod ${one?.name}` });
    await drawer.getByText(/^live · /).waitFor();
    await write(one?.name ?? '', 'hello from \u001b[32mone\u001b[0m', 'and once more');
    await write(two?.name ?? '', 'hello from two');
    await drawer.locator('.tail-row').getByText('and once more').waitFor();
    expect(await page.locator('.tail-row').getByText('hello from two').count()).toBe(0);
    const line = drawer.locator('.tail-text', { hasText: 'hello from one' });
    expect(await line.innerText()).toBe('hello from one');
    expect(await line.locator('.ink-2').innerText()).toBe('one');
    expect(await colourOf(line.locator('.ink-2'))).not.toBe(await colourOf(line));
    await looksRight(page, 'pod-log');
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Log of all pods' }).click();
    await page.locator('.tail-row').getByText('hello from two').waitFor();
    await looksRight(page, 'pods');
    expect(complaints).toEqual([]);
    await context.close();
  },
);

test.skipIf(chromiumPath === undefined)(
  'a log is filtered by patterns, and what is no pattern is said at its field',
  async () => {
    const [one] = await world.pods(2);
    const { page, context, complaints } = await openTab(browser);
    await page.goto(world.api.url);
    await signIn(page, world.api.token);
    await page.goto(`${world.api.url}/targets/shop-api/staging?view=now&log=all`);
    await page.getByText(/^live · /).waitFor();

    await page.getByLabel('Only lines with').fill('ERROR(');
    await page.getByLabel('Only lines with').press('Enter');
    const flaw = page.getByRole('alert');
    await flaw.getByText(/is no expression of RE2/).waitFor();
    expect(await page.getByLabel('Only lines with').getAttribute('aria-invalid')).toBe('true');
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByLabel('Only lines with').fill('ERROR');
    await page.getByLabel('Only lines with').press('Enter');
    await page.getByText(/^live · /).waitFor();
    await write(one?.name ?? '', 'ERROR \u001b[31mfirst\u001b[0m', 'INFO second', 'ERROR third');

    await page.locator('.tail-row').getByText('ERROR third').waitFor();
    expect(await page.locator('.tail-row').getByText('INFO second').count()).toBe(0);
    expect(await flaw.count()).toBe(0);
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await write(one?.name ?? '', 'ERROR fourth');
    await page.getByText(/paused, 1 line waiting/).waitFor();
    expect(await page.locator('.tail-row').getByText('ERROR fourth').count()).toBe(0);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.locator('.tail-row').getByText('ERROR fourth').waitFor();
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    const saved = readFileSync(await (await saving).path(), 'utf8');
    expect(saved).toMatch(/^\d{4}-\S+ shop-api-\S+\/app ERROR first$/m);
    expect(saved).not.toContain('INFO second');
    expect(complaints).toEqual([]);
    await context.close();
  },
);

test.skipIf(chromiumPath === undefined)(
  'a shell is opened beside the pods, works, says how it ended, and is played again',
  async () => {
    await world.run('other');
    const [pod] = await world.pods(1, '/v1/targets/other/staging/live');
    const { page, context, complaints } = await openTab(browser);
    await page.goto(world.api.url);
    await signIn(page, world.api.token);
    await page.goto(`${world.api.url}/targets/other/staging?view=now`);
    const open = page.getByRole('button', { name: `Shell in ${pod?.name}` });
    await expect.poll(() => open.getAttribute('aria-label')).toMatch(/staging allows no shells/);
    await world.api
      .call()
      .put('/v1/environments/staging')
      .send({ live: { exec: true } });
    await page.reload();

    await page.getByRole('button', { name: `Shell in ${pod?.name}`, exact: true }).click();
    const shell = page.frameLocator('iframe[title^="Shell in"]');
    await shell.getByText('what it shows is recorded').waitFor();
    await shell.locator('.xterm-helper-textarea').focus();
    await page.keyboard.type('echo hello-$COLUMNS\n');
    await expect.poll(() => shell.locator('#terminal').innerText()).toMatch(/hello-\d+/);
    await looksRight(page, 'pod-shell');
    await page.keyboard.type('exit 3\n');
    await shell.getByText('The shell ended with 3').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();

    await page.getByRole('link', { name: 'Shells' }).click();
    const row = page.locator('.recording-row', { hasText: pod?.name ?? '' });
    await row.getByText('exit code 3').waitFor();
    await row.getByRole('button', { name: /^Play/ }).click();
    const player = page.frameLocator('iframe[title="Recording"]');
    await expect.poll(() => player.locator('#terminal').innerText()).toMatch(/hello-\d+/);
    await player.getByRole('button', { name: 'Play', exact: true }).waitFor();
    await looksRight(page, 'shells');

    await page.goto((await page.locator('iframe[title="Recording"]').getAttribute('src')) ?? '');
    await expect.poll(() => page.locator('#terminal').innerText()).toMatch(/hello-\d+/);
    expect(await seriousFindings(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  },
);

/** What the browser has beside what Node.js has. */
interface Window {
  getComputedStyle(element: unknown): { readonly color: string };
}

function colourOf(text: Locator): Promise<string> {
  return text.evaluate((element) => (globalThis as unknown as Window).getComputedStyle(element).color);
}

async function write(pod: string, ...lines: string[]): Promise<void> {
  await world.control.writeLog({ namespace: 'shop', pod, container: 'app', lines });
}
