import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createSecretReferences } from '../../../../../src/providers/kubernetes/connect/secret-references.js';

const root = mkdtempSync(join(tmpdir(), 'secrets-'));
const folder = join(root, 'allowed');
mkdirSync(folder);
writeFileSync(join(folder, 'token'), 'sesame\n');
writeFileSync(join(root, 'other'), 'no');
symlinkSync(join(root, 'other'), join(folder, 'link'));
afterAll(() => rmSync(root, { recursive: true }));

const resolve = createSecretReferences({
  environment: { BEANPOD_SECRET_A: 'value', REDIS_URL: 'redis://x' },
  variablePrefix: 'BEANPOD_SECRET_',
  folder,
});

describe('a reference to a secret', () => {
  it('resolves to a variable or a file, without the line end', async () => {
    expect(await resolve('env:BEANPOD_SECRET_A')).toBe('value');
    expect(await resolve(`file:${folder}/token`)).toBe('sesame');
  });

  it.each([
    ['a variable of the worker itself', 'env:REDIS_URL'],
    ['a variable that is not set', 'env:BEANPOD_SECRET_B'],
    ['a file outside of the folder', `file:${root}/other`],
    ['a way out of the folder', `file:${folder}/../other`],
    ['a link out of the folder', `file:${folder}/link`],
    ['another scheme', 'https://example.com'],
  ])('refuses %s', async (_, reference) => {
    await expect(resolve(reference)).rejects.toThrow(/may not be used|not set|not there|neither/);
  });
});
