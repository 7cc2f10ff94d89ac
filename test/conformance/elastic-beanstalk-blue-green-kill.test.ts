import { describe, expect, it } from 'vitest';
import { watchTraffic, type Traffic } from '../support/blue-green.js';
import { useMortalBeanstalk } from '../support/mortal-beanstalk.js';

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

const { workers, openShop, deploy: deployTo } = useMortalBeanstalk();
const { fleet } = workers;

/** A deployment to a live environment without an idle one, which therefore has to be made. */
async function deploy(
  version: string,
): Promise<{ id: string; blue: string; green: string; traffic: Traffic }> {
  const shop = await openShop();
  const [blue, green] = [shop.environment, `${shop.environment}-b`];
  const traffic = watchTraffic(workers.cloud, blue);
  const spec = { blueGreen: { environment: green, cname: blue, probe: { path: '/' } } };
  return { id: await deployTo(shop, version, { spec, stabilityMs: 30_000 }), blue, green, traffic };
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
