import { expect } from 'vitest';
import type { EnvironmentSeed } from '../simulators/elastic-beanstalk/control-client.js';
import type { Environment } from '../simulators/elastic-beanstalk/model.js';
import { startBeanstalk, type Beanstalk, type DeployOptions } from './beanstalk.js';
import { watchTraffic, type Traffic } from './blue-green.js';

export const BLUE = 'shop-staging';
export const GREEN = 'shop-staging-b';

/** What a blue/green target says beside its environment. */
export const blueGreen = {
  environment: GREEN,
  cname: BLUE,
  probe: { path: '/health', bodyIncludes: '"{version}"' },
};

/** The environment that has the traffic, with v1, and the idle one, with v0. */
export const blue: EnvironmentSeed = {
  application: 'shop',
  environment: BLUE,
  instances: 2,
  version: 'v1',
};
export const green: EnvironmentSeed = {
  application: 'shop',
  environment: GREEN,
  instances: 2,
  version: 'v0',
};

/** Blue/green deployments on a simulator whose time moves only by the waits of the plan. */
export function useBlueGreen() {
  let running: { cloud: Beanstalk; traffic: Traffic } | undefined;

  function here(): NonNullable<typeof running> {
    if (!running) throw new Error('Call start() first');
    return running;
  }

  return {
    get cloud() {
      return here().cloud;
    },
    get traffic() {
      return here().traffic;
    },
    async start(...environments: readonly EnvironmentSeed[]): Promise<void> {
      const cloud = await startBeanstalk({}, { environments });
      running = { cloud, traffic: watchTraffic(cloud.simulator, BLUE) };
    },
    /** Environments of which none need have the CNAME, so that nobody watches the traffic. */
    async startUnfit(...environments: readonly EnvironmentSeed[]): Promise<void> {
      const cloud = await startBeanstalk({}, { environments });
      running = { cloud, traffic: { holder: () => '', holders: [], gaps: [] } };
    },
    /** Fails when the traffic was without exactly one owner for a moment. */
    async stop(): Promise<void> {
      const { cloud, traffic } = here();
      await cloud.close();
      expect(traffic.gaps).toEqual([]);
    },
    deploy(version: string, options: DeployOptions = {}) {
      return here().cloud.deploy(version, { ...options, target: { blueGreen, ...options.target } });
    },
    environment(name: string): Environment {
      const found = here().cloud.simulator.site.environments.find(
        (one) => one.name === name && one.status !== 'Terminated',
      );
      if (found === undefined) throw new Error(`There is no ${name}`);
      return found;
    },
    /** How many swaps of the CNAMEs were committed. */
    async swaps(): Promise<number> {
      const all = await here().cloud.mutations();
      return all.filter((operation) => operation === 'SwapEnvironmentCNAMEs').length;
    },
  };
}
