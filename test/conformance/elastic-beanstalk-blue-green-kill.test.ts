import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startElasticBeanstalk } from '../simulators/elastic-beanstalk/start.js';
import { awsEnvironment } from '../support/aws.js';
import { watchTraffic, type Traffic } from '../support/blue-green.js';
import { useMortalWorkers } from '../support/mortal-workers.js';

const SPEED = 100;
const FORWARD = [
  'ensure-bundle',
  'ensure-version',
  'ensure-idle',
  'await-idle',
  'ensure-update',
  'await-environment',
  'verify-instances',
  'verify-idle',
  'probe-idle',
  'ensure-swap',
  'await-swap',
  'verify-swap',
];
const BACK = ['settle-pair', 'ensure-swap-back', 'await-swap-back', 'verify-rollback'];

const workers = useMortalWorkers({
  speed: SPEED,
  open: () => startElasticBeanstalk({ speed: SPEED }),
  settings: (sim) => ({ ...awsEnvironment(sim.url), BEANPOD_S3_PATH_STYLE: 'true' }),
});
const { fleet } = workers;
let cases = 0;
beforeAll(() => workers.start());
afterAll(() => workers.stop());

/** A deployment to a live environment without an idle one, which therefore has to be made. */
async function deploy(
  version: string,
): Promise<{ id: string; blue: string; green: string; traffic: Traffic }> {
  cases += 1;
  const [application, blue, green] = [`shop-${cases}`, `shop-case-${cases}`, `shop-case-${cases}-b`];
  await workers.cloud.control.seed({ application, environment: blue, instances: 2, version: 'v1' });
  const traffic = watchTraffic(workers.cloud, blue);
  const id = await workers.beanpod.deploy(version, {
    service: application,
    provider: 'elastic-beanstalk',
    spec: {
      application,
      environment: blue,
      region: 'us-east-1',
      blueGreen: { environment: green, cname: blue, probe: { path: '/' } },
    },
    artifact: { type: 'image', image: `registry.example.com/shop@sha256:${'a'.repeat(64)}` },
    verify: { stabilityMs: 30_000 },
  });
  return { id, blue, green, traffic };
}

/** How often an operation that names the application or its environments was committed. */
async function committed(operation: string, environment: string): Promise<number> {
  const ids = (await workers.cloud.control.environments())
    .filter(({ name }) => name.startsWith(environment))
    .map(({ id }) => id);
  const mutations = await workers.cloud.control.mutations();
  return mutations.filter((one) => {
    const params = Object.values(one.params);
    return (
      one.operation === operation &&
      (params.some((value) => ids.includes(value)) || params.includes(`${environment}-b`))
    );
  }).length;
}

describe('kill -9 of the worker of a blue/green deployment', () => {
  it.each(FORWARD)(
    'at step %s: another one ends it, the traffic moves once and is never ownerless',
    async (step) => {
      const { id, blue, green, traffic } = await deploy('v2');
      await fleet.until(() => fleet.started(id, step));
      await fleet.killOwner(id);

      expect(await fleet.end(id)).toEqual({ name: 'succeeded' });
      expect(traffic.holders).toEqual([blue, green]);
      expect(traffic.gaps).toEqual([]);
      expect(await committed('SwapEnvironmentCNAMEs', blue)).toBe(1);
      expect(await committed('CreateEnvironment', blue)).toBe(1);
      expect(await committed('UpdateEnvironment', blue)).toBe(1);
    },
  );

  it('right after Elastic Beanstalk accepted the swap: another one adopts it', async () => {
    const { id, blue, green, traffic } = await deploy('v2');
    await fleet.until(async () => (await committed('SwapEnvironmentCNAMEs', blue)) === 1);
    await fleet.killOwner(id);

    expect(await fleet.end(id)).toEqual({ name: 'succeeded' });
    expect(traffic.holders).toEqual([blue, green]);
    expect(await committed('SwapEnvironmentCNAMEs', blue)).toBe(1);
  });

  it('while the new version bakes: the proof starts anew', async () => {
    const { id, green, traffic } = await deploy('v2');
    await fleet.until(async () => (await workers.beanpod.story(id)).includes('deployment.verifying'));
    await fleet.killOwner(id);

    expect(await fleet.end(id)).toEqual({ name: 'succeeded' });
    expect(traffic.holders.at(-1)).toBe(green);
    expect(traffic.gaps).toEqual([]);
  });

  it.each(BACK)(
    'at step %s of the way back: the traffic returns once and is never ownerless',
    async (step) => {
      const { id, blue, green, traffic } = await deploy('v2-red-under-traffic');
      await fleet.until(() => fleet.started(id, step));
      await fleet.killOwner(id);

      expect(await fleet.end(id)).toMatchObject({ name: 'rolled_back', cause: { code: 'health.degraded' } });
      expect(traffic.holders).toEqual([blue, green, blue]);
      expect(traffic.gaps).toEqual([]);
      expect(await committed('SwapEnvironmentCNAMEs', blue)).toBe(2);
    },
  );
});
