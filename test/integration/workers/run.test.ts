import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { failure } from '../../../src/shared/domain/failures.js';
import { done, failed, wait } from '../../../src/shared/domain/outcome.js';
import { useRedis } from '../../support/redis.js';
import { createScriptedCloud, degraded, notYet, type Script } from '../../support/scripted-provider.js';
import { createInstallation } from '../../support/worker.js';

const redis = useRedis();
let beanpod: ReturnType<typeof createInstallation>;
beforeAll(() => redis.start());
beforeEach(async () => {
  await redis.clear();
  beanpod = createInstallation({ url: redis.url, namespace: redis.namespace });
});
afterEach(async () => {
  expect(await beanpod.deployments.audit()).toEqual([]);
  await beanpod.close();
});
afterAll(() => redis.stop());

const end = (id: string) => beanpod.end(id);

function cloudWith(script: Script = {}) {
  const cloud = createScriptedCloud(script);
  beanpod.startWorker(cloud.provider);
  return cloud;
}

describe('a deployment', () => {
  it('goes through its steps and its proofs to success, and tells so', async () => {
    const cloud = cloudWith({ settle: [notYet, done], assess: [notYet, done] });
    const id = await beanpod.deploy('v2', { verify: { stabilityMs: 30 } });

    expect(await end(id)).toEqual({ name: 'succeeded' });
    expect(cloud.writes).toEqual(['v2']);
    expect(await beanpod.story(id)).toEqual([
      'deployment.accepted',
      'deployment.offered',
      'deployment.claimed',
      'deployment.preparing',
      'baseline.captured',
      'plan.made',
      'deployment.deploying',
      'step.started',
      'step.done',
      'step.started',
      'deployment.written',
      'switch: now v2',
      'step.done',
      'step.started',
      'step.waiting',
      'step.done',
      'deployment.verifying',
      'stage.waiting',
      'stage.passed',
      'deployment.verifying',
      'stage.waiting',
      'stage.passed',
      'deployment.succeeded',
    ]);
  });

  it('is rolled back when the new version turns out unhealthy, with the evidence in its log', async () => {
    const cloud = cloudWith({ assess: [notYet, degraded] });
    const id = await beanpod.deploy('v2');

    expect(await end(id)).toMatchObject({ name: 'rolled_back', cause: { code: 'health.degraded' } });
    expect(cloud.running).toBe('v1');
    expect(await beanpod.story(id)).toEqual(
      expect.arrayContaining(['instance 1: exit code 7', 'evidence.collected', 'deployment.rolling_back']),
    );
  });

  it('is rolled back when the update fails after the first write', async () => {
    const cloud = cloudWith({ switch: [degraded] });

    expect(await end(await beanpod.deploy('v2'))).toMatchObject({ name: 'rolled_back' });
    expect(cloud.writes).toEqual(['v2', 'v1']);
  });

  it('fails without a rollback when nothing was written', async () => {
    const cloud = cloudWith({ upload: [failed(failure('eb.bundle-missing', 'no such key'))] });

    expect(await end(await beanpod.deploy('v2'))).toMatchObject({
      name: 'failed',
      wrote: false,
      failure: { code: 'eb.bundle-missing' },
    });
    expect(cloud.writes).toEqual([]);
  });

  it('ends rollback_failed with both reasons when the rollback fails', async () => {
    cloudWith({ assess: [degraded], confirm: [failed(failure('eb.update-failed', 'still red'))] });

    expect(await end(await beanpod.deploy('v2'))).toMatchObject({
      name: 'rollback_failed',
      cause: { code: 'health.degraded' },
      failure: { code: 'eb.update-failed' },
    });
  });

  it('stays on the bad version, and says so, when the policy forbids rollbacks', async () => {
    const cloud = cloudWith({ assess: [degraded] });

    expect(await end(await beanpod.deploy('v2', { policy: { rollback: 'never' } }))).toMatchObject({
      name: 'failed',
      wrote: true,
    });
    expect(cloud.running).toBe('v2');
  });

  it('says why there was no way back when nothing ran before', async () => {
    const cloud = cloudWith({ assess: [degraded] });
    cloud.noRollback = failure('rollback.nothing-before', 'Sample Application');

    expect(await end(await beanpod.deploy('v2'))).toMatchObject({
      name: 'failed',
      wrote: true,
      noRollback: { code: 'rollback.nothing-before' },
    });
  });

  it('is refused before the first write when the target wants a way back and there is none', async () => {
    const cloud = cloudWith();
    cloud.noRollback = failure('rollback.version-gone', 'bundle deleted');

    expect(await end(await beanpod.deploy('v2', { policy: { requireBaseline: true } }))).toMatchObject({
      name: 'failed',
      wrote: false,
      failure: { code: 'rollback.version-gone' },
    });
    expect(cloud.writes).toEqual([]);
  });

  it('ends superseded and leaves a foreign change alone', async () => {
    const cloud = cloudWith({ settle: [failed(failure('target.changed-elsewhere', 'v9 appeared'))] });

    expect(await end(await beanpod.deploy('v2'))).toMatchObject({ name: 'superseded', wrote: true });
    expect(cloud.writes).toEqual(['v2']);
  });

  it('never counts unknown health as success', async () => {
    cloudWith({ assess: [wait(5, 'NoData')] });

    expect(
      await end(await beanpod.deploy('v2', { policy: { deadlines: { verifyMs: 1_000 } } })),
    ).toMatchObject({
      name: 'rolled_back',
      cause: { code: 'health.unknown', detail: expect.stringContaining('NoData') as string },
    });
  });

  it('fails when health comes and goes within the stability window', async () => {
    cloudWith({ assess: [done, done, notYet, done, notYet, done, notYet, done, notYet, done, notYet] });

    expect(await end(await beanpod.deploy('v2', { verify: { stabilityMs: 500 } }))).toMatchObject({
      name: 'rolled_back',
      cause: { code: 'health.flapping' },
    });
  });

  it('fails at the deadline of a step that waits for ever', async () => {
    cloudWith({ settle: [wait(5, 'Updating')] });

    expect(await end(await beanpod.deploy('v2', { policy: { deadlines: { stepMs: 1_000 } } }))).toMatchObject(
      {
        name: 'rolled_back',
        cause: { code: 'deployment.deadline', detail: expect.stringContaining('Updating') as string },
      },
    );
  });

  it('tries a crashing step again and gives up after five crashes', async () => {
    const cloud = cloudWith({ upload: ['throw'] });
    await beanpod.close();
    beanpod = createInstallation({ url: redis.url, namespace: redis.namespace, tempo: 0.01 });
    beanpod.startWorker(cloud.provider);

    expect(await end(await beanpod.deploy('v2'))).toMatchObject({
      name: 'failed',
      failure: { code: 'internal.step-crashed', detail: expect.stringContaining('boom at upload') as string },
    });
    expect(cloud.visits.filter((place) => place === 'upload')).toHaveLength(5);
  });

  it('fails when no worker knows its provider', async () => {
    cloudWith();

    expect(await end(await beanpod.deploy('v2', { provider: 'unheard-of' }))).toMatchObject({
      name: 'failed',
      failure: { code: 'provider.unknown' },
    });
  });

  it('fails when its target does not fit the provider', async () => {
    cloudWith();

    expect(await end(await beanpod.deploy('v2', { spec: { nme: 'x' } }))).toMatchObject({
      name: 'failed',
      failure: { code: 'provider.spec-invalid' },
    });
  });
});

