import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testSecrets } from '../../support/secrets.js';

describe('what is on the worker itself', () => {
  const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  writeFileSync(join(folder, 'token'), 'sesame-open\n');
  writeFileSync(join(folder, 'empty'), '');
  symlinkSync('/etc/hostname', join(folder, 'link'));

  function local(reference: string) {
    const variables = { BEANPOD_SECRET_A: 'value-a ', REDIS_URL: 'redis://x' };
    const secrets = testSecrets({ variables, folder }).open({ service: 'shop', environment: 'staging' });
    return secrets.read(reference, AbortSignal.timeout(10_000));
  }

  test('is read without the line end', async () => {
    expect(await local('env:BEANPOD_SECRET_A')).toEqual({ said: 'found', value: 'value-a' });
    expect(await local(`file:${folder}/token`)).toEqual({ said: 'found', value: 'sesame-open' });
  });

  test.each([
    ['a variable of the worker itself', 'env:REDIS_URL', 'secrets.denied', /may not be used/],
    ['a variable that is not set', 'env:BEANPOD_SECRET_B', 'secrets.missing', /not set/],
    ['a file elsewhere', 'file:/etc/hostname', 'secrets.missing', /not in/],
    ['a way out of the folder', `file:${folder}/../../etc/hostname`, 'secrets.missing', /not in/],
    ['a link out of the folder', `file:${folder}/link`, 'secrets.missing', /not in/],
    ['an empty file', `file:${folder}/empty`, 'secrets.missing', /empty/],
    ['a broken reference', 'vault:secret/../x#a', 'secrets.reference-invalid', /is no reference/],
  ])('is refused for %s', async (_, reference, code, detail) => {
    expect(await local(reference)).toMatchObject({
      said: 'failed',
      failure: { code, detail: expect.stringMatching(detail) as string },
    });
  });
});

describe('settings of Vault', () => {
  const vault = { address: 'http://127.0.0.1:9', jwtPath: '/nowhere', paths: [] } as const;

  test.each([
    ['token', {}, 'BEANPOD_VAULT_TOKEN or BEANPOD_VAULT_TOKEN_PATH'],
    ['approle', { roleId: 'r' }, 'BEANPOD_VAULT_ROLE_ID and BEANPOD_VAULT_SECRET_ID'],
    ['kubernetes', {}, 'BEANPOD_VAULT_ROLE'],
    ['jwt', {}, 'BEANPOD_VAULT_ROLE'],
  ] as const)('by %s that do not fit together are refused at the start', (auth, more, missing) => {
    expect(() => testSecrets({ vault: { ...vault, ...more, auth } })).toThrow(
      `BEANPOD_VAULT_AUTH is ${auth}, which needs ${missing}`,
    );
  });

  test('that name an authority which cannot be read are refused at the start', () => {
    const settings = { ...vault, auth: 'token', token: 'x', authorityFile: '/nowhere/ca.pem' } as const;

    expect(() => testSecrets({ vault: settings })).toThrow('BEANPOD_VAULT_CA_FILE');
  });
});
