import type { Drifted, Release, Session } from '../../src/providers/contract.js';
import type { Provider } from '../../src/providers/define-provider.js';
import type { LiveAnswer } from '../../src/providers/live-operations.js';
import type { BundleSource } from '../../src/providers/surroundings.js';
import { createElasticBeanstalk } from '../../src/providers/elastic-beanstalk/index.js';
import type { Artifact } from '../../src/shared/contract/artifact.js';
import type { EnvironmentSeed, SimulatorControl } from '../simulators/elastic-beanstalk/control-client.js';
import type { SimulatorOptions } from '../simulators/elastic-beanstalk/options.js';
import type { ScenarioName } from '../simulators/elastic-beanstalk/scenario-names.js';
import { startElasticBeanstalk, type RunningSimulator } from '../simulators/elastic-beanstalk/start.js';
import { pointSdkTo } from './aws.js';
import { drivePlan, quietTurn, type Drive, type DriveOptions } from './drive-plan.js';

/** The environment `shop-staging` in a simulator whose time moves only by the waits of the plan. */
export interface Beanstalk {
  readonly control: SimulatorControl;
  readonly simulator: RunningSimulator;
  readonly target: Readonly<Record<string, unknown>>;
  /** Lets the deployment of a label follow a scenario. */
  script(label: string, scenario: ScenarioName, options?: Record<string, unknown>): Promise<void>;
  deploy(version: string, options?: DeployOptions): Promise<Drive>;
  /** What the provider says where checks go. */
  endpoint(target?: Readonly<Record<string, unknown>>): Promise<string | undefined>;
  /** What a dry run of v2 shows. */
  preview(target?: Readonly<Record<string, unknown>>): Promise<readonly string[]>;
  /** What a look for drift answers, at what a drive has left. */
  drift(
    version: string,
    drive: Pick<Drive, 'baseline'>,
    target?: Readonly<Record<string, unknown>>,
  ): Promise<LiveAnswer<readonly Drifted[]>>;
  /** Labels that the instances really run. */
  running(): Promise<readonly (string | undefined)[]>;
  /** Labels of the updates that were accepted, in order. */
  updates(): Promise<readonly string[]>;
  /** Operations of committed changes, in order. */
  mutations(): Promise<readonly string[]>;
  /** How many calls of an operation arrived; of all that are not S3's without a name. */
  calls(operation?: string): Promise<number>;
  close(): Promise<void>;
}

type Whim = 'pace' | 'pass' | 'provider' | 'restart' | 'dieAt' | 'before' | 'samples' | 'giveUpAt';

export interface DeployOptions extends Partial<Pick<DriveOptions, Whim>> {
  readonly artifact?: Artifact;
  readonly bundles?: BundleSource;
  readonly target?: Readonly<Record<string, unknown>>;
  readonly message?: string;
  readonly deploymentId?: string;
}

/** The region of the simulated account, and its default bucket. */
export const REGION = 'us-east-1';
export const BUCKET = `elasticbeanstalk-${REGION}-123456789012`;

const pinned: Artifact = { type: 'image', image: `registry.example.com/shop/api@sha256:${'a'.repeat(64)}` };

/** As a new worker process would have it. */
function newProvider(): Provider {
  return createElasticBeanstalk({ s3PathStyle: true, logPauseMs: 20 });
}

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
  pointSdkTo(simulator.url);
  const { control } = simulator;
  const target = { application: 'shop', environment: 'shop-staging', region: REGION };

  function releaseOf(
    version: string,
    artifact: Artifact,
    { message, deploymentId = 'dep-1' }: Pick<DeployOptions, 'message' | 'deploymentId'> = {},
  ): Release {
    const release = { deploymentId, service: 'shop-api', environment: 'staging', version, artifact };
    return { ...release, ...(message !== undefined && { message }) };
  }

  async function captured(of: unknown): Promise<{ session: Session<unknown>; baseline: unknown }> {
    const opened = await newProvider().open(of, releaseOf('v2', pinned), {
      bundles: { open: async () => undefined },
    });
    if (!opened.ok) throw new Error(opened.problems.join('; '));
    const capture = await opened.session.capture(quietTurn());
    if (capture.said !== 'captured') throw new Error(JSON.stringify(capture));
    return { session: opened.session, baseline: capture.baseline };
  }

  async function mutations(): Promise<Awaited<ReturnType<SimulatorControl['mutations']>>> {
    return await control.mutations();
  }

  return {
    control,
    simulator,
    target,
    script: (label, scenario, more) =>
      control.scenario({ match: { label }, scenario, ...(more !== undefined && { options: more }) }),
    deploy: (version, { artifact = pinned, bundles, message, deploymentId, ...rest } = {}) =>
      drivePlan({
        provider: newProvider,
        release: releaseOf(version, artifact, {
          ...(message !== undefined && { message }),
          ...(deploymentId !== undefined && { deploymentId }),
        }),
        pass: (ms) => Promise.resolve(simulator.site.clock.advance(ms)),
        ...rest,
        ...(bundles !== undefined && { bundles }),
        target: { ...target, ...rest.target },
      }),
    async endpoint(more) {
      const { session, baseline } = await captured({ ...target, ...more });
      const url = await session.endpoint?.(quietTurn(), baseline);
      await session.close?.();
      return url;
    },
    async preview(more) {
      const { session, baseline } = await captured({ ...target, ...more });
      const lines = (await session.preview?.(quietTurn(), baseline)) ?? [];
      await session.close?.();
      return lines;
    },
    async drift(version, { baseline }, more) {
      const surroundings = { bundles: { open: async () => undefined } };
      const opened = await newProvider().open(
        { ...target, ...more },
        releaseOf(version, pinned),
        surroundings,
      );
      if (!opened.ok || !opened.session.drift) throw new Error('The provider cannot tell');
      const answer = await opened.session.drift(quietTurn(), baseline);
      await opened.session.close?.();
      return answer;
    },
    async running() {
      const { instances } = await control.environment('shop-staging');
      return instances.map((instance) => instance.label);
    },
    async updates() {
      const updates = (await mutations()).filter((one) => one.operation === 'UpdateEnvironment');
      return updates.map((one) => one.params['VersionLabel'] ?? '');
    },
    mutations: async () => (await mutations()).map((one) => one.operation),
    async calls(operation) {
      const calls = await control.calls();
      return calls.filter((one) =>
        operation === undefined ? one.service !== 's3' : one.operation === operation,
      ).length;
    },
    close: () => simulator.close(),
  };
}
