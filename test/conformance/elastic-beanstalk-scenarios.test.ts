import { afterEach, describe, expect, it } from 'vitest';
import type { EnvironmentSeed } from '../simulators/elastic-beanstalk/control-client.js';
import type { SimulatorOptions } from '../simulators/elastic-beanstalk/options.js';
import { BUCKET, startBeanstalk, type Beanstalk, type DeployOptions } from '../support/beanstalk.js';
import type { Drive } from '../support/drive-plan.js';

/** A scenario by the name that the domain research gives it, and how a deployment of v2 over v1 must end. */
interface Scenario {
  readonly name: string;
  readonly seed?: Partial<EnvironmentSeed>;
  readonly options?: SimulatorOptions;
  /** Scenario of the simulator that v2 follows, with its options. */
  readonly script?: readonly [Parameters<Beanstalk['script']>[1], Record<string, unknown>?];
  readonly arrange?: () => Promise<unknown> | void;
  readonly deploy?: DeployOptions;
  readonly ends: Drive['state'];
  readonly code?: string;
  /** Labels of the accepted updates; nothing else may have been sent. */
  readonly updates: readonly string[];
  /** What every instance runs in the end. */
  readonly runs: string;
}

const back = { ends: 'rolled_back', updates: ['v2', 'v1'], runs: 'v1' } as const;
const untouched = { ends: 'failed', updates: [], runs: 'v1' } as const;
const good = { ends: 'succeeded', updates: ['v2'], runs: 'v2' } as const;

let cloud: Beanstalk;
afterEach(() => cloud.close());

const SCENARIOS: readonly Scenario[] = [
  { name: 'deploy-fail-allatonce', script: ['deploy-fail'], ...back, code: 'eb.update-failed' },
  {
    name: 'deploy-fail-no-magic-message',
    script: ['deploy-fail-no-magic-message'],
    ...back,
    code: 'eb.update-failed',
  },
  { name: 'deploy-fail-fast', script: ['deploy-fail-fast'], ...back, code: 'eb.update-failed' },
  {
    name: 'rolling-fail-batch2',
    seed: { instances: 4, policy: 'Rolling', batchSize: 2 },
    script: ['rolling-fail-batch2'],
    ...back,
    code: 'eb.update-failed',
  },
  {
    name: 'immutable-fail',
    seed: { policy: 'Immutable' },
    script: ['immutable-fail'],
    ...back,
    updates: ['v2'],
    code: 'eb.update-failed',
  },
  {
    name: 'trafficsplit-fail',
    seed: { policy: 'TrafficSplitting' },
    script: ['trafficsplit-fail'],
    ...back,
    updates: ['v2'],
    code: 'eb.update-failed',
  },
  { name: 'partial-success', script: ['partial-success'], ...back, code: 'eb.update-partial' },
  { name: 'complete-with-errors', script: ['complete-with-errors'], ...back, code: 'eb.update-partial' },
  { name: 'command-timeout', script: ['command-timeout'], ...back, code: 'eb.update-timeout' },
  { name: 'stuck-updating', script: ['stuck-updating'], ...back, code: 'deployment.deadline' },
  {
    name: 'abort-refused',
    script: ['abort-refused', { forMs: 1_500_000 }],
    ...back,
    code: 'deployment.deadline',
  },
  {
    name: 'red-after-success',
    script: ['red-after-ready', { afterMs: 60_000 }],
    deploy: { samples: 20 },
    ...back,
    code: 'health.degraded',
  },
  {
    name: 'flapping health',
    script: ['flapping-health'],
    deploy: { samples: 40 },
    ...back,
    code: 'health.degraded',
  },
  { name: 'yellow-warning', script: ['yellow-warning'], ...back, code: 'deployment.deadline' },
  { name: 'grey-nodata-forever', script: ['grey-nodata'], ...back, code: 'deployment.deadline' },
  { name: 'basic-health', seed: { health: 'basic' }, ...good },
  { name: 'worker-tier', seed: { tier: 'Worker' }, ...good },
  { name: 'single-instance', seed: { singleInstance: true, instances: 1, policy: 'Rolling' }, ...good },
  { name: 'already-red baseline', seed: { app: 'red' }, ...good },
  {
    name: 'env-updating at start',
    arrange: () => cloud.control.managedUpdate('shop-staging', 60_000),
    ...good,
  },
  {
    name: 'env-terminating',
    arrange: () => setStatus('Terminating'),
    ...untouched,
    code: 'eb.environment-gone',
  },
  {
    name: 'env-hidden',
    arrange: () => cloud.control.fault({ operation: 'DescribeEnvironments', kind: 'hidden', times: 0 }),
    ...untouched,
    code: 'eb.environment-missing',
  },
  {
    name: 'superseded-by-human',
    script: ['foreign-update'],
    ends: 'superseded',
    code: 'target.changed-elsewhere',
    updates: ['v2'],
    runs: 'foreign-hotfix',
  },
  {
    name: 'managed-update-intervenes',
    script: ['managed-update-intervenes'],
    deploy: { samples: 20 },
    ...good,
  },
  { name: 'requestId-events-empty', script: ['request-id-events-empty'], ...good },
  { name: 'late events', script: ['events-late'], ...good },
  { name: 'duplicate events', script: ['events-duplicated'], ...good },
  { name: 'out-of-order events', script: ['events-out-of-order'], ...good },
  { name: '>1000 events paging', script: ['events-flood'], ...good },
  { name: 'throttle bursts', script: ['throttled', { times: 2 }], ...good },
  { name: 'throttle bursts on every operation', arrange: throttleEveryOperation, ...good },
  { name: '500-after-accept on UpdateEnvironment', script: ['error-after-accept'], ...good },
  { name: 'reset-after-accept on UpdateEnvironment', script: ['reset-after-accept'], ...good },
  { name: '500-after-accept on CreateApplicationVersion', script: ['version-error-after-accept'], ...good },
  { name: 'reset-after-accept on CreateApplicationVersion', script: ['version-reset-after-accept'], ...good },
  { name: 'version-not-visible-yet', script: ['version-not-visible'], ...good },
  {
    name: 'process-FAILED',
    script: ['version-processing-failed'],
    deploy: { target: { process: 'always' } },
    ...untouched,
    code: 'eb.version-failed',
  },
  {
    name: 'process never finishes',
    script: ['version-processing-stuck'],
    deploy: { target: { process: 'always' } },
    ...untouched,
    code: 'deployment.deadline',
  },
  { name: 'label conflict', seed: { versions: ['v2'] }, ...untouched, code: 'eb.version-conflict' },
  { name: 'TooManyApplicationVersions', options: { versionQuota: 1 }, ...untouched, code: 'eb.quota' },
  {
    name: 'S3 403',
    arrange: () => cloud.control.fault({ operation: 'PutObject', kind: 'access-denied', times: 0 }),
    ...untouched,
    code: 'eb.access-denied',
  },
  {
    name: 'rollback target deleted',
    script: ['deploy-fail'],
    arrange: deleteVersion,
    ends: 'failed',
    code: 'eb.update-failed',
    updates: ['v2'],
    runs: 'v2',
  },
  {
    name: 'rollback bundle deleted',
    script: ['deploy-fail'],
    arrange: deleteBundle,
    ends: 'failed',
    code: 'eb.update-failed',
    updates: ['v2'],
    runs: 'v2',
  },
  {
    name: 'rollback bundle changed',
    script: ['deploy-fail'],
    arrange: deployBundleAndOverwriteIt,
    ends: 'failed',
    code: 'eb.update-failed',
    updates: ['overwritten', 'v2'],
    runs: 'v2',
  },
  { name: 'rollback fails once', script: ['rollback-fails-once'], ...back, updates: ['v2', 'v1', 'v1'] },
  {
    name: 'rollback fails always',
    script: ['rollback-fails-always'],
    ends: 'rollback_failed',
    updates: ['v2', 'v1', 'v1'],
    runs: 'v1',
  },
  {
    name: 'creds expire mid-deploy',
    deploy: {
      before: async (piece, nth) => {
        if (piece !== 'await-environment' || nth !== 2) return;
        await cloud.control.fault({ operation: 'DescribeEvents', kind: 'expired-credentials', times: 5 });
      },
    },
    ...good,
  },
  {
    name: 'InsufficientPrivileges at update',
    script: ['insufficient-privileges'],
    ...back,
    updates: [],
    code: 'eb.access-denied',
  },
  {
    name: 'swap while not Ready',
    options: {
      environments: [
        { application: 'shop', environment: 'shop-staging', instances: 2 },
        { application: 'shop', environment: 'shop-green', instances: 2, version: 'v0' },
      ],
    },
    deploy: {
      target: { blueGreen: { environment: 'shop-green', cname: 'shop-staging' } },
      before: async (piece, nth) => {
        if (piece === 'ensure-swap' && nth === 1) await cloud.control.managedUpdate('shop-staging', 120_000);
      },
    },
    ...good,
    // The one that had the traffic before.
    runs: 'v1',
  },
];

