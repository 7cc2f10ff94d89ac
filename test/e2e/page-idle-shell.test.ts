import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { chromiumPath, openBrowser, openTab, signIn } from '../support/browser.js';
import { buildPage } from '../support/built-page.js';
import { startLiveCluster, type LiveCluster } from '../support/live-cluster.js';
import { nginxPath, startNginx } from '../support/nginx.js';

const THREE_MINUTES = 180_000;
const canRun = chromiumPath !== undefined && nginxPath !== undefined;

let world: LiveCluster;
let browser: Browser;
let silent: Server;
let nginx: Awaited<ReturnType<typeof startNginx>>;

beforeAll(async () => {
  if (!canRun) return;
  buildPage();
  world = await startLiveCluster();
  silent = await startSilentServer();
  const { port } = silent.address() as AddressInfo;
  nginx = await startNginx({ '/silent': `http://127.0.0.1:${port}`, '/': world.api.url });
  browser = await openBrowser();
}, 120_000);

afterAll(async () => {
  if (!canRun) return;
  await browser?.close();
  await nginx?.close();
  silent?.closeAllConnections();
  silent?.close();
  await world.close();
});

/** Takes every WebSocket and never says a word: what nginx does to such a connection is the measure. */
async function startSilentServer(): Promise<Server> {
  const server = createServer((_, res) => res.writeHead(404).end());
  server.on('upgrade', (_, socket) => {
    socket.on('error', () => socket.destroy());
    socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Resolves when a silent WebSocket through nginx has ended. */
function silentConnection(): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { connection: 'Upgrade', upgrade: 'websocket' };
    const asked = request(`${nginx.url}/silent`, { headers });
    asked.once('error', reject);
    asked.once('upgrade', (_, socket) => {
      socket.on('error', () => undefined);
      socket.once('close', () => resolve());
      socket.resume();
    });
    asked.end();
  });
}

describe('a shell in the page, behind an nginx that ends what is silent for 60 s (this waits three minutes)', () => {
  test.skipIf(!canRun)(
    'is alive after nobody has typed for three minutes, and says so in its recording',
    { timeout: 600_000 },
    async () => {
      await world.run('shop-api');
      const [pod] = await world.pods(1);
      await world.api
        .call()
        .put('/v1/environments/staging')
        .send({ live: { exec: true } });
      let isSilentOneCut = false;
      const cut = silentConnection().then(() => (isSilentOneCut = true));
      const { page, context, complaints } = await openTab(browser);
      await page.goto(nginx.url);
      await signIn(page, world.api.token);
      await page.goto(`${nginx.url}/targets/shop-api/staging?view=now&pod=${pod?.name}&show=shell`);
      const shell = page.frameLocator('iframe[title^="Shell in"]');
      await shell.getByText('what it shows is recorded').waitFor();
      await shell.locator('.xterm-helper-textarea').focus();
      await page.keyboard.type('ls\n');
      await expect.poll(() => shell.locator('#terminal').innerText()).toMatch(/app\s+bin\s+etc/);
      let asked = 0;
      const columns = async () => {
        const mark = `width-${(asked += 1)}:`;
        await page.keyboard.type(`echo ${mark}$COLUMNS\n`);
        const said = new RegExp(`^${mark}(\\d+)`, 'm');
        await expect.poll(() => shell.locator('#terminal').innerText()).toMatch(said);
        return Number(said.exec(await shell.locator('#terminal').innerText())?.[1]);
      };
      const wide = await columns();
      await page.setViewportSize({ width: 800, height: 700 });
      await expect.poll(columns, { timeout: 20_000 }).toBeLessThan(wide);

      await pause(THREE_MINUTES);

      await cut;
      expect(isSilentOneCut).toBe(true);
      expect(await shell.locator('#status').innerText()).toBe('connected · what it shows is recorded');
      await page.keyboard.type('echo still-$COLUMNS\n');
      await expect.poll(() => shell.locator('#terminal').innerText()).toMatch(/still-\d+/);
      await page.keyboard.type('exit\n');
      await shell.getByText('The shell ended').waitFor();

      await page.goto(`${nginx.url}/targets/shop-api/staging?view=shells`);
      const row = page.locator('.recording-row');
      await row.locator('.row-span').getByText(/^3 m/).waitFor();
      await row.getByRole('button', { name: /^Play/ }).click();
      const player = page.frameLocator('iframe[title="Recording"]');
      await expect.poll(() => player.locator('#terminal').innerText()).toMatch(/still-\d+/);
      await player.getByLabel('Short pauses').uncheck();
      await expect.poll(() => player.locator('#time').innerText()).toMatch(/\/ 3:\d\d$/);
      expect(complaints).toEqual([]);
      await context.close();
    },
  );
});
