import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Config } from '../../../src/shared/config/schema.js';
import type { Secrets } from '../../../src/workers/secrets/secrets.js';
import { startVault, type VaultSimulator } from '../../simulators/vault/start.js';
import { testSecrets } from '../../support/secrets.js';

type VaultSettings = NonNullable<Config['vault']>;

let vault: VaultSimulator;
const opened: Secrets[] = [];

beforeEach(async () => {
  vault = await startVault();
  vault.policy('reader', {
    'secret/data/app*': ['read'],
    'kv/*': ['read'],
    'aws/creds/deployer': ['read'],
    'aws/sts/deployer': ['read'],
    'sys/leases/revoke': ['update'],
  });
  vault.put('secret/app', { password: 'hunter2-hunter2', port: 5432, nested: { a: 1 }, empty: '' });
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((secrets) => secrets.close()));
  await vault.close();
});

function secretsWith(settings: Partial<VaultSettings>): Secrets {
  const standard = { address: vault.url, auth: 'token', jwtPath: '/nowhere', paths: [] } as const;
  const secrets = testSecrets({ vault: { ...standard, ...settings } });
  opened.push(secrets);
  return secrets;
}

function read(secrets: Secrets, reference: string, environment = 'staging') {
  return secrets.open({ service: 'shop', environment }).read(reference, AbortSignal.timeout(10_000));
}

function withToken(...policies: string[]): Secrets {
  return secretsWith({ token: vault.issue(...policies) });
}

const found = (value: string) => ({ said: 'found', value });
const failed = (code: string, detail: RegExp) => ({
  said: 'failed',
  failure: expect.objectContaining({ code, detail: expect.stringMatching(detail) as string }) as unknown,
});
const waiting = (because: RegExp) => ({
  said: 'wait',
  forMs: expect.any(Number) as number,
  because: expect.stringMatching(because) as string,
});

function jwtFor(subject: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'jwt-')), 'token');
  const claims = Buffer.from(JSON.stringify({ sub: subject })).toString('base64url');
  writeFileSync(path, `e30.${claims}.sig\n`);
  return path;
}

describe('a secret of Vault', () => {
  test('is read from key-value 2, with and without data/ in the path', async () => {
    const secrets = withToken('reader');

    expect(await read(secrets, 'vault:secret/app#password')).toEqual(found('hunter2-hunter2'));
    expect(await read(secrets, 'vault:secret/data/app#password')).toEqual(found('hunter2-hunter2'));
  });

  test('is read in the version that the reference names', async () => {
    vault.put('secret/app', { password: 'second-password' });
    const secrets = withToken('reader');

    expect(await read(secrets, 'vault:secret/app#password')).toEqual(found('second-password'));
    expect(await read(secrets, 'vault:secret/app#password#1')).toEqual(found('hunter2-hunter2'));
  });

  test('is read from key-value 1, which keeps no versions', async () => {
    vault.put('kv/old', { password: 'old-password' });
    const secrets = withToken('reader');

    expect(await read(secrets, 'vault:kv/old#password')).toEqual(found('old-password'));
    expect(await read(secrets, 'vault:kv/old#password#1')).toEqual(
      failed('secrets.reference-invalid', /only key-value version 2/),
    );
  });

  test('that is no text is given as JSON', async () => {
    const secrets = withToken('reader');

    expect(await read(secrets, 'vault:secret/app#port')).toEqual(found('5432'));
    expect(await read(secrets, 'vault:secret/app#nested')).toEqual(found('{"a":1}'));
  });

  test.each([
    ['a key is missing', 'vault:secret/app#nothing', /no value under this key/],
    ['its value is empty', 'vault:secret/app#empty', /no value under this key/],
    ['the path is missing', 'vault:secret/application#a', /nothing at this path/],
  ])('is missing when %s', async (_, reference, detail) => {
    expect(await read(withToken('reader'), reference)).toEqual(failed('secrets.missing', detail));
  });

  test('is missing when its version was deleted', async () => {
    vault.remove('secret/app');

    expect(await read(withToken('reader'), 'vault:secret/app#password')).toEqual(
      failed('secrets.missing', /was deleted/),
    );
  });

  test.each([
    ['Vault refuses the path', 'vault:secret/other#a', /refuses it/],
    ['nothing is mounted there', 'vault:nowhere/at/all#a', /refuses it/],
  ])('is denied when %s', async (_, reference, detail) => {
    expect(await read(withToken('reader'), reference)).toEqual(failed('secrets.denied', detail));
  });

  test('is denied outside of the paths that the worker allows for the environment', async () => {
    vault.put('secret/app-staging', { a: 'value-of-staging' });
    vault.put('secret/app-production', { a: 'value-of-production' });
    const secrets = secretsWith({ token: vault.issue('reader'), paths: ['secret/app-{environment}'] });

    expect(await read(secrets, 'vault:secret/app-staging#a')).toEqual(found('value-of-staging'));
    expect(await read(secrets, 'vault:secret/app-production#a')).toEqual(
      failed('secrets.denied', /targets in staging may name/),
    );
  });

  test('needs a Vault', async () => {
    const secrets = testSecrets();
    opened.push(secrets);

    expect(await read(secrets, 'vault:secret/app#password')).toEqual(
      failed('secrets.unconfigured', /BEANPOD_VAULT_ADDR/),
    );
  });
});

