import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CloneView } from '../../../src/shared/contract/clone.js';
import { createClones } from '../../../src/shared/store/clones.js';
import { ARTIFACT, TARGET, useApi } from '../../support/api.js';
import { createHandWorker } from '../../support/hand-worker.js';
import { usePeople } from '../../support/people.js';

const api = useApi({ BEANPOD_CLONES: '2' });
const people = usePeople(api);
const { provider, spec } = TARGET;
const checks = [
  { type: 'http', url: '/health' },
  { type: 'http', url: 'https://shop.example.com/health' },
];
const JOBS = { cluster: { type: 'in-cluster' }, namespace: 'shop', manifests: 'kind: List' };
const CLONE = '/v1/environments/staging/clone';
const wish = { name: 'review-1', ttlMs: 600_000, services: ['shop-api'] };

beforeAll(async () => {
  await api.start();
  await api.configure('shop-api', 'staging', { ...TARGET, verify: { stabilityMs: 0, checks } });
  await api.configure('shop-web', 'staging', {
    provider,
    spec: {
      ...spec,
      environment: 'web-staging',
      blueGreen: { environment: 'web-staging-b', cname: 'web-staging' },
    },
  });
  await api.configure('shop-jobs', 'staging', {
    provider: 'kubernetes',
    spec: JOBS,
  });
});
afterAll(() => api.stop());

async function clone(body: object) {
  return await api.call().post(CLONE).send(body);
}

const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);

const names = async () =>
  (await api.call().get('/v1/environments')).body.items.map(({ environment }) => environment);

describe('a clone of an environment', () => {
  test('is refused with everything that is wrong, and nothing is made', async () => {
    const services = ['shop-web', 'shop-jobs', 'shop-mail'];

    const refused = await clone({ name: 'staging', ttlMs: 600_000, services });

    expect(refused.status).toBe(422);
    expect(refused.body.code).toBe('clone.refused');
    expect(refused.body.errors).toEqual([
      { pointer: '/services/0', detail: matching(/^shop-web in staging takes turns/) },
      { pointer: '/services/2', detail: 'shop-mail in staging is no target' },
      { pointer: '/name', detail: 'is taken: there is an environment staging' },
    ]);
    expect((await clone({ name: 'r', ttlMs: 599_999 })).body.errors?.[0]?.pointer).toBe('/ttlMs');
    expect((await api.call().post('/v1/environments/nowhere/clone').send(wish)).status).toBe(404);
    expect(await names()).toEqual(['staging']);
  });

  test('on Kubernetes has a namespace of its own, and leaves node ports to the cluster', async () => {
    const tried = await api
      .call()
      .put('/v1/targets/shop-jobs/staging')
      .send({ provider: 'kubernetes', spec: { ...JOBS, nodePortOffset: 7 } });
    const made = await clone({ name: 'review-k8s', ttlMs: 600_000, services: ['shop-jobs'] });
    const { body } = await api.call().get('/v1/targets/shop-jobs/review-k8s');
    await api.call().delete('/v1/environments/review-k8s/clone');
    await createClones(api.redis.client, api.redis.namespace).remove({
      name: 'review-k8s',
      targets: { 'shop-jobs': TARGET },
      id: (body as unknown as { spec: { madeFor: { stamp: string } } }).spec.madeFor.stamp,
      origin: 'staging',
      expiresAt: 0,
      actor: 'nobody',
    });

    expect([tried.status, made.status]).toEqual([200, 202]);
    expect(body).toMatchObject({
      spec: { ...JOBS, namespace: 'review-k8s', madeFor: { stamp: matching(/^[0-9a-z]{26}$/) } },
    });
    expect(body).not.toHaveProperty('spec.nodePortOffset');
  });

  test('is made with targets of its own, deploys what runs in its origin, and counts', async () => {
    const body = { service: 'shop-api', environment: 'staging', version: '118', artifact: ARTIFACT };
    const { id } = (await api.call().post('/v1/deployments').send(body)).body;
    await createHandWorker(api.redis).succeed(id);

    const made = await clone(wish);

    expect(made.status, made.text).toBe(202);
    const view = made.body as unknown as CloneView;
    expect(view).toMatchObject({ environment: 'review-1', origin: 'staging' });
    expect(view.services).toEqual([{ service: 'shop-api', version: '118' }]);
    const target = (await api.call().get('/v1/targets/shop-api/review-1')).body as unknown as {
      spec: { environment: string };
      verify: object;
    };
    expect(target.spec).toMatchObject({
      ...spec,
      environment: matching(/^review-1-shop-api-[0-9a-f]{10}$/),
      madeFrom: { environment: 'shop-staging' },
    });
    expect(target.verify).toEqual({ stabilityMs: 0, checks: checks.slice(0, 1) });
    const deployments = await api.call().get('/v1/releases/' + (view.release ?? ''));
    expect(deployments.body).toMatchObject({ members: [{ environment: 'review-1', version: '118' }] });
    const read = await api.call().get('/v1/environments/review-1');
    expect(read.body).toMatchObject({ origin: 'staging', expiresAt: view.expiresAt });

    expect((await clone(wish)).body.errors?.[0]?.pointer).toBe('/name');
    expect((await clone({ ...wish, name: 'review-2' })).status).toBe(202);
    expect((await clone({ ...wish, name: 'review-3' })).body.errors).toEqual([
      { pointer: '', detail: matching(/^cannot be made: 2 clones are the most/) },
    ]);
  });

  test('cannot be removed as if it were none, and takes nothing new once it ends', async () => {
    const refused = await api.call().delete('/v1/environments/review-1');
    expect(refused.status).toBe(409);
    expect((await api.call().delete('/v1/environments/staging/clone')).body.code).toBe('clone.unknown');

    const ended = await api.call().delete('/v1/environments/review-1/clone');
    const again = await api.call().delete('/v1/environments/review-1/clone');

    expect([ended.status, again.status]).toEqual([202, 202]);
    expect(again.body).toEqual(ended.body);
    expect(ended.body).toMatchObject({ ending: { because: matching(/ ended it$/) } });
    const body = { service: 'shop-api', environment: 'review-1', version: '119', artifact: ARTIFACT };
    expect((await api.call().post('/v1/deployments').send(body)).body.code).toBe('target.unknown');
  });

  test('needs the right to edit it and to deploy each service both here and there', async () => {
    await people.role('reviewer', [
      { effect: 'allow', verbs: ['view', 'edit', 'deploy'], environment: 'review-5' },
      { effect: 'allow', verbs: ['view'], environment: 'staging' },
    ]);
    const cookie = await people.signedIn('ada@example.com', { roles: ['reviewer'] });

    const denied = await people.bySession(cookie).post(CLONE, { ...wish, name: 'review-5' });

    expect(denied.status, denied.text).toBe(403);
    expect(denied.body.detail).toMatch(/deploy.*shop-api.*staging/);
    expect(await names()).not.toContain('review-5');
  });
});
