import { readdirSync, readFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { useApi } from '../support/api.js';
import { chromiumPath, openBrowser, openTab, signIn } from '../support/browser.js';
import { buildPage } from '../support/built-page.js';
import { freePort } from '../support/redis.js';

const MOST_FIRST_BYTES = 130 * 1024;

const api = useApi();
let folder = '';
let proxy: Server;
let outside = '';
let browser: Browser | undefined;

beforeAll(async () => {
  folder = buildPage();
  const port = await freePort();
  outside = `http://127.0.0.1:${port}/tools/beanpod`;
  await api.start({ BEANPOD_PUBLIC_URL: outside });
  proxy = await startStrippingProxy(port);
  if (chromiumPath !== undefined) browser = await openBrowser();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  proxy.closeAllConnections();
  proxy.close();
  await api.stop();
});

/** As an ingress does: takes a path off before it passes a request on. */
async function startStrippingProxy(port: number): Promise<Server> {
  const server = createServer((req, res) => {
    if (!req.url?.startsWith('/tools/beanpod/')) {
      res.writeHead(404).end();
      return;
    }
    const { port: target } = new URL(api.url);
    const path = req.url.slice('/tools/beanpod'.length);
    const onward = request({ port: target, path, method: req.method, headers: req.headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    onward.on('error', () => res.destroy());
    res.on('close', () => onward.destroy());
    req.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  expect((server.address() as AddressInfo).port).toBe(port);
  return server;
}

const get = (path: string, accept = 'text/html') => fetch(`${api.url}${path}`, { headers: { accept } });

describe('the page', () => {
  test('is the answer at every address that a browser may open, never kept, under a strict policy', async () => {
    for (const path of [
      '/',
      '/deployments/01kaqv9zc3h8m2x6y7w4t5r0pn',
      '/targets/shop/staging?view=history',
    ]) {
      const answer = await get(path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'.*script-src 'self'/);
      expect(answer.headers.get('content-security-policy')).not.toContain('unsafe');
      expect(await answer.text()).toContain('<base href="/tools/beanpod/"');
    }
  });

  test.each(['/shell?service=shop', '/replay?recording=1'])(
    'has a terminal beside it at %s, with a policy of its own that is as closed for scripts, framed by the page alone',
    async (path) => {
      const answer = await get(path);

      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/default-src 'none';script-src 'self';/);
      expect(policy).toContain("style-src 'self' 'unsafe-inline'");
      expect(policy).toContain("frame-ancestors 'self'");
      expect(await answer.text()).toContain('<base href="/tools/beanpod/"');
    },
  );

  test('may be framed by nobody', async () => {
    const { headers } = await get('/');

    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  });

  test('leaves the answers of the API to the API', async () => {
    expect((await get('/v1/nowhere')).headers.get('content-type')).toContain('application/problem+json');
    expect((await get('/assets/gone-12345678.js')).status).toBe(404);
    expect((await get('/nowhere', 'application/json')).status).toBe(404);
    expect((await fetch(`${api.url}/deployments`, { method: 'POST' })).status).toBe(404);
  });

  test('has files with hashed names that browsers keep for good, packed for those who can unpack', async () => {
    const asset = readdirSync(join(folder, 'assets')).find((name) => name.endsWith('.js')) ?? '';

    const answer = await get(`/assets/${asset}`, '*/*');

    expect(answer.headers.get('cache-control')).toContain('immutable');
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    expect(await answer.text()).toBe(readFileSync(join(folder, 'assets', asset), 'utf8'));
    const plain = await new Promise<string | undefined>((resolve) =>
      request(`${api.url}/assets/${asset}`, (res) => resolve(res.headers['content-encoding'])).end(),
    );
    expect(plain).toBeUndefined();
  });

  test('is small: everything that is needed before the first screen', () => {
    const html = readFileSync(join(folder, 'index.html'), 'utf8');
    const names = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, name = '']) => name);

    const sizes = names.map((name) => gzipSync(readFileSync(join(folder, name))).byteLength);
    const all = sizes.reduce((sum, size) => sum + size, gzipSync(html).byteLength);

    expect(names.length).toBeGreaterThanOrEqual(2);
    expect(all).toBeGreaterThan(60 * 1024);
    expect(all).toBeLessThanOrEqual(MOST_FIRST_BYTES);
  });

  test.skipIf(chromiumPath === undefined)('works under a path that a proxy takes off', async () => {
    if (!browser) throw new Error('The browser is not open');
    const { page, context, complaints } = await openTab(browser);
    await page.goto(`${outside}/deployments?show=failed`);
    await signIn(page, api.token);
    await page.getByText('No deployment fits the filter').waitFor();

    await page.getByRole('link', { name: 'Services' }).click();
    await page.getByText('No service is registered yet').waitFor();

    expect(page.url()).toBe(`${outside}/services`);
    await page.reload();
    await page.getByText('No service is registered yet').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
});
