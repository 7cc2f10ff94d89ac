import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MANIFEST_TYPE } from '../../simulators/registry/model.js';
import { startRegistry, type RegistrySimulator } from '../../simulators/registry/start.js';

let registry: RegistrySimulator;
beforeEach(async () => {
  registry = await startRegistry();
  registry.world.users.set('ada', 'lovelace:1815');
});
afterEach(() => registry.close());

const basic = (name: string, password: string) =>
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;

async function manifest(reference: string, method = 'GET', authorization = '', accept = MANIFEST_TYPE) {
  const answer = await fetch(`http://${registry.host}/v2/shop/api/manifests/${reference}`, {
    method,
    headers: { accept, ...(authorization && { authorization }) },
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

async function token(host: string, scope: string, authorization = '', service = 'registry.sim') {
  const query = new URLSearchParams({ service, scope }).toString();
  const headers = { ...(authorization && { authorization }) };
  const answer = await fetch(`http://${host}/token?${query}`, { headers });
  const body = (await answer.json()) as { token?: string };
  return { status: answer.status, token: body.token ?? '' };
}

describe('a manifest', () => {
  test('is served by tag and by digest, which is that of its bytes', async () => {
    const digest = registry.push('shop/api', '1');

    const byTag = await manifest('1');
    const byDigest = await manifest(digest);

    expect(byTag.headers.get('docker-content-digest')).toBe(digest);
    expect(`sha256:${createHash('sha256').update(byTag.text).digest('hex')}`).toBe(digest);
    expect(byDigest.text).toBe(byTag.text);
    const head = await manifest('1', 'HEAD');
    expect([head.status, head.headers.get('docker-content-digest'), head.text]).toEqual([200, digest, '']);
  });

  test('stays under its digest when its tag is pushed again, until somebody takes it away', async () => {
    const first = registry.push('shop/api', '1');
    const second = registry.push('shop/api', '1');

    expect(second).not.toBe(first);
    expect((await manifest('1')).headers.get('docker-content-digest')).toBe(second);
    expect((await manifest(first)).status).toBe(200);
    registry.remove('shop/api', first);
    expect((await manifest(first)).status).toBe(404);
  });

  test('is not there for who cannot read its type, under another tag, or by another method', async () => {
    registry.push('shop/api', '1');

    expect((await manifest('1', 'GET', '', 'application/json')).status).toBe(404);
    expect((await manifest('2')).status).toBe(404);
    expect((await manifest('1', 'DELETE')).status).toBe(405);
  });
});

describe('access', () => {
  test('by password is for users alone', async () => {
    registry.push('shop/api', '1');
    registry.world.access = 'basic';

    const nobody = await manifest('1');
    expect([nobody.status, nobody.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="registry"']);
    expect((await manifest('1', 'GET', basic('ada', 'wrong'))).status).toBe(401);
    expect((await manifest('1', 'GET', basic('ada', 'lovelace:1815'))).status).toBe(200);
  });

  test('by token needs one for this repository, from the place that the challenge names', async () => {
    registry.push('shop/api', '1');
    registry.world.access = 'tokens-elsewhere';

    const challenge = (await manifest('1')).headers.get('www-authenticate');
    expect(challenge).toBe(
      `Bearer realm="http://${registry.tokenHost}/token",service="registry.sim",scope="repository:shop/api:pull"`,
    );
    const scope = 'repository:shop/api:pull';
    const user = basic('ada', 'lovelace:1815');
    const right = await token(registry.tokenHost, scope, user);
    expect((await manifest('1', 'GET', `Bearer ${right.token}`)).status).toBe(200);
    for (const wrong of [
      await token(registry.tokenHost, scope),
      await token(registry.tokenHost, 'repository:shop/web:pull', user),
      await token(registry.tokenHost, scope, user, 'another'),
    ]) {
      const refused = await manifest('1', 'GET', `Bearer ${wrong.token}`);
      expect(refused.status).toBe(401);
      expect(refused.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
    }
    expect((await token(registry.tokenHost, scope, basic('ada', 'wrong'))).status).toBe(401);
  });

  test('to an open repository needs a token that everybody gets', async () => {
    registry.push('shop/api', '1');
    registry.world.access = 'tokens-here';
    registry.world.open.add('shop/api');

    const anybody = await token(registry.host, 'repository:shop/api:pull');

    expect((await manifest('1', 'GET', `Bearer ${anybody.token}`)).status).toBe(200);
  });
});

test('what stands in the way does so as often as it was said', async () => {
  registry.push('shop/api', '1');
  registry.fail(/manifests/, { status: 429, headers: { 'retry-after': '7' } });

  const first = await manifest('1');

  expect([first.status, first.headers.get('retry-after')]).toEqual([429, '7']);
  registry.fail(/manifests/, 'reset');
  await expect(manifest('1')).rejects.toThrow('fetch failed');
  expect((await manifest('1')).status).toBe(200);
});
