import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { failed, found, read, useVault } from '../../support/vault.js';

const at = useVault();

function jwtFor(subject: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'jwt-')), 'token');
  const claims = Buffer.from(JSON.stringify({ sub: subject })).toString('base64url');
  writeFileSync(path, `e30.${claims}.sig\n`);
  return path;
}

describe('a log-in', () => {
  test('by AppRole', async () => {
    at.vault.world.appRoles.set('role-1', { secretId: 'secret-id-1', policies: ['reader'] });

    expect(
      await read(
        at.secretsWith({ auth: 'approle', roleId: 'role-1', secretId: 'secret-id-1' }),
        'vault:secret/app#password',
      ),
    ).toEqual(found('hunter2-hunter2'));
    const wrong = await read(
      at.secretsWith({ auth: 'approle', roleId: 'role-1', secretId: 'secret-id-2' }),
      'vault:secret/app#password',
    );
    expect(wrong).toEqual(failed('secrets.denied', /log-in to Vault by approle.*invalid role or secret ID/));
    expect(JSON.stringify(wrong)).not.toContain('secret-id-2');
  });

  test.each(['kubernetes', 'jwt'] as const)('by %s, as the role of the environment', async (auth) => {
    at.vault.world.jwtRoles.set(`${auth}/beanpod-staging`, { subject: 'worker', policies: ['reader'] });
    at.vault.world.jwtRoles.set(`${auth}/beanpod-test`, { subject: 'worker', policies: [] });
    const secrets = at.secretsWith({ auth, role: 'beanpod-{environment}', jwtPath: jwtFor('worker') });

    expect(await read(secrets, 'vault:secret/app#password')).toEqual(found('hunter2-hunter2'));
    expect(await read(secrets, 'vault:secret/app#password', 'test')).toEqual(
      failed('secrets.denied', /refuses/),
    );
    expect(await read(secrets, 'vault:secret/app#password', 'production')).toEqual(
      failed('secrets.denied', /as beanpod-production/),
    );
  });

  test('in a namespace', async () => {
    await at.replace({ namespace: 'team' });
    at.vault.policy('reader', { 'secret/data/app': ['read'] });
    at.vault.put('secret/app', { password: 'of-the-team' });

    expect(
      await read(
        at.secretsWith({ token: at.vault.issue('reader'), namespace: 'team' }),
        'vault:secret/app#password',
      ),
    ).toEqual(found('of-the-team'));
  });

  test('serves many readers, and is made again when its token is revoked', async () => {
    at.vault.world.appRoles.set('role-1', { secretId: 'secret-id-1', policies: ['reader'] });
    const secrets = at.secretsWith({ auth: 'approle', roleId: 'role-1', secretId: 'secret-id-1' });
    const logIns = () => at.vault.calls.filter((call) => call.includes('login')).length;

    await Promise.all(Array.from({ length: 20 }, () => read(secrets, 'vault:secret/app#password')));
    expect(logIns()).toBe(1);
    for (const token of at.vault.world.tokens.keys())
      if (token !== at.vault.world.rootToken) at.vault.revoke(token);
    expect(await read(secrets, 'vault:secret/app#password')).toEqual(found('hunter2-hunter2'));
    expect(logIns()).toBe(2);
  });

  test('is not made again for a right that the token lacks', async () => {
    at.vault.world.appRoles.set('role-1', { secretId: 'secret-id-1', policies: ['reader'] });
    const secrets = at.secretsWith({ auth: 'approle', roleId: 'role-1', secretId: 'secret-id-1' });
    await read(secrets, 'vault:secret/other#a');
    await read(secrets, 'vault:secret/other#a');

    expect(at.vault.calls.filter((call) => call.includes('login'))).toHaveLength(1);
  });

  test('by a token in a file reads the file again when the token is refused', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'token-')), 'token');
    const first = at.vault.issue('reader');
    writeFileSync(path, first);
    const secrets = at.secretsWith({ tokenPath: path });
    expect(await read(secrets, 'vault:secret/app#password')).toEqual(found('hunter2-hunter2'));
    at.vault.revoke(first);

    expect(await read(secrets, 'vault:secret/app#password')).toEqual(
      failed('secrets.denied', /token for Vault/),
    );
    writeFileSync(path, at.vault.issue('reader'));
    expect(await read(secrets, 'vault:secret/app#password')).toEqual(found('hunter2-hunter2'));
  });

  test('is renewed before its token ends, and never in a hurry', async () => {
    at.vault.world.tokenTtlS = 2;
    at.vault.world.appRoles.set('role-1', { secretId: 'secret-id-1', policies: ['reader'] });
    const secrets = at.secretsWith({ auth: 'approle', roleId: 'role-1', secretId: 'secret-id-1' });
    await read(secrets, 'vault:secret/app#password');

    await expect.poll(() => renewals(), { timeout: 10_000 }).toBeGreaterThanOrEqual(3);
    expect(at.vault.calls.filter((call) => call.includes('login'))).toHaveLength(1);
    at.vault.world.tokenTtlS = 768 * 3_600;
    const before = renewals();
    await read(at.secretsWith({ token: at.vault.issue('reader') }), 'vault:secret/app#password');
    expect(renewals() - before).toBeLessThanOrEqual(1);
  });

  test('is ended when the worker ends', async () => {
    at.vault.world.appRoles.set('role-1', { secretId: 'secret-id-1', policies: ['reader'] });
    const secrets = at.secretsWith({ auth: 'approle', roleId: 'role-1', secretId: 'secret-id-1' });
    await read(secrets, 'vault:secret/app#password');
    await secrets.close();

    expect([...at.vault.world.tokens.keys()]).toEqual([at.vault.world.rootToken]);
  });

  function renewals(): number {
    return at.vault.calls.filter((call) => call.endsWith('renew-self')).length;
  }
});

