import { afterEach, describe, expect, it } from 'vitest';

import type { EnvironmentSeed, EnvironmentTruth } from '../../simulators/elastic-beanstalk/control-client.js';
import type { ScenarioName } from '../../simulators/elastic-beanstalk/scenario-names.js';
import { openSession } from './beanstalk-session.js';
import type { BeanstalkSession } from './beanstalk-session.js';

let session: BeanstalkSession;
afterEach(() => session.close());

const staging = { EnvironmentName: 'shop-staging' };
const magic = 'Failed to deploy application.';
const success = 'Environment update completed successfully.';

async function open(seed: Partial<EnvironmentSeed> = {}): Promise<void> {
  const environment = { application: 'shop', environment: 'shop-staging', instances: 3, ...seed };
  session = await openSession({ environments: [environment] });
}

async function labels(): Promise<readonly string[]> {
  return (await truth()).instances.map((instance) => instance.label);
}

function truth(): Promise<EnvironmentTruth> {
  return session.sim.control.environment('shop-staging');
}

/** Deploys a version that follows the scenario, to the end. */
async function follow(scenario: ScenarioName): Promise<string> {
  const label = `v2-scenario-${scenario}`;
  await session.deploy(label);
  return label;
}

describe('a deployment that succeeds', () => {
  it('brings every instance to the version under a new deployment id, and health back to Ok', async () => {
    await open();
    const label = await follow('success');
    await session.sim.control.advance(20_000);

    expect(await truth()).toMatchObject({ status: 'Ready', label, deploymentId: 2, health: 'Ok' });
    expect((await truth()).instances.map(({ deploymentId }) => deploymentId)).toEqual([2, 2, 2]);
    expect(await session.messages()).toEqual(
      expect.arrayContaining(['Environment update is starting.', success]),
    );
  });

  it('takes options.factor times as long when slow', async () => {
    await open();
    await session.sim.control.scenario({ match: { label: 'v2' }, scenario: 'slow', options: { factor: 10 } });
    await session.update('v2');

    await session.sim.control.advance(300_000);
    expect((await truth()).status).toBe('Updating');
    await session.sim.control.advance(60_000);
    expect(await truth()).toMatchObject({ status: 'Ready', label: 'v2' });
  });
});

describe('a deployment that fails on existing instances', () => {
  it('leaves the label at the old version and the instances on the new one, until it is redeployed', async () => {
    await open();
    const label = await follow('deploy-fail');
    await session.sim.control.advance(20_000);

    expect(await truth()).toMatchObject({ status: 'Ready', label: 'v1', health: 'Severe' });
    expect(await labels()).toEqual([label, label, label]);
    const { InstanceHealthList } = await session.eb.describeInstancesHealth({
      ...staging,
      AttributeNames: ['All'],
    });
    expect(InstanceHealthList?.[0]?.Deployment).toMatchObject({ DeploymentId: 2, Status: 'Failed' });
    expect(InstanceHealthList?.[0]?.Causes).toContain(
      `Incorrect application version "${label}" (deployment 2). Expected version "v1" (deployment 1).`,
    );

    await session.deploy('v1');
    await session.sim.control.advance(20_000);

    expect(await truth()).toMatchObject({ label: 'v1', deploymentId: 3, health: 'Ok' });
    expect(await labels()).toEqual(['v1', 'v1', 'v1']);
  });

  it.each<[ScenarioName, boolean]>([
    ['deploy-fail', true],
    ['deploy-fail-no-magic-message', false],
    ['deploy-fail-fast', true],
  ])('%s says the well-known sentence: %s', async (scenario, says) => {
    await open();
    await follow(scenario);

    expect((await session.messages()).includes(magic)).toBe(says);
  });

  it('is Ready again within two seconds when it fails fast', async () => {
    await open();
    await session.update('v2-scenario-deploy-fail-fast');
    await session.sim.control.advance(2_000);

    expect(await truth()).toMatchObject({ status: 'Ready', label: 'v1' });
  });

  it('ends as a mixed fleet when the second rolling batch fails, the failed one out of service', async () => {
    await open({ policy: 'Rolling' });
    const label = await follow('rolling-fail-batch2');

    expect(await labels()).toEqual([label, label, 'v1']);
    expect((await truth()).instances.map(({ inService }) => inService)).toEqual([true, false, true]);
  });

  it('fails the next deployment too, once, with rollback-fails-once', async () => {
    await open();
    const label = await follow('rollback-fails-once');
    await session.deploy('v1');
    expect((await truth()).instances.every((instance) => instance.status === 'Failed')).toBe(true);

    await session.deploy('v1');

    expect(await labels()).not.toContain(label);
    expect((await truth()).instances.every((instance) => instance.status === 'Deployed')).toBe(true);
  });

  it('fails every later deployment with rollback-fails-always', async () => {
    await open();
    await follow('rollback-fails-always');
    for (let attempt = 0; attempt < 3; attempt += 1) await session.deploy('v1');

    expect((await truth()).instances.every((instance) => instance.status === 'Failed')).toBe(true);
  });
});

