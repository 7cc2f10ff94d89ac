import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { failure } from '../../../src/shared/domain/failures.js';
import { done, failed, wait } from '../../../src/shared/domain/outcome.js';
import { keysOf } from '../../../src/shared/store/keys.js';
import { useRedis } from '../../support/redis.js';
import { createScriptedCloud, notYet, type Script } from '../../support/scripted-provider.js';
import { createInstallation } from '../../support/worker.js';

const redis = useRedis();
let beanpod: ReturnType<typeof createInstallation>;
beforeAll(() => redis.start());
beforeEach(() => install(1));
afterEach(async () => {
  expect(await beanpod.deployments.audit()).toEqual([]);
  await beanpod.close();
});
afterAll(() => redis.stop());

async function install(tempo: number): Promise<void> {
  await redis.clear();
  beanpod = createInstallation({ url: redis.url, namespace: redis.namespace, tempo });
}

const LONG = wait(60_000, 'an object is held');
const denied = failure('k8s.permission-missing', 'may not delete ConfigMap shop/old');

const end = (id: string) => beanpod.end(id);

/** A cloud whose provider settles as scripted, with a worker for it. */
function cloudThat(settles: Script[string]) {
  const cloud = createScriptedCloud({ proven: settles });
  return { cloud, worker: beanpod.startWorker(cloud.provider) };
}

describe('the clean-up behind a version', () => {
  it('comes after all proofs and before the end', async () => {
    const { cloud } = cloudThat([notYet, done]);
    const id = await beanpod.deploy('v2', { verify: { stabilityMs: 30 } });

    expect(await end(id)).toEqual({ name: 'succeeded' });
    expect(cloud.visits.indexOf('proven')).toBeGreaterThan(cloud.visits.lastIndexOf('assess'));
    expect((await beanpod.story(id)).slice(-4)).toEqual([
      'deployment.settling',
      'stage.waiting',
      'stage.passed',
      'deployment.succeeded',
    ]);
  });

  it.each<[string, Script[string], string]>([
    ['fails', [failed(denied)], denied.code],
    ['sees another version', [failed(failure('target.changed-elsewhere', 'v9'))], 'target.changed-elsewhere'],
    ['waits for ever', [LONG], 'deployment.unsettled'],
    ['crashes again and again', ['throw'], 'internal.step-crashed'],
  ])('brings nothing back when it %s, and says what is left', async (_, script, code) => {
    await beanpod.close();
    await install(0.005);
    const { cloud } = cloudThat(script);
    const id = await beanpod.deploy('v2');
    const next = await beanpod.deploy('v3');

    expect(await end(id)).toMatchObject({ name: 'succeeded', unsettled: { code } });
    expect(await end(next)).toMatchObject({ name: 'succeeded' });
    expect(cloud.writes).toEqual(['v2', 'v3']);
    const story = await beanpod.story(id);
    expect(story.slice(-2)).toEqual(['settle.failed', 'deployment.succeeded']);
    expect(story).not.toContain('evidence.collected');
  });

  it('is handed over, and ended once by the next worker', async () => {
    const { cloud, worker } = cloudThat([LONG, done]);
    const id = await beanpod.deploy('v2');
    await expect.poll(() => cloud.visits).toContain('proven');
    await worker.close();
    beanpod.startWorker(cloud.provider);

    expect(await end(id)).toEqual({ name: 'succeeded' });
    expect(cloud.writes).toEqual(['v2']);
    expect(cloud.visits.filter((place) => place === 'proven')).toHaveLength(2);
    expect(await beanpod.story(id)).toContain('deployment.handed-over');
  });

  it('cannot be cancelled, and a cancel that came before it is told to be late', async () => {
    const { cloud, worker } = cloudThat([LONG, done]);
    const id = await beanpod.deploy('v2');
    await expect.poll(() => cloud.visits).toContain('proven');
    const wish = { by: 'ada', reason: 'typo' };

    expect(await beanpod.deployments.cancel(id, wish)).toEqual({ said: 'proven' });
    expect((await beanpod.deployments.load(id))?.cancel).toBeUndefined();
    // As it is stored when it came during the last look at the proofs.
    await redis.client.hset(keysOf(redis.namespace).deployment(id), 'cancel', JSON.stringify(wish));
    await worker.close();
    beanpod.startWorker(cloud.provider);
    expect(await end(id)).toEqual({ name: 'succeeded' });
    expect(await beanpod.story(id)).toContain('deployment.cancel-late');
  });
});
