import { afterAll, beforeAll, expect, test } from 'vitest';
import { keysOf } from '../../../src/shared/store/keys.js';
import { ARTIFACT, useApi } from '../../support/api.js';
import { createHandWorker } from '../../support/hand-worker.js';

const api = useApi();
const hers: string[] = [];
let newest = '';
let token = '';

beforeAll(async () => {
  await api.start();
  await api.configure('hers');
  await api.configure('others');
  // From before snapshots said which service was deployed.
  const old = { content: 'f'.repeat(40), deployment: 'old', ended: 'succeeded', at: '1' };
  const key = keysOf(api.redis.namespace).snapshots('staging');
  await api.redis.client.xadd(key, '*', ...Object.entries(old).flat());
  for (const service of ['hers', 'others', 'hers', 'others', 'others', 'hers', 'others'])
    await deploy(service);
  const rules = [{ effect: 'allow', verbs: ['view'], service: 'hers', environment: 'staging' }];
  ({ token } = (await api.call().post('/v1/tokens').send({ name: 'hers', rules })).body);
});
afterAll(() => api.stop());

async function deploy(service: string): Promise<void> {
  const request = { service, environment: 'staging', version: String(hers.length), artifact: ARTIFACT };
  const { id } = (await api.call().post('/v1/deployments').send(request)).body;
  await createHandWorker(api.redis).succeed(id);
  if (service === 'hers') hers.unshift(id);
  newest = id;
}

/** The deployments of every page up to the last one. */
async function listed(caller: string, limit: number): Promise<readonly (readonly string[])[]> {
  const found: string[][] = [];
  let cursor: string | undefined;
  do {
    const more = cursor === undefined ? '' : `&cursor=${cursor}`;
    const path = `/v1/environments/staging/snapshots?limit=${limit}${more}`;
    const { status, text, body } = await api.call(caller).get(path);
    expect(status, text).toBe(200);
    found.push((body.items as unknown as { deployment: string }[]).map(({ deployment }) => deployment));
    cursor = body.nextCursor;
  } while (cursor !== undefined);
  return found;
}

test('a list of snapshots names the deployments that its caller may view and no other, on full pages', async () => {
  expect(await listed(token, 50)).toEqual([hers]);
  expect(await listed(token, 2)).toEqual([hers.slice(0, 2), hers.slice(2)]);
});

test('whoever may view everything is told of all, older ones too', async () => {
  const [all = []] = await listed(api.token, 50);

  expect(all).toHaveLength(8);
  expect([all[0], all.at(-1)]).toEqual([newest, 'old']);
});