describe('what passes by itself is waited for', () => {
  test.each([
    ['Vault is sealed', () => vault.seal(), /sealed/],
    ['Vault fails', () => vault.fail(/app/, { status: 500 }, 9), /500/],
    ['a node is behind', () => vault.fail(/data\/app/, { status: 412 }, 9), /412/],
    [
      'Vault asks to slow down',
      () => vault.fail(/data\/app/, { status: 429, retryAfterS: 7 }, 9),
      /slow down/,
    ],
    ['the connection breaks off', () => vault.fail(/data\/app/, 'reset', 9), /does not answer/],
    ['Vault does not answer', () => vault.fail(/data\/app/, 'hang', 9), /no answer in time/],
  ])('when %s', async (_, happen, because) => {
    const secrets = withToken('reader');
    happen();

    expect(await read(secrets, 'vault:secret/app#password')).toEqual(waiting(because));
    vault.unseal();
    vault.world.faults.length = 0;
    expect(await read(secrets, 'vault:secret/app#password')).toEqual(found('hunter2-hunter2'));
  });

  test('when Vault is down', async () => {
    const secrets = secretsWith({ address: 'http://127.0.0.1:9', token: 'x' });

    expect(await read(secrets, 'vault:secret/app#password')).toEqual(waiting(/ECONNREFUSED/));
  });
});

test('a redirect is not followed, so that the token goes nowhere else', async () => {
  const seen: string[] = [];
  const other = createServer((req, res) => {
    seen.push(String(req.headers['x-vault-token']));
    res.end('{}');
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const location = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
  vault.fail(/data\/app/, { status: 307, location }, 9);

  expect(await read(withToken('reader'), 'vault:secret/app#password')).toEqual(
    failed('secrets.unconfigured', /redirects/),
  );
  expect(seen).toEqual([]);
  other.close();
});

describe('a log-in', () => {
  test('by AppRole', async () => {
    vault.world.appRoles.set('role-1', { secretId: 'secret-id-1', policies: ['reader'] });

    expect(
      await read(
        secretsWith({ auth: 'approle', roleId: 'role-1', secretId: 'secret-id-1' }),
        'vault:secret/app#password',
      ),
    ).toEqual(found('hunter2-hunter2'));
    const wrong = await read(
      secretsWith({ auth: 'approle', roleId: 'role-1', secretId: 'secret-id-2' }),
      'vault:secret/app#password',
    );
    expect(wrong).toEqual(failed('secrets.denied', /log-in to Vault by approle.*invalid role or secret ID/));
    expect(JSON.stringify(wrong)).not.toContain('secret-id-2');
  });

  test.each(['kubernetes', 'jwt'] as const)('by %s, as the role of the environment', async (auth) => {
    vault.world.jwtRoles.set(`${auth}/beanpod-staging`, { subject: 'worker', policies: ['reader'] });
    vault.world.jwtRoles.set(`${auth}/beanpod-test`, { subject: 'worker', policies: [] });
    const secrets = secretsWith({ auth, role: 'beanpod-{environment}', jwtPath: jwtFor('worker') });

    expect(await read(secrets, 'vault:secret/app#password')).toEqual(found('hunter2-hunter2'));
    expect(await read(secrets, 'vault:secret/app#password', 'test')).toEqual(
      failed('secrets.denied', /refuses/),
    );
    expect(await read(secrets, 'vault:secret/app#password', 'production')).toEqual(
      failed('secrets.denied', /as beanpod-production/),
    );
  });

  test('in a namespace', async () => {
    await vault.close();
    vault = await startVault({ namespace: 'team' });
    vault.policy('reader', { 'secret/data/app': ['read'] });
    vault.put('secret/app', { password: 'of-the-team' });

    expect(
      await read(
        secretsWith({ token: vault.issue('reader'), namespace: 'team' }),
        'vault:secret/app#password',
      ),
    ).toEqual(found('of-the-team'));
  });

  test('serves many readers, and is made again when its token is revoked', async () => {
    vault.world.appRoles.set('role-1', { secretId: 'secret-id-1', policies: ['reader'] });
    const secrets = secretsWith({ auth: 'approle', roleId: 'role-1', secretId: 'secret-id-1' });
    const logIns = () => vault.calls.filter((call) => call.includes('login')).length;

    await Promise.all(Array.from({ length: 20 }, () => read(secrets, 'vault:secret/app#password')));
    expect(logIns()).toBe(1);
    for (const token of vault.world.tokens.keys()) if (token !== vault.world.rootToken) vault.revoke(token);
    expect(await read(secrets, 'vault:secret/app#password')).toEqual(found('hunter2-hunter2'));
    expect(logIns()).toBe(2);
  });

  test('is not made again for a right that the token lacks', async () => {
    vault.world.appRoles.set('role-1', { secretId: 'secret-id-1', policies: ['reader'] });
    const secrets = secretsWith({ auth: 'approle', roleId: 'role-1', secretId: 'secret-id-1' });
    await read(secrets, 'vault:secret/other#a');
    await read(secrets, 'vault:secret/other#a');

    expect(vault.calls.filter((call) => call.includes('login'))).toHaveLength(1);
  });

  test('by a token in a file reads the file again when the token is refused', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'token-')), 'token');
    const first = vault.issue('reader');
    writeFileSync(path, first);
    const secrets = secretsWith({ tokenPath: path });
    expect(await read(secrets, 'vault:secret/app#password')).toEqual(found('hunter2-hunter2'));
    vault.revoke(first);

    expect(await read(secrets, 'vault:secret/app#password')).toEqual(
      failed('secrets.denied', /token for Vault/),
    );
    writeFileSync(path, vault.issue('reader'));
    expect(await read(secrets, 'vault:secret/app#password')).toEqual(found('hunter2-hunter2'));
  });

  test('is renewed before its token ends, and never in a hurry', async () => {
    vault.world.tokenTtlS = 2;
    vault.world.appRoles.set('role-1', { secretId: 'secret-id-1', policies: ['reader'] });
    const secrets = secretsWith({ auth: 'approle', roleId: 'role-1', secretId: 'secret-id-1' });
    await read(secrets, 'vault:secret/app#password');

    await expect.poll(() => renewals(), { timeout: 10_000 }).toBeGreaterThanOrEqual(3);
    expect(vault.calls.filter((call) => call.includes('login'))).toHaveLength(1);
    vault.world.tokenTtlS = 768 * 3_600;
    const before = renewals();
    await read(secretsWith({ token: vault.issue('reader') }), 'vault:secret/app#password');
    expect(renewals() - before).toBeLessThanOrEqual(1);
  });

  test('is ended when the worker ends', async () => {
    vault.world.appRoles.set('role-1', { secretId: 'secret-id-1', policies: ['reader'] });
    const secrets = secretsWith({ auth: 'approle', roleId: 'role-1', secretId: 'secret-id-1' });
    await read(secrets, 'vault:secret/app#password');
    await secrets.close();

    expect([...vault.world.tokens.keys()]).toEqual([vault.world.rootToken]);
  });

  function renewals(): number {
    return vault.calls.filter((call) => call.endsWith('renew-self')).length;
  }
});

