import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startVault, type VaultSimulator } from '../../simulators/vault/start.js';

let vault: VaultSimulator;
beforeEach(async () => {
  vault = await startVault();
  vault.policy('reader', { 'secret/data/app': ['read'], 'kv/*': ['read'], 'aws/+/deployer': ['read'] });
});
afterEach(() => vault.close());

interface Reply {
  readonly status: number;
  readonly body: {
    readonly data?: Record<string, unknown>;
    readonly errors?: readonly string[];
    readonly lease_id?: string;
    readonly auth?: { readonly client_token: string; readonly lease_duration: number };
  };
}

async function call(method: string, path: string, token = '', body?: object, headers = {}): Promise<Reply> {
  const answer = await fetch(`${vault.url}/v1/${path}`, {
    method,
    headers: { ...(token && { 'x-vault-token': token }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text ? (JSON.parse(text) as Reply['body']) : {} };
}

describe('policies', () => {
  test('open what they name, and the longest pattern decides', async () => {
    vault.put('kv/a', { v: 1 });
    vault.put('kv/closed/b', { v: 2 });
    vault.policy('no', { 'kv/closed/*': ['deny'] });
    const token = vault.issue('reader', 'no');

    expect((await call('GET', 'kv/a', token)).body.data).toEqual({ v: 1 });
    expect((await call('GET', 'kv/closed/b', token)).status).toBe(403);
    expect((await call('GET', 'secret/data/other', token)).status).toBe(403);
    expect((await call('GET', 'kv/closed/b', vault.world.rootToken)).status).toBe(200);
  });

  test.each(['', 'hvs.unknown'])('let nobody in with the token "%s"', async (token) => {
    expect(await call('GET', 'kv/a', token)).toMatchObject({
      status: 403,
      body: { errors: ['permission denied'] },
    });
  });
});

describe('key-value', () => {
  test('version 2 keeps versions, and says which were deleted', async () => {
    vault.put('secret/app', { v: 'one' });
    vault.put('secret/app', { v: 'two' });
    const token = vault.issue('reader');
    const data = async (query: string) => (await call('GET', `secret/data/app${query}`, token)).body.data;

    expect(await data('')).toMatchObject({ data: { v: 'two' }, metadata: { version: 2 } });
    expect(await data('?version=1')).toMatchObject({ data: { v: 'one' } });
    vault.remove('secret/app');
    expect(await call('GET', 'secret/data/app', token)).toMatchObject({
      status: 404,
      body: { data: { data: null } },
    });
    expect((await call('GET', 'secret/data/app?version=9', token)).status).toBe(404);
    expect((await call('GET', 'secret/app', vault.world.rootToken)).status).toBe(404);
  });

  test('mounts are told to those who may reach something below', async () => {
    const token = vault.issue('reader');
    const mount = (path: string, by = token) => call('GET', `sys/internal/ui/mounts/${path}`, by);

    expect((await mount('secret/app')).body.data).toEqual({
      path: 'secret/',
      type: 'kv',
      options: { version: '2' },
    });
    expect((await mount('kv/x')).body.data).toMatchObject({ options: { version: '1' } });
    expect((await mount('secret/other')).status).toBe(403);
    expect((await mount('secret/app', vault.issue())).status).toBe(403);
  });
});

describe('log-ins', () => {
  const jwt = `e30.${Buffer.from('{"sub":"worker"}').toString('base64url')}.x`;

  test.each([
    ['approle', { role_id: 'r', secret_id: 's' }, { role_id: 'r', secret_id: 'wrong' }, 400],
    ['approle', { role_id: 'r', secret_id: 's' }, { role_id: 'unknown' }, 400],
    ['kubernetes', { role: 'r', jwt }, { role: 'r', jwt: 'a.b.c' }, 403],
    ['kubernetes', { role: 'r', jwt }, { role: 'unknown', jwt }, 400],
    ['jwt', { role: 'r', jwt }, { role: 'r', jwt: '' }, 400],
  ])('by %s give a token with the policies of the role, or none', async (method, good, bad, status) => {
    vault.put('kv/a', { v: 1 });
    vault.world.appRoles.set('r', { secretId: 's', policies: ['reader'] });
    for (const by of ['kubernetes', 'jwt'])
      vault.world.jwtRoles.set(`${by}/r`, { subject: 'worker', policies: ['reader'] });
    const { body } = await call('POST', `auth/${method}/login`, '', good);

    expect((await call('GET', 'kv/a', body.auth?.client_token)).status).toBe(200);
    expect((await call('POST', `auth/${method}/login`, '', bad)).status).toBe(status);
  });
});

describe('time', () => {
  test('ends tokens unless they are renewed, and at their longest life all the same', async () => {
    vault.world.tokenMaxTtlS = 7_000;
    const token = vault.issue('reader');
    const alive = async () => (await call('GET', 'auth/token/lookup-self', token)).status === 200;
    vault.pass(3_000);
    expect((await call('POST', 'auth/token/renew-self', token, {})).body.auth?.lease_duration).toBe(3_600);
    vault.pass(3_000);
    expect(await alive()).toBe(true);
    expect((await call('POST', 'auth/token/renew-self', token, {})).body.auth?.lease_duration).toBeLessThan(
      1_100,
    );
    vault.pass(1_100);
    expect(await alive()).toBe(false);
  });

  test('ends credentials with their lease, with its revocation, or with the token that made it', async () => {
    vault.policy('revoker', { 'sys/leases/revoke': ['update'] });
    const make = async (token: string) => (await call('GET', 'aws/creds/deployer', token)).body;
    const works = (body: Reply['body']) => vault.world.credentials.get(String(body.data?.['access_key']));
    const [first, second] = [vault.issue('reader', 'revoker'), vault.issue('reader')];
    const [one, two, three] = [await make(first), await make(second), await make(first)];

    expect([one, two, three].map(works)).toEqual([true, true, true]);
    await call('PUT', 'sys/leases/revoke', first, { lease_id: one.lease_id });
    vault.revoke(second);
    expect([one, two, three].map(works)).toEqual([false, false, true]);
    expect((await call('PUT', 'sys/leases/renew', first, { lease_id: one.lease_id })).status).toBe(400);
    vault.pass(3_599);
    expect((await call('PUT', 'sys/leases/renew', first, { lease_id: three.lease_id })).status).toBe(200);
    await call('POST', 'auth/token/renew-self', first, {});
    vault.pass(3_000);
    await call('GET', 'sys/health');
    expect(works(three)).toBe(true);
  });

  test('takes nothing back of temporary credentials', async () => {
    const token = vault.issue('reader');
    const { body } = await call('GET', 'aws/sts/deployer', token);
    vault.revoke(token);

    expect(body.data?.['security_token']).toEqual(expect.any(String));
    expect(vault.world.credentials.get(String(body.data?.['access_key']))).toBe(true);
  });
});

test('a sealed Vault answers nothing but its health', async () => {
  vault.seal();

  expect(await call('GET', 'kv/a', vault.world.rootToken)).toMatchObject({
    status: 503,
    body: { errors: ['Vault is sealed'] },
  });
  expect((await call('GET', 'sys/health')).status).toBe(503);
  vault.unseal();
  expect((await call('GET', 'sys/health')).status).toBe(200);
});

test('a namespace is a Vault of its own', async () => {
  await vault.close();
  vault = await startVault({ namespace: 'team' });
  vault.put('kv/a', { v: 1 });
  const { rootToken } = vault.world;

  expect((await call('GET', 'kv/a', rootToken)).status).toBe(404);
  expect((await call('GET', 'kv/a', rootToken, undefined, { 'x-vault-namespace': 'team' })).status).toBe(200);
});
