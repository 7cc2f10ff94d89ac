import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { CloneView } from '../../../src/shared/contract/clone.js';
import type { EnvironmentView } from '../../../src/shared/contract/configuration.js';
import type { EnvironmentStatus } from '../../../src/shared/contract/snapshot.js';
import { keysOf } from '../../../src/shared/store/keys.js';
import type { Clone } from '../../../src/shared/store/clones.js';
import type { Environment } from '../../simulators/elastic-beanstalk/model.js';
import { ENVIRONMENT, SERVICE, startLiveInstance, type LiveInstance } from '../../support/live-instance.js';

const SLOW = { timeout: 80_000, interval: 100 };
const TEST_MS = 280_000;
const artifact = { type: 'image', image: `registry.example.com/shop@sha256:${'a'.repeat(64)}` };

let instance: LiveInstance;
beforeAll(async () => {
  instance = await startLiveInstance({ BEANPOD_LEASE_MS: '1000' });
  instance.run();
  await deploy(ENVIRONMENT, '1', 'succeeded');
}, TEST_MS);
afterAll(() => instance.stop());

const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const get = async <T>(path: string) => (await instance.call.get(path)).body as unknown as T;
const environmentOf = (name: string) => get<EnvironmentView>(`/v1/environments/${name}`);

async function accept(environment: string, version: string): Promise<string> {
  const body = { service: SERVICE, environment, version, artifact };
  const answer = await instance.call.post('/v1/deployments').send(body);
  expect(answer.status, answer.text).toBe(202);
  return answer.body.id;
}

async function deploy(environment: string, version: string, state: string): Promise<void> {
  const id = await accept(environment, version);
  // Also called before the tests, where `expect.poll` may not be.
  await vi.waitFor(async () => {
    expect((await instance.call.get(`/v1/deployments/${id}`)).body.state).toBe(state);
  }, SLOW);
}

async function clone(name: string): Promise<CloneView> {
  const made = await instance.call
    .post(`/v1/environments/${ENVIRONMENT}/clone`)
    .send({ name, ttlMs: 600_000, message: 'Review of 7' });
  expect(made.status, made.text).toBe(202);
  return made.body as unknown as CloneView;
}

async function runs(environment: string): Promise<unknown> {
  const { services } = await get<EnvironmentStatus>(`/v1/environments/${environment}/status`);
  return services.map(({ running }) => running?.version);
}

/** What the cloud has of a clone. */
function inCloud(name: string): readonly Environment[] {
  return instance.cloud.site.environments.filter((one) => one.name.startsWith(`${name}-`));
}

/** As if the clone had been made its whole life ago. */
async function letItExpire(name: string): Promise<void> {
  const { client, namespace } = instance.redis;
  const key = keysOf(namespace).clones;
  const stored = JSON.parse((await client.hget(key, name)) ?? '') as Clone;
  await client.hset(key, name, JSON.stringify({ ...stored, expiresAt: stored.expiresAt - 600_000 }));
}

async function terminations(): Promise<number> {
  return (await instance.cloud.control.mutations()).filter(
    ({ operation }) => operation === 'TerminateEnvironment',
  ).length;
}

const isGone = (name: string) =>
  expect.poll(async () => (await instance.call.get(`/v1/environments/${name}`)).status, SLOW).toBe(404);

function expectOriginUntouched(): void {
  const origin = instance.cloud.site.environments.find(({ name }) => name === 'shop-staging');
  expect(origin).toMatchObject({ status: 'Ready', label: '1' });
}

describe('a clone', () => {
  test(
    'appears with what runs in its origin, serves its deployments, and is gone after its time, although the worker that removed it was killed',
    async () => {
      const made = await clone('review-7');

      expect(made).toMatchObject({ origin: ENVIRONMENT, services: [{ service: SERVICE, version: '1' }] });
      await expect.poll(() => runs('review-7'), SLOW).toEqual(['1']);
      await deploy('review-7', '2', 'succeeded');
      expect(await runs('review-7')).toEqual(['2']);
      const [its] = inCloud('review-7');
      expect(new Set(its?.instances.map(({ label }) => label))).toEqual(new Set(['2']));
      expect(await runs(ENVIRONMENT)).toEqual(['1']);

      // The answer never comes, so the worker is killed in the middle of its look.
      await instance.cloud.control.fault({ operation: 'TerminateEnvironment', kind: 'hang-after-accept' });
      instance.halt();
      await letItExpire('review-7');
      await expect.poll(terminations, SLOW).toBe(1);
      await instance.replaceWorker();
      await expect
        .poll(async () => (await environmentOf('review-7')).ending?.waitsFor, SLOW)
        .toMatch(/is being terminated$/);
      expect((await environmentOf('review-7')).ending?.because).toBe('Its time has passed');
      instance.run();
      await isGone('review-7');

      expect(inCloud('review-7').map(({ status }) => status)).toEqual(['Terminated']);
      expect(await terminations()).toBe(1);
      expect((await instance.call.get(`/v1/targets/${SERVICE}/review-7`)).status).toBe(404);
      expectOriginUntouched();
      const audited = await get<{ items: readonly object[] }>('/v1/audit?limit=100');
      const call = { method: 'DELETE', path: '/v1/environments/review-7/clone' };
      expect(audited.items).toContainEqual(expect.objectContaining({ ...call, status: 202 }));
      expect(audited.items).toContainEqual(
        expect.objectContaining({ ...call, status: 204, about: matching(/is terminated$/) }),
      );
    },
    TEST_MS,
  );

  test(
    'that is ended while it is deployed to has that cancelled and taken back first',
    async () => {
      const { services } = await clone('review-8');
      expect(services).toEqual([{ service: SERVICE, version: '1' }]);
      await expect.poll(() => inCloud('review-8').length, SLOW).toBe(1);

      const ended = await instance.call.delete('/v1/environments/review-8/clone');

      expect(ended.status, ended.text).toBe(202);
      await isGone('review-8');
      expect(inCloud('review-8').map(({ status }) => status)).toEqual(['Terminated']);
      const deployments = await get<{ items: readonly { state: string }[] }>(
        '/v1/deployments?environment=review-8',
      );
      expect(deployments.items.map(({ state }) => state)).toEqual(['rolled_back']);
      expectOriginUntouched();
    },
    TEST_MS,
  );

  test(
    'whose environment nobody is allowed to terminate says so for as long as that is so',
    async () => {
      await clone('review-9');
      await expect.poll(() => runs('review-9'), SLOW).toEqual(['1']);
      await instance.cloud.control.fault({
        operation: 'TerminateEnvironment',
        kind: 'access-denied',
        times: 0,
      });

      await instance.call.delete('/v1/environments/review-9/clone');

      await expect
        .poll(async () => (await environmentOf('review-9')).ending?.waitsFor, SLOW)
        .toMatch(/^shop: eb.access-denied: /);
      expect(inCloud('review-9').map(({ status }) => status)).toEqual(['Ready']);
      await instance.cloud.control.clearFaults();
      await isGone('review-9');
    },
    TEST_MS,
  );
});
