import type { Artifact } from '../../src/shared/contract/artifact.js';
import type { BundleSource } from '../../src/providers/contract.js';
import { createElasticBeanstalk } from '../../src/providers/elastic-beanstalk/index.js';
import type { EnvironmentSeed, SimulatorControl } from '../simulators/elastic-beanstalk/control-client.js';
import type { SimulatorOptions } from '../simulators/elastic-beanstalk/options.js';
import { startElasticBeanstalk } from '../simulators/elastic-beanstalk/start.js';
import { drivePlan, type Drive, type DriveOptions } from './drive-plan.js';

/** The environment `shop-staging` in a simulator whose time moves only by the waits of the plan. */
export interface Beanstalk {
  readonly control: SimulatorControl;
  readonly target: Record<string, unknown>;
  deploy(version: string, options?: DeployOptions): Promise<Drive>;
  /** Labels that the instances really run. */
  running(): Promise<readonly (string | undefined)[]>;
  /** Labels of the updates that were accepted, in order. */
  updates(): Promise<readonly string[]>;
  /** Calls of an operation, whatever became of them. */
  count(operation: string): Promise<number>;
  close(): Promise<void>;
}

export interface DeployOptions extends Partial<
  Pick<DriveOptions, 'restart' | 'dieAt' | 'before' | 'samples'>
> {
  readonly artifact?: Artifact;
  readonly bundles?: BundleSource;
  readonly target?: Record<string, unknown>;
}

const REGION = 'us-east-1';
const pinned: Artifact = { type: 'image', image: `registry.example.com/shop/api@sha256:${'a'.repeat(64)}` };

/** Points the AWS SDK of this process at a fresh simulator; `close` ends it. */
export async function startBeanstalk(
  seed: Partial<EnvironmentSeed> = {},
  options: SimulatorOptions = {},
): Promise<Beanstalk> {
  const simulator = await startElasticBeanstalk({
    speed: 0,
    region: REGION,
    environments: [{ application: 'shop', environment: 'shop-staging', version: 'v1', ...seed }],
    ...options,
  });
  process.env['AWS_ENDPOINT_URL_ELASTIC_BEANSTALK'] = simulator.url;
  process.env['AWS_ENDPOINT_URL_S3'] = simulator.url;
  process.env['AWS_ACCESS_KEY_ID'] = 'AKIDEXAMPLE';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'not-a-secret';
  const { control } = simulator;
  const target = { application: 'shop', environment: 'shop-staging', region: REGION };
  return {
    control,
    target,
    deploy: (version, { artifact = pinned, bundles, ...rest } = {}) =>
      drivePlan({
        provider: () => createElasticBeanstalk({ s3PathStyle: true }),
        release: {
          deploymentId: 'dep-1',
          service: 'shop-api',
          environment: 'staging',
          version,
          artifact,
        },
        pass: (ms) => Promise.resolve(simulator.site.clock.advance(ms)),
        ...rest,
        ...(bundles !== undefined && { bundles }),
        target: { ...target, ...rest.target },
      }),
    async running() {
      const { instances } = await control.environment('shop-staging');
      return instances.map((instance) => instance.label);
    },
    async updates() {
      const mutations = await control.mutations();
      return mutations
        .filter((mutation) => mutation.operation === 'UpdateEnvironment')
        .map((mutation) => mutation.params['VersionLabel'] ?? '');
    },
    async count(operation) {
      return (await control.calls()).filter((call) => call.operation === operation).length;
    },
    close: () => simulator.close(),
  };
}