describe('credentials that Vault makes', () => {
  test('are one pair for all references of a deployment, live with it, and end with it', async () => {
    const secrets = at.withToken('reader');
    const mine = secrets.open({ service: 'shop', environment: 'staging' });
    const references = ['vault:aws/creds/deployer#access_key', 'vault:aws/creds/deployer#secret_key'];
    const { values, obstacle } = await mine.resolve(references, AbortSignal.timeout(10_000));
    const key = values.get('vault:aws/creds/deployer#access_key') ?? '';

    expect(obstacle).toBeUndefined();
    expect(values.size).toBe(2);
    expect([...at.vault.world.credentials]).toEqual([[key, true]]);
    await mine.close('revoke');
    expect([...at.vault.world.credentials]).toEqual([[key, false]]);
    expect(at.vault.world.leases.size).toBe(0);
  });

  test('stay when another worker goes on with the deployment', async () => {
    const mine = at.withToken('reader').open({ service: 'shop', environment: 'staging' });
    await mine.read('vault:aws/creds/deployer', AbortSignal.timeout(10_000));
    await mine.close('leave');

    expect([...at.vault.world.credentials.values()]).toEqual([true]);
  });

  test('are renewed while the deployment lives', async () => {
    at.vault.world.mounts.set('aws/', { type: 'aws', roles: { deployer: { ttlS: 2 } } });
    const mine = at.withToken('reader').open({ service: 'shop', environment: 'staging' });
    await mine.read('vault:aws/creds/deployer', AbortSignal.timeout(10_000));

    await expect
      .poll(() => [...at.vault.world.leases.values()].map(({ renewals }) => renewals > 2))
      .toEqual([true]);
    await mine.close('revoke');
  });

  test('that cannot be renewed are replaced when they are asked for near their end', async () => {
    at.vault.world.mounts.set('aws/', { type: 'aws', roles: { deployer: { ttlS: 1 } } });
    const mine = at.withToken('reader').open({ service: 'shop', environment: 'staging' });
    const ask = () => mine.read('vault:aws/sts/deployer', AbortSignal.timeout(10_000));
    const first = await ask();

    await expect.poll(async () => JSON.stringify(await ask()) !== JSON.stringify(first)).toBe(true);
    await mine.close('revoke');
  });
});
