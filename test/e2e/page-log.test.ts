import { readFileSync } from 'node:fs';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { ARTIFACT, useApi } from '../support/api.js';
import { chromiumPath, openBrowser, openTab, signIn, type WatchedTab } from '../support/browser.js';
import { buildPage } from '../support/built-page.js';
import { looksRight } from '../support/page-look.js';
import { createHandWorker } from '../support/hand-worker.js';
import { startTcpProxy } from '../support/tcp-proxy.js';

const MILLION = 1_000_000;

const api = useApi();
let worker: ReturnType<typeof createHandWorker>;
let browser: Browser;
let tab: WatchedTab;
let page: Page;
let long = '';

beforeAll(async () => {
  if (chromiumPath === undefined) return;
  buildPage();
  await api.start();
  worker = createHandWorker(api.redis);
  browser = await openBrowser();
  long = await deploy();
  await fill(long);
}, 180_000);

afterAll(async () => {
  await browser?.close();
  if (chromiumPath !== undefined) await api.stop();
});

beforeEach(async () => {
  if (chromiumPath === undefined) return;
  tab = await openTab(browser);
  ({ page } = tab);
  await page.goto(api.url);
  await signIn(page, api.token);
});

afterEach(async () => {
  await tab?.context.close();
});

let services = 0;
async function deploy(): Promise<string> {
  services += 1;
  const service = `service-${services}`;
  await api.configure(service);
  const request = { service, environment: 'staging', version: '118', artifact: ARTIFACT };
  return (await api.call().post('/v1/deployments').send(request)).body.id;
}

/** As many lines as a log may have, with one that is worth looking for. */
async function fill(id: string): Promise<void> {
  let n = 0;
  while (n < MILLION - 1_000) {
    const texts = Array.from({ length: 1_000 }, (_, index) => textOf(n + index));
    await worker.say(id, ...texts);
    n += 1_000;
  }
  await worker.succeed(id);
}

function textOf(n: number): string {
  return n === 700_000 ? 'here is the needle' : `said ${n} by instance i-0${n % 7}f`;
}

const address = (id: string, rest = '') => `${api.url}/deployments/${id}${rest}`;
const rows = () => page.locator('.log-row');
const row = (n: number) => page.locator(`.log-row[data-n="${n}"]`);
const scroller = () => page.locator('.log-scroller');
const SCROLL_TO_THE_MIDDLE = `{
  const scroller = document.querySelector('.log-scroller');
  scroller.scrollTop = scroller.scrollHeight / 2;
}`;

async function heightOf(place: Locator): Promise<number> {
  return (await place.boundingBox())?.height ?? 0;
}