describe('a deployment to fresh instances', () => {
  it.each<[ScenarioName, NonNullable<EnvironmentSeed['policy']>]>([
    ['immutable-fail', 'Immutable'],
    ['trafficsplit-fail', 'TrafficSplitting'],
  ])('%s leaves the old instances as they were', async (scenario, policy) => {
    await open({ policy });
    const before = await truth();
    await follow(scenario);
    await session.sim.control.advance(20_000);

    expect(await truth()).toMatchObject({
      label: 'v1',
      deploymentId: 1,
      health: 'Ok',
      instances: before.instances,
    });
  });

  it.each(['Immutable', 'TrafficSplitting'] as const)('%s replaces every instance', async (policy) => {
    await open({ policy });
    const before = (await truth()).instances.map(({ id }) => id);
    const label = await follow('success');

    expect(await labels()).toEqual([label, label, label]);
    expect((await truth()).instances.filter(({ id }) => before.includes(id))).toEqual([]);
  });

  it('cannot be aborted any more while the new instances take over', async () => {
    await open({ policy: 'Immutable', instances: 1 });
    await session.update('v2');
    await session.sim.control.advance(230_000);

    expect((await session.environment()).AbortableOperationInProgress).toBe(false);
    await expect(session.eb.abortEnvironmentUpdate(staging)).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });
  });

  it('takes the additional batch away again', async () => {
    await open({ policy: 'RollingWithAdditionalBatch' });
    await session.update('v2');
    await session.sim.control.advance(70_000);
    expect((await truth()).instances.length).toBe(4);

    await session.sim.control.advance(1_800_000);
    expect(await labels()).toEqual(['v2', 'v2', 'v2']);
  });
});

describe('a success that is none', () => {
  it('reports success while one instance stays on the old version', async () => {
    await open();
    const label = await follow('partial-success');
    await session.sim.control.advance(20_000);

    expect(await truth()).toMatchObject({ label, health: 'Ok' });
    expect(await labels()).toEqual([label, label, 'v1']);
    expect(await session.messages()).toContain(success);
  });

  it.each<[ScenarioName, RegExp, string]>([
    ['complete-with-errors', /is complete, but with errors/, 'Failed'],
    ['command-timeout', /is complete, but with command timeouts/, 'In Progress'],
  ])('%s ends on the new label with one bad instance', async (scenario, message, status) => {
    await open();
    const label = await follow(scenario);

    expect((await truth()).label).toBe(label);
    expect((await truth()).instances.map((instance) => instance.status)).toEqual([
      'Deployed',
      'Deployed',
      status,
    ]);
    expect((await session.messages()).some((text) => message.test(text))).toBe(true);
    expect(await session.messages()).not.toContain(success);
  });
});

describe('a deployment that does not end', () => {
  it('stays Updating until it is aborted, and then leaves a mixed fleet', async () => {
    await open();
    await session.update('v2-stuck');
    await session.sim.control.advance(7_200_000);
    expect(await session.environment()).toMatchObject({
      Status: 'Updating',
      AbortableOperationInProgress: true,
    });

    await session.eb.abortEnvironmentUpdate(staging);
    expect((await session.environment()).Status).toBe('Aborting');
    await session.sim.control.advance(60_000);

    expect(await session.environment()).toMatchObject({ Status: 'Ready', VersionLabel: 'v1' });
    expect(await labels()).toEqual(['v2-stuck', 'v2-stuck', 'v1']);
    expect((await session.messages()).some((text) => text.startsWith('During an aborted deployment'))).toBe(
      true,
    );
  });

  it('refuses to be aborted and ends by itself with abort-refused', async () => {
    await open();
    await session.update('v2-scenario-abort-refused');
    await session.sim.control.advance(60_000);
    await expect(session.eb.abortEnvironmentUpdate(staging)).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    });

    await session.sim.control.advance(900_000);
    expect(await session.environment()).toMatchObject({ Status: 'Ready', VersionLabel: 'v1' });
  });
});

describe('the version after it was deployed', () => {
  it.each<[ScenarioName, string, string, number]>([
    ['red-after-ready', 'Severe', 'Red', 500],
    ['yellow-warning', 'Warning', 'Yellow', 200],
    ['grey-nodata', 'NoData', 'Grey', 200],
  ])('%s turns health to %s and answers HTTP with %s %i', async (scenario, status, color, http) => {
    await open();
    await follow(scenario);
    await session.sim.control.advance(60_000);

    const seen = await session.environment();
    expect(seen).toMatchObject({ HealthStatus: status, Health: color });
    expect((await fetch(`http://${seen.EndpointURL}/health`)).status).toBe(http);
  });

  it('swings between good and red with flapping-health', async () => {
    await open();
    await follow('flapping-health');
    const seen = new Set<string>();
    for (let sample = 0; sample < 20; sample += 1) {
      await session.sim.control.advance(10_000);
      seen.add((await truth()).health);
    }

    expect([...seen].sort()).toEqual(['Ok', 'Severe']);
  });

  it('lets the old code answer with stale-answers, although every row names the new version', async () => {
    await open();
    const label = await follow('stale-answers');
    const { EndpointURL } = await session.environment();

    const answer = await fetch(`http://${EndpointURL}/`);

    expect(await labels()).toEqual([label, label, label]);
    expect(answer.headers.get('x-version')).toBe('v1');
  });
});
