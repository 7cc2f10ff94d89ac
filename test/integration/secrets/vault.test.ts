import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeCertificate } from '../../simulators/kubernetes/tls.js';
import { testSecrets } from '../../support/secrets.js';
import { failed, found, read, useVault, waiting } from '../../support/vault.js';

const at = useVault();

describe('a secret of Vault', () => {
  test('is read from key-value 2, with and without data/ in the path', async () => {
    const secrets = at.withToken('reader');

    expect(await read(secrets, 'vault:secret/app#password')).toEqual(found('hunter2-hunter2'));
    expect(await read(secrets, 'vault:secret/data/app#password')).toEqual(found('hunter2-hunter2'));
  });

  test('is read in the version that the reference names', async () => {
    at.vault.put('secret/app', { password: 'second-password' });
    const secrets = at.withToken('reader');

    expect(await read(secrets, 'vault:secret/app#password')).toEqual(found('second-password'));
    expect(await read(secrets, 'vault:secret/app#password#1')).toEqual(found('hunter2-hunter2'));
  });

  test('is read from key-value 1, which keeps no versions', async () => {
    at.vault.put('kv/old', { password: 'old-password' });
    const secrets = at.withToken('reader');

    expect(await read(secrets, 'vault:kv/old#password')).toEqual(found('old-password'));
    expect(await read(secrets, 'vault:kv/old#password#1')).toEqual(
      failed('secrets.reference-invalid', /only key-value version 2/),
    );
  });

  test('that is no text is given as JSON', async () => {
    const secrets = at.withToken('reader');

    expect(await read(secrets, 'vault:secret/app#port')).toEqual(found('5432'));
    expect(await read(secrets, 'vault:secret/app#nested')).toEqual(found('{"a":1}'));
  });

  test.each([
    ['a key is missing', 'vault:secret/app#nothing', /no value under this key/],
    ['its value is empty', 'vault:secret/app#empty', /no value under this key/],
    ['the path is missing', 'vault:secret/application#a', /nothing at this path/],
  ])('is missing when %s', async (_, reference, detail) => {
    expect(await read(at.withToken('reader'), reference)).toEqual(failed('secrets.missing', detail));
  });

  test('is missing when its version was deleted', async () => {
    at.vault.remove('secret/app');

    expect(await read(at.withToken('reader'), 'vault:secret/app#password')).toEqual(
      failed('secrets.missing', /was deleted/),
    );
  });

  test.each([
    ['Vault refuses the path', 'vault:secret/other#a', /refuses it/],
    ['nothing is mounted there', 'vault:nowhere/at/all#a', /refuses it/],
  ])('is denied when %s', async (_, reference, detail) => {
    expect(await read(at.withToken('reader'), reference)).toEqual(failed('secrets.denied', detail));
  });

  test('is denied outside of the paths that the worker allows for the environment', async () => {
    at.vault.put('secret/app-staging', { a: 'value-of-staging' });
    at.vault.put('secret/app-production', { a: 'value-of-production' });
    const secrets = at.secretsWith({ token: at.vault.issue('reader'), paths: ['secret/app-{environment}'] });

    expect(await read(secrets, 'vault:secret/app-staging#a')).toEqual(found('value-of-staging'));
    expect(await read(secrets, 'vault:secret/app-production#a')).toEqual(
      failed('secrets.denied', /targets in staging may name/),
    );
  });

  test.each([
    ['another name that begins like it', 'secret/{environment}', 'vault:secret/staging-eu#a'],
    ['another name below a start', 'secret/app-{environment}', 'vault:secret/app-staging-eu#a'],
  ])('is denied for %s', async (_, allowed, reference) => {
    for (const path of ['secret/staging-eu', 'secret/app-staging-eu'])
      at.vault.put(path, { a: 'of-another' });
    const secrets = at.secretsWith({ token: at.vault.issue('reader'), paths: [allowed] });

    expect(await read(secrets, reference)).toEqual(failed('secrets.denied', /targets in staging may name/));
  });

  test('is denied to an environment that is named like the segment of key-value 2', async () => {
    at.vault.put('secret/production/db', { a: 'of-production' });
    const secrets = at.secretsWith({
      token: at.vault.issue('reader'),
      paths: ['secret/{environment}/'],
    });
    const opened = secrets.open({ service: 'shop', environment: 'data' });

    expect(await opened.read('vault:secret/data/production/db#a', AbortSignal.timeout(5_000))).toEqual(
      failed('secrets.denied', /targets in data may name/),
    );
    await opened.close('leave');
  });

  test('needs a Vault', async () => {
    const secrets = testSecrets();

    expect(await read(secrets, 'vault:secret/app#password')).toEqual(
      failed('secrets.unconfigured', /BEANPOD_VAULT_ADDR/),
    );
  });
});

describe('what passes by itself is waited for', () => {
  test.each([
    ['Vault is sealed', () => at.vault.seal(), /sealed/],
    ['Vault fails', () => at.vault.fail(/app/, { status: 500 }, 9), /500/],
    ['a node is behind', () => at.vault.fail(/data\/app/, { status: 412 }, 9), /412/],
    [
      'Vault asks to slow down',
      () => at.vault.fail(/data\/app/, { status: 429, retryAfterS: 7 }, 9),
      /slow down/,
    ],
    ['the connection breaks off', () => at.vault.fail(/data\/app/, 'reset', 9), /does not answer/],
    ['Vault does not answer', () => at.vault.fail(/data\/app/, 'hang', 9), /no answer in time/],
  ])('when %s', async (_, happen, because) => {
    const secrets = at.withToken('reader');
    happen();

    expect(await read(secrets, 'vault:secret/app#password')).toEqual(waiting(because));
    at.vault.unseal();
    at.vault.world.faults.length = 0;
    expect(await read(secrets, 'vault:secret/app#password')).toEqual(found('hunter2-hunter2'));
  });

  test('when Vault is down', async () => {
    const secrets = at.secretsWith({ address: 'http://127.0.0.1:9', token: 'x' });

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
  at.vault.fail(/data\/app/, { status: 307, location }, 9);

  expect(await read(at.withToken('reader'), 'vault:secret/app#password')).toEqual(
    failed('secrets.unconfigured', /redirects/),
  );
  expect(seen).toEqual([]);
  other.close();
});

test('a certificate is trusted by the authority that is named, and by no other', async () => {
  const { ca, key, cert } = await makeCertificate();
  await at.replace({ tls: { key, cert } });
  at.vault.put('secret/app', { password: 'over-tls-only' });
  const authorityFile = join(mkdtempSync(join(tmpdir(), 'ca-')), 'ca.pem');
  writeFileSync(authorityFile, ca);
  const token = at.vault.issue('reader');

  expect(await read(at.secretsWith({ token, authorityFile }), 'vault:secret/app#password')).toEqual(
    found('over-tls-only'),
  );
  expect(await read(at.secretsWith({ token }), 'vault:secret/app#password')).toEqual(
    waiting(/SELF_SIGNED|UNABLE_TO|DEPTH_ZERO/),
  );
});