async function bottomOf(place: Locator): Promise<number> {
  const { y = 0, height = 0 } = (await place.boundingBox()) ?? {};
  return y + height;
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`);

describe.skipIf(chromiumPath === undefined)('a log of a million lines', () => {
  test('opens at its end, and only what is seen is fetched and drawn', async () => {
    const fetched: string[] = [];
    page.on('request', (request) => fetched.push(request.url()));
    const started = performance.now();

    await page.goto(address(long));
    await page.getByText(`said ${MILLION - 1_001} by`).waitFor();

    process.stdout.write(`a million lines: opened in ${Math.round(performance.now() - started)} ms\n`);
    await page.getByText(/complete · 999,\d{3} lines/).waitFor();
    expect(fetched.filter((url) => url.includes('/logs')).length).toBeLessThanOrEqual(2);
    expect(await rows().count()).toBeLessThan(120);
  });

  test('is scrolled from end to end, every line in its place', async () => {
    await page.goto(address(long));
    await page.getByText(`said ${MILLION - 1_001} by`).waitFor();

    await scroller().press('Home');
    await page.getByText('said 0 by').waitFor();
    await page.evaluate(SCROLL_TO_THE_MIDDLE);
    await expect
      .poll(async () => Number(await rows().first().getAttribute('data-n')))
      .toBeGreaterThan(450_000);
    await expect.poll(() => page.locator('.log-gap').count()).toBe(0);

    const seen = (await rows().allInnerTexts()).map(
      (text) => /^(\d+)[^]*said (\d+) by/.exec(text)?.slice(1).map(Number) ?? [],
    );
    const [first = 0, said = 0] = seen[0] ?? [];
    expect(seen.length).toBeGreaterThan(20);
    expect(seen).toEqual(seen.map((_, index) => [first + index, said + index]));
    await scroller().press('End');
    await page.getByText(`said ${MILLION - 1_001} by`).waitFor();
  });

  test('shows the lines that an address marks, also after a reload', async () => {
    await page.goto(address(long, '#L500000-L500002'));
    await row(500_001).waitFor();
    expect(await page.locator('.log-row.is-marked').count()).toBe(3);
    await row(500_001).locator('.log-n').click();
    expect(page.url()).toContain('#L500001');

    await page.reload();

    await expect.poll(() => page.locator('.log-row.is-marked').allInnerTexts()).toHaveLength(1);
    expect(await row(500_001).isVisible()).toBe(true);
  });

  test('is searched as a whole, and the address keeps the search', async () => {
    await page.goto(address(long));
    await page.getByText(`said ${MILLION - 1_001} by`).waitFor();

    await page.keyboard.press('/');
    await page.keyboard.type('NEEDLE');

    await page.getByText('1 of 1').waitFor();
    await page.locator('.log-row.is-found mark').waitFor();
    expect(await page.locator('.log-row.is-found').innerText()).toContain('here is the needle');
    expect(page.url()).toContain('q=NEEDLE');
  });
});

describe.skipIf(chromiumPath === undefined)('a log that is being written', () => {
  test('is followed, until the user scrolls up; then new lines are counted and one click goes on', async () => {
    const id = await deploy();
    await worker.say(id, ...numbers(200));
    await page.goto(address(id));
    await page.getByText('line 199').waitFor();
    await worker.say(id, 'a first new line');
    await page.getByText('a first new line').waitFor();

    await scroller().hover();
    await page.mouse.wheel(0, -800);
    await expect.poll(() => page.getByText('a first new line').isVisible()).toBe(false);
    const stays = await rows().first().getAttribute('data-n');
    await worker.say(id, 'a second new line', 'a third new line');
    await page.getByRole('button', { name: '2 new lines' }).waitFor();
    expect(await rows().first().getAttribute('data-n')).toBe(stays);
    await page.getByRole('button', { name: '2 new lines' }).click();

    await page.getByText('a third new line').waitFor();
    await worker.say(id, 'a fourth new line');
    await page.getByText('a fourth new line').waitFor();
    await worker.succeed(id);
    await page.getByText(/complete · 2\d\d lines/).waitFor();
    expect(tab.complaints).toEqual([]);
  });

  test('says when the connection is lost, comes back by itself, and misses nothing', async () => {
    const id = await deploy();
    await worker.say(id, 'before the break');
    const wire = await startTcpProxy({ port: Number(new URL(api.url).port) });
    await page.goto(`http://127.0.0.1:${wire.port}/deployments/${id}`);
    await page.getByText(/live · \d+ lines/).waitFor();

    await wire.refuse();
    await page.getByText(/retrying in \d+ s/).waitFor();
    await worker.say(id, 'during the break');
    await wire.heal();

    await page.getByText('during the break').waitFor();
    await page.getByText(/live · \d+ lines/).waitFor();
    const texts = await page.locator('.log-text').allInnerTexts();
    expect(texts.filter((text) => text.endsWith('the break'))).toEqual([
      'before the break',
      'during the break',
    ]);
    await wire.close();
  });

  test('is downloaded as a whole, whatever of it is on the screen', async () => {
    const id = await deploy();
    await worker.say(id, ...numbers(3_000));
    await worker.succeed(id);
    await page.goto(address(id));
    await page.getByText('line 2999').waitFor();

    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();

    const text = readFileSync(await (await coming).path(), 'utf8');
    expect(text.match(/\[switch\] line \d+/g)).toHaveLength(3_000);
  });

  test('has the colours of terminals, all of them readable in both themes, and is searched by what is seen', async () => {
    const id = await deploy();
    const inks = Array.from({ length: 16 }, (_, n) => `\u001b[${n < 8 ? 30 + n : 82 + n}mink ${n}\u001b[0m`);
    const grounds = Array.from(
      { length: 16 },
      (_, n) => `\u001b[97;${n < 8 ? 40 + n : 92 + n}mground ${n}\u001b[0m`,
    );
    const others = [
      '\u001b[2mdim\u001b[0m \u001b[7minverse\u001b[0m \u001b[38;2;255;200;1mmixed',
      '\u001b[32mspl\u001b[31mit\u001b[0m word',
    ];
    await worker.say(id, ...inks, ...grounds, ...others);
    await worker.succeed(id);
    await page.goto(address(id, '?q=split'));
    await page.locator('.log-row.is-found mark').first().waitFor();

    expect(await page.locator('.log-row.is-found .log-text').innerText()).toBe('split word');
    expect(await page.locator('.log-row.is-found mark').allInnerTexts()).toEqual(['spl', 'it']);
    await scroller().press('End');
    await page.getByText('ground 15').waitFor();
    await looksRight(page, 'log-colours');
    await scroller().press('Home');
    await page.getByText('ink 0').waitFor();
    await looksRight(page, 'log-colours');

    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await page.getByText('copied', { exact: true }).waitFor();
    const copied = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(copied).toContain('[switch] split word');
    expect(copied).not.toContain('\u001b');
  });

  test('wraps long lines when asked to, and its last line is still reached', async () => {
    const id = await deploy();
    await worker.say(id, ...numbers(30).map((text) => `${text} ${'long '.repeat(200)}`), 'the last line');
    await page.goto(address(id));
    await page.getByText('the last line').waitFor();
    const plain = await heightOf(row(10));

    await page.getByRole('button', { name: 'Wrap' }).click();

    await expect.poll(() => heightOf(row(10))).toBeGreaterThan(plain);
    await expect
      .poll(async () => (await bottomOf(rows().last())) - (await bottomOf(scroller())))
      .toBeLessThan(1);
    expect(page.url()).toContain('wrap=1');
  });
});
