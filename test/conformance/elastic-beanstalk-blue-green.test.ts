import { expect } from 'vitest';
import { createElasticBeanstalk } from '../../src/providers/elastic-beanstalk/index.js';
import { startElasticBeanstalk } from '../simulators/elastic-beanstalk/start.js';
import { pointSdkTo } from '../support/aws.js';
import { watchTraffic } from '../support/blue-green.js';
import { describeProvider, type World } from './provider-suite.js';

const SPEED = 200;
const BLUE = 'shop-staging';
const GREEN = 'shop-staging-b';

describeProvider({
  kind: 'elastic-beanstalk',
  tempo: 1 / SPEED,
  good: 'v2',
  bad: 'v2-red-under-traffic',
  forward: [
    'ensure-bundle',
    'ensure-version',
    'ensure-idle',
    'await-idle',
    'ensure-update',
    'await-environment',
    'verify-instances',
    'verify-idle',
    'ensure-swap',
    'await-swap',
    'verify-swap',
  ],
  afterChange: 'await-swap',
  back: ['settle-pair', 'ensure-swap-back', 'await-swap-back', 'verify-rollback'],

  async open(): Promise<World> {
    const sim = await startElasticBeanstalk({
      speed: SPEED,
      environments: [
        { application: 'shop', environment: BLUE, instances: 2, version: 'v1' },
        { application: 'shop', environment: GREEN, instances: 2, version: 'v0' },
      ],
    });
    pointSdkTo(sim.url);
    const traffic = watchTraffic(sim, BLUE);
    return {
      provider: createElasticBeanstalk({ s3PathStyle: true }),
      spec: {
        application: 'shop',
        environment: BLUE,
        region: 'us-east-1',
        blueGreen: { environment: GREEN, cname: BLUE },
      },
      baseline: 'v1',
      artifactOf: () => ({ type: 'image', image: `registry.example.com/shop@sha256:${'a'.repeat(64)}` }),
      async running() {
        const { label, instances } = await sim.control.environment(traffic.holder());
        const labels = new Set([label, ...instances.map((instance) => instance.label)]);
        return labels.size === 1 ? label : 'mixed';
      },
      async changes() {
        const mutations = await sim.control.mutations();
        return mutations
          .filter(({ operation }) => operation === 'SwapEnvironmentCNAMEs')
          .map(({ params }) => JSON.stringify(params));
      },
      loseNextReply: () =>
        sim.control.fault({ operation: 'SwapEnvironmentCNAMEs', kind: 'reset-after-accept', times: 1 }),
      changeElsewhere: () => sim.control.foreignUpdate(GREEN, 'v9'),
      async close() {
        await sim.close();
        // A foreign deployment to all instances at once is the one gap that is not ours.
        expect(traffic.gaps.filter((gap) => !gap.endsWith(GREEN))).toEqual([]);
      },
    };
  },
});
