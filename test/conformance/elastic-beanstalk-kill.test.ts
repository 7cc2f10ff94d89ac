import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isEnded, type State } from '../../src/shared/domain/state.js';
import { startElasticBeanstalk, type RunningSimulator } from '../simulators/elastic-beanstalk/start.js';
import { awsEnvironment } from '../support/aws.js';
import { useRedis } from '../support/redis.js';
import { startProcess, type BeanpodProcess } from '../support/worker-process.js';
import { createInstallation } from '../support/worker.js';

const SPEED = 100;
const FORWARD = ['ensure-bundle', 'ensure-version', 'ensure-update', 'await-environment', 'verify-instances'];
const BACK = ['settle-environment', 'ensure-rollback', 'await-rollback', 'verify-rollback'];

const redis = useRedis();
let sim: RunningSimulator;
let beanpod: ReturnType<typeof createInstallation>;
const workers: BeanpodProcess[] = [];
const starting: Promise<void>[] = [];
let cases = 0;

async function addWorker(): Promise<void> {
  const worker = startProcess('worker', {
    ...awsEnvironment(sim.url),
    REDIS_URL: redis.url,
    BEANPOD_NAMESPACE: redis.namespace,
    BEANPOD_TEMPO: String(1 / SPEED),
    BEANPOD_LEASE_MS: '1500',
    BEANPOD_S3_PATH_STYLE: 'true',
    BEANPOD_REDIS_CHECK: 'off',
    BEANPOD_LOG_LEVEL: 'info',
  });
  workers.push(worker);
  await worker.said('worker ready');
}

beforeAll(async () => {
  await redis.start();
  sim = await startElasticBeanstalk({ speed: SPEED });
  beanpod = createInstallation({ url: redis.url, namespace: redis.namespace });
  await Promise.all([addWorker(), addWorker()]);
});
afterAll(async () => {
  await Promise.all(starting);
  await Promise.all(workers.map((worker) => worker.kill('SIGKILL')));
  await beanpod.close();
  await sim.close();
  await redis.stop();
});

async function deploy(version: string): Promise<{ id: string; environment: string }> {
  cases += 1;
  const environment = `shop-case-${cases}`;
  await sim.control.seed({ application: `shop-${cases}`, environment, instances: 2, version: 'v1' });
  const id = await beanpod.deploy(version, {
    service: `shop-${cases}`,
    provider: 'elastic-beanstalk',
    spec: { application: `shop-${cases}`, environment, region: 'us-east-1' },
    artifact: { type: 'image', image: `registry.example.com/shop@sha256:${'a'.repeat(64)}` },
    verify: { stabilityMs: 15_000 },
  });
  return { id, environment };
}

async function until(predicate: () => Promise<boolean>): Promise<void> {
  await expect.poll(predicate, { timeout: 40_000, interval: 5 }).toBe(true);
}

async function started(id: string, step: string): Promise<boolean> {
  return (await beanpod.journal.read(id, 0, 10_000)).some(
    (line) => line.code === 'step.started' && line.data?.['step'] === step,
  );
}

/** Kills the worker that has the deployment now, without warning, and starts another one in its place. */
async function killOwner(id: string): Promise<void> {
  const claims = (await beanpod.journal.read(id, 0, 10_000)).filter(
    (line) => line.code === 'deployment.claimed',
  );
  const owner = workers.find((worker) => worker.name === claims.at(-1)?.data?.['worker']);
  if (!owner) throw new Error('No worker of ours owns the deployment');
  await owner.kill('SIGKILL');
  workers.splice(workers.indexOf(owner), 1);
  starting.push(addWorker());
}

async function end(id: string): Promise<State> {
  await until(async () => isEnded((await beanpod.deployments.load(id))?.state ?? { name: 'queued' }));
  return (await beanpod.deployments.load(id))?.state ?? { name: 'queued' };
}

async function updates(environment: string): Promise<number> {
  const { id } = await sim.control.environment(environment);
  const mutations = await sim.control.mutations();
  return mutations.filter(
    ({ operation, params }) => operation === 'UpdateEnvironment' && JSON.stringify(params).includes(id),
  ).length;
}

async function versionsMade(environment: string): Promise<number> {
  const application = environment.replace('-case', '');
  const mutations = await sim.control.mutations();
  return mutations.filter(
    ({ operation, params }) =>
      operation === 'CreateApplicationVersion' && JSON.stringify(params).includes(`"${application}"`),
  ).length;
}

async function labels(environment: string): Promise<string[]> {
  const { label, instances } = await sim.control.environment(environment);
  return [...new Set([label, ...instances.map((instance) => instance.label)])];
}

describe('kill -9 of the worker', () => {
  it.each(FORWARD)(
    'at step %s of a deployment: another one ends it, each mutation happened once',
    async (step) => {
      const { id, environment } = await deploy('v2');
      await until(() => started(id, step));
      await killOwner(id);

      expect(await end(id)).toEqual({ name: 'succeeded' });
      expect(await updates(environment)).toBe(1);
      expect(await versionsMade(environment)).toBe(1);
      expect(await labels(environment)).toEqual(['v2']);
    },
  );

  it('right after Elastic Beanstalk accepted the update: another one adopts it', async () => {
    const { id, environment } = await deploy('v2');
    await until(async () => (await updates(environment)) === 1);
    await killOwner(id);

    expect(await end(id)).toEqual({ name: 'succeeded' });
    expect(await updates(environment)).toBe(1);
  });

  it.each(BACK)(
    'at step %s of a rollback: another one ends it, each mutation happened once',
    async (step) => {
      const { id, environment } = await deploy('v2-bad');
      await until(() => started(id, step));
      await killOwner(id);

      expect(await end(id)).toMatchObject({ name: 'rolled_back' });
      expect(await updates(environment)).toBe(2);
      expect(await labels(environment)).toEqual(['v1']);
    },
  );

  it('while the new version is verified: the proof starts anew', async () => {
    const { id } = await deploy('v2');
    await until(async () => (await beanpod.story(id)).includes('deployment.verifying'));
    await killOwner(id);

    expect(await end(id)).toEqual({ name: 'succeeded' });
  });

  it('leaves no invariant broken', async () => {
    expect(await beanpod.deployments.audit()).toEqual([]);
  });
});
