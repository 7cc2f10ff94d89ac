import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { QueueView, WorkerView } from '../../../src/shared/contract/queue.js';
import { connectRedis } from '../../../src/shared/redis.js';
import { keysOf } from '../../../src/shared/store/keys.js';
import { createPresences } from '../../../src/shared/store/presences.js';
import { startPresence } from '../../../src/workers/presence.js';
import { ARTIFACT, useApi } from '../../support/api.js';
import { createHandWorker } from '../../support/hand-worker.js';

const api = useApi();
let worker: ReturnType<typeof createHandWorker>;
beforeAll(async () => {
  await api.start();
  worker = createHandWorker(api.redis);
  for (const service of ['a', 'b']) await api.configure(service);
});
afterAll(() => api.stop());

async function deploy(service: string, more: object = {}): Promise<string> {
  const request = { service, environment: 'staging', version: '1', artifact: ARTIFACT, ...more };
  return (await api.call().post('/v1/deployments').send(request)).body.id;
}

async function readQueue(token = api.token): Promise<QueueView> {
  return (await api.call(token).get('/v1/queue')).body as unknown as QueueView;
}

async function readWorkers(): Promise<readonly WorkerView[]> {
  return (await api.call().get('/v1/workers')).body.items as unknown as readonly WorkerView[];
}

/** A worker that says it is there, as the process does, and nothing else. */
function present(name: string, carries: readonly string[] = []) {
  const presences = createPresences(api.redis.client, api.redis.namespace);
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  return { errors, ...startPresence({ presences, name, places: 4, carries: () => carries, onError }) };
}

describe('the queue', () => {
  test('says what waits and for what, longest wait first, and counts the rest', async () => {
    const noon = new Date(Date.now() + 3_600_000).toISOString();
    const held = await deploy('b', { notBefore: noon });
    const running = await deploy('a');
    await worker.say(running, 'begun');
    await worker.save(running, { name: 'preparing' });
    const behind = await deploy('a');
    const called = await deploy('b');

    const queue = await readQueue();

    expect(queue).toMatchObject({ running: 1, queued: 2, held: 1, uncalled: 1, more: false });
    expect(queue.oldestQueuedMs).toBeGreaterThanOrEqual(0);
    expect(queue.waiting.map(({ deployment, obstacles }) => [deployment.id, obstacles[0]])).toEqual([
      [held, expect.objectContaining({ kind: 'hold', until: noon })],
      [behind, expect.objectContaining({ kind: 'deployment', deployment: running })],
      [called, expect.objectContaining({ kind: 'worker' })],
    ]);
  });

  test('lists to a caller only what they may view, and counts everything', async () => {
    const rules = [{ effect: 'allow', verbs: ['view'], service: 'a' }];
    const { token } = (await api.call().post('/v1/tokens').send({ name: 'narrow', rules })).body;

    const queue = await readQueue(token);

    expect(new Set(queue.waiting.map(({ deployment }) => deployment.service))).toEqual(new Set(['a']));
    expect(queue.held).toBe(1);
    expect((await api.call(token).get('/v1/workers')).status).toBe(403);
  });
});

describe('the workers', () => {
  test('are listed with what they carry until they leave', async () => {
    const carried = await deploy('a');
    const one = present('worker-1', [carried, '01kaqv9zc3h8m2x6y7w4t5r0pn']);
    await expect.poll(async () => (await readWorkers()).length).toBe(1);

    expect(await readWorkers()).toEqual([
      expect.objectContaining({
        worker: 'worker-1',
        state: 'taking',
        version: expect.stringMatching(/^\d+\.\d+/) as string,
        places: 4,
        carries: [expect.objectContaining({ deployment: carried, service: 'a', state: 'queued' })],
      }),
    ]);
    expect((await readQueue()).workers).toEqual({ taking: 1, draining: 0, silent: 0, places: 4 });

    one.drain();
    await expect.poll(async () => (await readWorkers())[0]?.state).toBe('draining');
    await one.close();
    expect(await readWorkers()).toEqual([]);
    expect(one.errors).toEqual([]);
  });

  test('that die are silent, which is not the same as gone, and are forgotten after an hour', async () => {
    const dead = present('dead');
    const { client: redis, namespace } = api.redis;
    await expect.poll(async () => (await readWorkers()).length).toBe(1);
    const root = keysOf(namespace).root;
    const seenAgo = (ms: number) => redis.zadd(`${root}:workers`, Date.now() - ms, 'dead');

    await seenAgo(60_000);
    expect(await readWorkers()).toMatchObject([{ worker: 'dead', state: 'silent' }]);
    expect((await readQueue()).workers).toEqual({ taking: 0, draining: 0, silent: 1, places: 0 });

    await seenAgo(3_700_000);
    expect(await readWorkers()).toEqual([]);
    const next = present('next');
    await expect.poll(() => redis.hkeys(`${root}:worker-cards`)).toEqual(['next']);
    await Promise.all([dead.close(), next.close()]);
  });

  test('shut down although Redis does not answer', async () => {
    const nowhere = connectRedis('redis://127.0.0.1:1', 'patient', () => undefined);
    const errors: unknown[] = [];
    const presence = startPresence({
      presences: createPresences(nowhere, 'nowhere'),
      name: 'alone',
      places: 1,
      carries: () => [],
      onError: (error) => void errors.push(error),
    });

    presence.drain();
    await presence.close();

    nowhere.disconnect();
    await expect.poll(() => errors.length).toBeGreaterThan(0);
  });
});
