import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSpoken, readReference } from '../../../../src/shared/secrets/reference.js';
import { referencesIn, withValues } from '../../../../src/shared/secrets/walk.js';

describe('a reference', () => {
  test.each([
    ['vault:secret/app#password', { place: 'vault', path: 'secret/app', key: 'password' }],
    ['vault:secret/team/app#a.b-c#3', { place: 'vault', path: 'secret/team/app', key: 'a.b-c', version: 3 }],
    ['vault:aws/creds/deployer', { place: 'vault', path: 'aws/creds/deployer' }],
    ['file:/run/secrets/beanpod/key.json', { place: 'file', path: '/run/secrets/beanpod/key.json' }],
    ['env:BEANPOD_SECRET_A', { place: 'env', name: 'BEANPOD_SECRET_A' }],
  ])('%s is read', (text, reference) => {
    expect(readReference(text)).toEqual(reference);
  });

  test.each([
    'vault:secret/../sys/seal#a',
    'vault:secret//app#a',
    'vault:/secret/app#a',
    'vault:secret/app?version=1#a',
    'vault:secret/%2e%2e/app#a',
    'vault:secret/app#',
    'vault:secret/app#a\n',
    'vault:secret',
    'vault:secret\\app#a',
    'env:A B',
    'file:/a\0b',
  ])('%j is meant as one and is broken', (text) => {
    expect(isSpoken(text)).toBe(true);
    expect(readReference(text)).toBeUndefined();
  });

  test.each([
    'https://vault:8200',
    'Vault:secret/a#b',
    'a vault:secret/a#b',
    'file://x',
    'env:lower',
    'environment',
    '',
  ])('%j is a text', (text) => {
    expect(isSpoken(text)).toBe(false);
  });

  test('is read in no time however it is broken', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 2_000 }), (text) => readReference(`vault:${text}`) !== null),
      { numRuns: 300 },
    );
    expect(readReference(`vault:${'a/'.repeat(50_000)}`)).toBeUndefined();
  });
});

describe('a configuration', () => {
  const configuration = {
    options: [{ name: 'PASSWORD', value: 'vault:secret/app#password' }],
    nested: { deep: { again: 'vault:secret/app#password', other: 'env:BEANPOD_SECRET_A' } },
    'vault:secret/key#name': 'a key is no reference',
    text: 'literal:env:HOME',
    twice: 'literal:literal:env:HOME',
    plain: 'literal: nothing behind it',
    count: 3,
    cluster: { kubeconfig: 'vault:secret/cluster#kubeconfig' },
  };

  test('names each of its references once, and not those that the provider reads itself', () => {
    expect(referencesIn(configuration, ['/cluster/kubeconfig'])).toEqual([
      'vault:secret/app#password',
      'env:BEANPOD_SECRET_A',
    ]);
  });

  test('has values in all places of a reference, and is not changed itself', () => {
    const before = structuredClone(configuration);
    const values = new Map([
      ['vault:secret/app#password', 'hunter2'],
      ['env:BEANPOD_SECRET_A', 'env:NOT_READ_AGAIN'],
    ]);

    expect(withValues(configuration, values, ['/cluster/kubeconfig'])).toEqual({
      ...configuration,
      options: [{ name: 'PASSWORD', value: 'hunter2' }],
      nested: { deep: { again: 'hunter2', other: 'env:NOT_READ_AGAIN' } },
      text: 'env:HOME',
      twice: 'literal:env:HOME',
    });
    expect(configuration).toEqual(before);
  });

  test('without references comes out as it went in, whatever it is', () => {
    const text = fc.string().filter((each) => !isSpoken(each));
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), text, (json, other) => {
        const value = [json, other];
        if (referencesIn(value).length > 0) return;
        expect(withValues(value, new Map())).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });
});
