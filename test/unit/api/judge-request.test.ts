import { Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { judgeRequest } from '../../../src/api/use-cases/judge-request.js';
import type { Catalog } from '../../../src/providers/catalog.js';
import type { Target } from '../../../src/shared/contract/configuration.js';
import { schemaOf } from '../../../src/shared/schema/schema.js';

const catalog: Catalog = new Map([
  ['pictures', { target: schemaOf(Type.Object({})), artifacts: ['image'] as const }],
  ['boxes', { target: schemaOf(Type.Object({})), artifacts: ['bundle'] as const }],
]);
const caller = {
  id: 'x',
  name: 'ci',
  grants: [],
  owner: { kind: 'installation', name: 'installation' },
  by: 'token',
} as const;
const UPLOADED = 'a'.repeat(64);
const request = { service: 'shop', environment: 'staging', version: '1' };
const image = { type: 'image', image: 'a/b:1' } as const;

function judge(target: Target, asked: Parameters<typeof judgeRequest>[1]) {
  const snapshot = {
    revision: '7',
    services: new Map(),
    environments: new Map(),
    targets: new Map([['shop/staging', target]]),
    blockers: new Map(),
    hooks: new Map(),
    subscriptions: new Map(),
  };
  const configuration = { current: () => snapshot, refresh: () => Promise.resolve(snapshot) };
  const versions = { find: () => Promise.resolve(undefined), list: () => Promise.resolve([]) };
  const blobs = { size: (key: string) => Promise.resolve(key.endsWith(UPLOADED) ? 42 : undefined) };
  return judgeRequest({ configuration, versions, catalog, blobs }, asked, caller);
}

describe('a request to deploy', () => {
  test('freezes the target as it is, with the revision that it was judged by', async () => {
    const target: Target = {
      provider: 'pictures',
      spec: {},
      policy: { onBusy: 'supersede', rollback: 'never' },
    };

    const judged = await judge(target, { ...request, artifact: image });

    expect(judged).toMatchObject({
      revision: '7',
      request: { onBusy: 'supersede', provider: 'pictures', actor: { name: 'ci' } },
      input: { artifact: image, policy: target.policy, verify: {} },
    });
  });

  test('may overrule the policy of the target on what to do when it is busy', async () => {
    const target: Target = { provider: 'pictures', spec: {}, policy: { onBusy: 'supersede' } };

    const judged = await judge(target, { ...request, artifact: image, onBusy: 'reject' });

    expect(judged.request.onBusy).toBe('reject');
  });

  test('may name a bundle that was uploaded, and no other one', async () => {
    const target: Target = { provider: 'boxes', spec: {} };
    const artifact = { type: 'bundle', sha256: UPLOADED } as const;
    const missing = { ...artifact, sha256: 'b'.repeat(64) };

    expect((await judge(target, { ...request, artifact })).input.artifact).toEqual(artifact);
    await expect(judge(target, { ...request, artifact: missing })).rejects.toMatchObject({
      code: 'bundle.unknown',
      more: { errors: [{ pointer: '/artifact/sha256' }] },
    });
  });

  test('with an artifact that the provider does not take is told which ones it takes', async () => {
    const artifact = { type: 's3', bucket: 'b-c', key: 'k' } as const;

    await expect(judge({ provider: 'pictures', spec: {} }, { ...request, artifact })).rejects.toMatchObject({
      code: 'request.invalid',
      more: { errors: [{ pointer: '/artifact/type', detail: 'must be image for a target of pictures' }] },
    });
  });

  test('to a target of a provider that is gone says so', async () => {
    await expect(
      judge({ provider: 'abacus', spec: {} }, { ...request, artifact: image }),
    ).rejects.toMatchObject({
      code: 'provider.unknown',
    });
  });
});
