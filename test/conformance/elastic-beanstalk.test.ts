import { createElasticBeanstalk } from '../../src/providers/elastic-beanstalk/index.js';
import { startElasticBeanstalk } from '../simulators/elastic-beanstalk/start.js';
import { pointSdkTo } from '../support/aws.js';
import { describeProvider, type World } from './provider-suite.js';

const SPEED = 200;

describeProvider({
  kind: 'elastic-beanstalk',
  tempo: 1 / SPEED,
  good: 'v2',
  bad: 'v2-bad',
  forward: ['ensure-bundle', 'ensure-version', 'ensure-update', 'await-environment', 'verify-instances'],
  afterChange: 'await-environment',
  back: ['settle-environment', 'ensure-rollback', 'await-rollback', 'verify-rollback'],

  async open(): Promise<World> {
    const sim = await startElasticBeanstalk({
      speed: SPEED,
      environments: [
        { application: 'shop', environment: 'shop-staging', instances: 3, version: 'v1', policy: 'Rolling' },
      ],
    });
    pointSdkTo(sim.url);
    return {
      provider: createElasticBeanstalk({ s3PathStyle: true }),
      spec: { application: 'shop', environment: 'shop-staging', region: 'us-east-1' },
      baseline: 'v1',
      artifactOf: () => ({ type: 'image', image: `registry.example.com/shop@sha256:${'a'.repeat(64)}` }),
      async running() {
        const { label, instances } = await sim.control.environment('shop-staging');
        const labels = new Set([label, ...instances.map((instance) => instance.label)]);
        return labels.size === 1 ? label : 'mixed';
      },
      async changes() {
        const mutations = await sim.control.mutations();
        return mutations
          .filter(({ operation }) => operation === 'UpdateEnvironment')
          .map(({ params }) => JSON.stringify(params));
      },
      loseNextReply: () =>
        sim.control.fault({ operation: 'UpdateEnvironment', kind: 'reset-after-accept', times: 1 }),
      changeElsewhere: () => sim.control.foreignUpdate('shop-staging', 'v9'),
      close: () => sim.close(),
    };
  },
});
