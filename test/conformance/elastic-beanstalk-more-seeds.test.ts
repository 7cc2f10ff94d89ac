import { afterEach, describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../simulators/elastic-beanstalk/random.js';
import type { FaultKind } from '../simulators/s3/faults.js';
import { startBeanstalk, type Beanstalk } from '../support/beanstalk.js';
import { watchTraffic } from '../support/blue-green.js';

const BLUE = 'shop-staging';
const GREEN = 'shop-staging-b';
const SCENARIOS = ['success', 'red-under-traffic', 'deploy-fail', 'stuck-updating', 'success'] as const;
const OPERATIONS = [
  'SwapEnvironmentCNAMEs',
  'UpdateEnvironment',
  'CreateEnvironment',
  'CreateConfigurationTemplate',
  'DescribeEnvironments',
  'DescribeEvents',
  'DescribeConfigurationSettings',
];
const KINDS: readonly FaultKind[] = [
  'reset',
  'reset-after-accept',
  'error-after-accept',
  'throttle',
  'service-unavailable',
];

let cloud: Beanstalk;
afterEach(() => cloud.close());

function pick<T>(chance: Random, from: readonly T[]): T {
  const picked = from[chance.below(from.length)];
  if (picked === undefined) throw new Error('There is nothing to pick from');
  return picked;
}

describe('a blue/green deployment whose workers die and whose calls get lost by chance', () => {
  it.each(Array.from({ length: 24 }, (_, nth) => nth + 13))(
    'ends with the traffic where it belongs, by seed %i',
    async (seed) => {
      const chance = createRandom(`more ${seed}`);
      cloud = await startBeanstalk({ instances: 2 });
      const traffic = watchTraffic(cloud.simulator, BLUE);
      await cloud.script('v2', pick(chance, SCENARIOS));

      const drive = await cloud.deploy('v2', {
        target: { blueGreen: { environment: GREEN, cname: BLUE } },
        samples: 20,
        dieAt: () => chance.next() < 0.15,
        before: async () => {
          if (chance.next() > 0.1) return;
          await cloud.control.fault({
            operation: pick(chance, OPERATIONS),
            kind: pick(chance, KINDS),
            times: 1,
          });
        },
      });

      expect(['succeeded', 'rolled_back', 'failed']).toContain(drive.state);
      expect(traffic.gaps).toEqual([]);
      expect(traffic.holder()).toBe(drive.state === 'succeeded' ? GREEN : BLUE);
      const { label, instances } = await cloud.control.environment(traffic.holder());
      const runs = drive.state === 'succeeded' ? 'v2' : 'v1';
      expect(new Set([label, ...instances.map((instance) => instance.label)])).toEqual(new Set([runs]));
      const moved = traffic.holders.length - 1;
      const mutations = await cloud.mutations();
      expect(mutations.filter((one) => one === 'SwapEnvironmentCNAMEs')).toHaveLength(moved);
      expect(mutations.filter((one) => one === 'CreateEnvironment').length).toBeLessThanOrEqual(1);
    },
    60_000,
  );
});