function setStatus(status: 'Terminating'): void {
  for (const environment of cloud.simulator.site.environments) environment.status = status;
}

function deleteVersion(): void {
  cloud.simulator.site.applications.get('shop')?.versions.delete('v1');
}

/** S3 keeps one content a key, so the version `overwritten` now names other bytes than those that run. */
async function deployBundleAndOverwriteIt(): Promise<void> {
  const place = [BUCKET, 'ci/latest.Dockerrun.aws.json'] as const;
  const dockerrun = (image: string): Buffer =>
    Buffer.from(JSON.stringify({ AWSEBDockerrunVersion: '1', Image: { Name: image } }));
  cloud.simulator.site.store.put(...place, dockerrun('shop:1'));
  await cloud.deploy('overwritten', { artifact: { type: 's3', bucket: place[0], key: place[1] } });
  cloud.simulator.site.store.put(...place, dockerrun('shop:2'));
}

async function throttleEveryOperation(): Promise<void> {
  const reads = ['Environments', 'Events', 'ConfigurationSettings', 'ApplicationVersions', 'InstancesHealth'];
  const writes = ['CreateStorageLocation', 'CreateApplicationVersion', 'UpdateEnvironment'];
  const operations = [...reads.map((what) => `Describe${what}`), ...writes, 'HeadObject', 'PutObject'];
  for (const operation of operations) await cloud.control.fault({ operation, kind: 'throttle', times: 2 });
}

function deleteBundle(): void {
  cloud.simulator.site.store.buckets.get(BUCKET)?.objects.delete('shop/v1.zip');
}

describe('a deployment to Elastic Beanstalk ends as it must in the scenario', () => {
  it.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))('%s', async (_name, scenario) => {
    cloud = await startBeanstalk({ instances: 2, ...scenario.seed }, scenario.options);
    if (scenario.script) await cloud.script('v2', ...scenario.script);
    await scenario.arrange?.();

    const drive = await cloud.deploy('v2', scenario.deploy);

    expect(drive.state).toBe(scenario.ends);
    if (scenario.code !== undefined) expect(drive.cause?.code).toBe(scenario.code);
    expect(await cloud.updates()).toEqual(scenario.updates);
    expect(new Set(await cloud.running())).toEqual(new Set([scenario.runs]));
  });
});