describe('credentials that Vault makes', () => {
  test('are one pair for all references of a deployment, live with it, and end with it', async () => {
    const secrets = withToken('reader');
    const mine = secrets.open({ service: 'shop', environment: 'staging' });
    const references = ['vault:aws/creds/deployer#access_key', 'vault:aws/creds/deployer#secret_key'];
    const { values, obstacle } = await mine.resolve(references, AbortSignal.timeout(10_000));
    const key = values.get('vault:aws/creds/deployer#access_key') ?? '';

    expect(obstacle).toBeUndefined();
    expect(values.size).toBe(2);
    expect([...vault.world.credentials]).toEqual([[key, true]]);
    await mine.close('revoke');
    expect([...vault.world.credentials]).toEqual([[key, false]]);
    expect(vault.world.leases.size).toBe(0);
  });

  test('stay when another worker goes on with the deployment', async () => {
    const mine = withToken('reader').open({ service: 'shop', environment: 'staging' });
    await mine.read('vault:aws/creds/deployer', AbortSignal.timeout(10_000));
    await mine.close('leave');

    expect([...vault.world.credentials.values()]).toEqual([true]);
  });

  test('are renewed while the deployment lives', async () => {
    vault.world.mounts.set('aws/', { type: 'aws', roles: { deployer: { ttlS: 2 } } });
    const mine = withToken('reader').open({ service: 'shop', environment: 'staging' });
    await mine.read('vault:aws/creds/deployer', AbortSignal.timeout(10_000));

    await expect
      .poll(() => [...vault.world.leases.values()].map(({ renewals }) => renewals > 2))
      .toEqual([true]);
    await mine.close('revoke');
  });

  test('that cannot be renewed are replaced when they are asked for near their end', async () => {
    vault.world.mounts.set('aws/', { type: 'aws', roles: { deployer: { ttlS: 1 } } });
    const mine = withToken('reader').open({ service: 'shop', environment: 'staging' });
    const ask = () => mine.read('vault:aws/sts/deployer', AbortSignal.timeout(10_000));
    const first = await ask();

    await expect.poll(async () => JSON.stringify(await ask()) !== JSON.stringify(first)).toBe(true);
    await mine.close('revoke');
  });
});