describe('cancel', () => {
  it('stops before the first write without a trace on the target', async () => {
    const cloud = cloudWith({ upload: [wait(20, 'uploading')] });
    const id = await beanpod.deploy('v2');
    await expect.poll(() => cloud.visits).toContain('upload');
    await beanpod.deployments.cancel(id, { by: 'ada', reason: 'typo' });

    expect(await end(id)).toMatchObject({ name: 'cancelled', failure: { detail: 'ada cancelled it: typo' } });
    expect(cloud.writes).toEqual([]);
  });

  it('rolls back what was written', async () => {
    const cloud = cloudWith({ settle: [wait(60_000, 'a long update')] });
    const id = await beanpod.deploy('v2');
    await expect.poll(() => cloud.visits).toContain('settle');
    await beanpod.deployments.cancel(id, { by: 'ada', reason: 'typo' });

    expect(await end(id)).toMatchObject({ name: 'rolled_back', cause: { code: 'deployment.cancelled' } });
    expect(cloud.running).toBe('v1');
  });

  it('does not interrupt a rollback', async () => {
    const cloud = cloudWith({ assess: [degraded], confirm: [wait(100, 'restoring'), done] });
    const id = await beanpod.deploy('v2');
    await expect.poll(() => cloud.visits).toContain('confirm');
    await beanpod.deployments.cancel(id, { by: 'ada', reason: 'impatient' });

    expect(await end(id)).toMatchObject({ name: 'rolled_back', cause: { code: 'health.degraded' } });
  });
});

describe('several deployments', () => {
  it('run one after the other on a target, in order of arrival', async () => {
    const cloud = cloudWith({ settle: [notYet, done] });
    beanpod.startWorker(cloud.provider);
    const ids = [];
    for (let version = 2; version <= 9; version += 1) ids.push(await beanpod.deploy(`v${version}`));
    for (const id of ids) expect(await end(id)).toEqual({ name: 'succeeded' });

    expect(cloud.writes).toEqual(['v2', 'v3', 'v4', 'v5', 'v6', 'v7', 'v8', 'v9']);
  });
});

describe('a shutdown', () => {
  it('hands over at once and the next worker repeats nothing', async () => {
    const cloud = createScriptedCloud({ settle: [wait(60_000, 'a long update'), done] });
    const first = beanpod.startWorker(cloud.provider);
    const id = await beanpod.deploy('v2');
    await expect.poll(() => cloud.visits).toContain('settle');
    await first.close();
    beanpod.startWorker(cloud.provider);

    expect(await end(id)).toEqual({ name: 'succeeded' });
    expect(cloud.writes).toEqual(['v2']);
    expect(await beanpod.story(id)).toContain('deployment.handed-over');
    expect((await beanpod.deployments.load(id))?.attempts).toBe(1);
  });
});
