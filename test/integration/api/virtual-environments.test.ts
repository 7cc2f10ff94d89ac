import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLeases } from '../../../src/shared/store/lease.js';
import { TARGET, useApi } from '../../support/api.js';
import { pointersOf } from '../../support/caller.js';
import { createHandWorker } from '../../support/hand-worker.js';

const api = useApi();
beforeAll(() => api.start());
afterAll(() => api.stop());

const SPEC = {
  cluster: { type: 'in-cluster' },
  namespace: 'shop',
  manifests: 'apiVersion: v1',
  parameters: { size: 3 },
};
const ABOUT = {
  tier: 'test',
  region: 'eu',
  parameters: { size: 1, password: 'vault:secret/shop#password' },
  nodePortOffset: 100,
};
const image = { type: 'image', image: 'registry.example.com/shop:1' };

const putEnvironment = (about: object) => api.call().put('/v1/environments/blue').send(about);

async function deploy(service: string, artifact: object): Promise<string> {
  const request = { service, environment: 'blue', version: '1', artifact };
  const { status, body } = await api.call().post('/v1/deployments').send(request);
  if (status !== 202) throw new Error(JSON.stringify(body));
  return body.id;
}

const specOf = async (id: string) =>
  (await createLeases(api.redis.client, api.redis.namespace, 1_000, 1_000).work(id)).input.spec;

describe('what an environment gives to its targets', () => {
  test('is frozen with a deployment and comes back with its repetition; the target goes before it', async () => {
    await api.configure('shop', 'blue', { provider: 'kubernetes', spec: SPEC });
    expect((await putEnvironment(ABOUT)).status).toBe(200);
    const given = {
      ...SPEC,
      parameters: { tier: 'test', region: 'eu', password: 'vault:secret/shop#password', size: 3 },
      nodePortOffset: 100,
    };

    const first = await deploy('shop', image);
    await putEnvironment({ parameters: { size: 1, password: 'other' }, nodePortOffset: 200 });
    const second = await deploy('shop', image);

    expect(await specOf(first)).toEqual(given);
    expect(await specOf(second)).toEqual({
      ...SPEC,
      parameters: { password: 'other', size: 3 },
      nodePortOffset: 200,
    });
    await createHandWorker(api.redis).succeed(first);
    const again = await api
      .call()
      .post(`/v1/deployments/${first}/redeploy`)
      .send({ reason: 'The old password is back' });
    expect(await specOf(again.body.id)).toEqual(given);
  });

  test('leaves targets alone whose provider has no templates, and those of environments that give nothing', async () => {
    await api.configure('basket', 'blue');
    await putEnvironment(ABOUT);
    const artifact = { type: 's3', bucket: 'ci-artifacts', key: 'basket/1.zip' };
    expect(await specOf(await deploy('basket', artifact))).toEqual(TARGET.spec);

    await api.configure('plain', 'blue', { provider: 'kubernetes', spec: SPEC });
    expect(await specOf(await deploy('plain', image))).toEqual(SPEC);
  });

  test('is refused with all that is wrong with it', async () => {
    const refused = await putEnvironment({
      region: 'Europe!',
      parameters: { 'a b': 'x', list: [1] },
      nodePortOffset: 0.5,
    });

    expect(refused.status).toBe(422);
    expect(pointersOf(refused)).toEqual(
      expect.arrayContaining(['/region', '/parameters/a b', '/parameters/list', '/nodePortOffset']),
    );
    const kept = await api.call().get('/v1/environments/blue');
    expect(kept.body).toEqual({ environment: 'blue' });
  });
});
