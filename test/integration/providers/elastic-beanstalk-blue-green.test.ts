import { afterEach, describe, expect, it } from 'vitest';
import { failure } from '../../../src/shared/domain/failures.js';
import { BLUE, GREEN, blue, blueGreen, green, useBlueGreen } from '../../support/blue-green-drive.js';

const ENV = 'aws:elasticbeanstalk:application:environment';
const world = useBlueGreen();
const { start, deploy, environment, swaps } = world;
afterEach(() => world.stop());

function labels(name: string): readonly string[] {
  return environment(name).instances.map((instance) => instance.label);
}

describe('a blue/green deployment on Elastic Beanstalk', () => {
  it('brings the version to the idle environment, then the traffic to it, and leaves the old one as it was', async () => {
    await start(blue, green);

    const drive = await deploy('v2');

    expect(drive.state).toBe('succeeded');
    expect(world.traffic.holders).toEqual([BLUE, GREEN]);
    expect(labels(GREEN)).toEqual(['v2', 'v2']);
    expect(labels(BLUE)).toEqual(['v1', 'v1']);
    expect(await swaps()).toBe(1);
  });

  it('takes turns: the next version goes to the environment that is idle then', async () => {
    await start(blue, green);
    await deploy('v2');

    expect((await deploy('v3')).state).toBe('succeeded');
    expect(world.traffic.holders).toEqual([BLUE, GREEN, BLUE]);
    expect(labels(BLUE)).toEqual(['v3', 'v3']);
    expect(labels(GREEN)).toEqual(['v2', 'v2']);
  });

  it('needs a swap alone to go back to the version that the idle environment still runs', async () => {
    await start(blue, green);
    await deploy('v2');
    await deploy('v3');

    const drive = await deploy('v2');

    expect(drive.state).toBe('succeeded');
    expect(drive.lines.join('\n')).toContain(`${GREEN} runs v2 already: 2 of 2 instances run v2`);
    expect(await world.cloud.updates()).toEqual(['v2', 'v3']);
    expect(world.traffic.holders).toEqual([BLUE, GREEN, BLUE, GREEN]);
  });

  it('deploys a version again that an instance of the idle environment lost', async () => {
    await start(blue, green);
    await deploy('v2');
    await deploy('v3');
    const [instance] = environment(GREEN).instances;
    if (instance) instance.deploymentStatus = 'Failed';

    expect((await deploy('v2')).state).toBe('succeeded');
    expect(await world.cloud.updates()).toEqual(['v2', 'v3', 'v2']);
  });

  it('makes the idle environment from the configuration of the live one when there is none', async () => {
    const options = [{ namespace: ENV, name: 'COLOUR', value: 'blue' }];
    await start({ ...blue, instances: 3, policy: 'Rolling', options });

    const drive = await deploy('v2', { target: { options: { [ENV]: { LOG_LEVEL: 'debug' } } } });

    expect(drive.state).toBe('succeeded');
    expect(world.traffic.holders).toEqual([BLUE, GREEN]);
    expect(labels(GREEN)).toEqual(['v2', 'v2', 'v2']);
    const own = environment(GREEN).options.filter((option) => option.namespace === ENV);
    expect(Object.fromEntries(own.map(({ name, value }) => [name, value]))).toEqual({
      COLOUR: 'blue',
      LOG_LEVEL: 'debug',
    });
    expect(world.cloud.simulator.site.applications.get('shop')?.templates.size).toBe(0);
  });

  it('gives the idle environment the configuration of the live one when they differ', async () => {
    await start({ ...blue, options: [{ namespace: ENV, name: 'COLOUR', value: 'blue' }] }, green);

    const drive = await deploy('v2');

    expect(drive.state).toBe('succeeded');
    expect(drive.lines.join('\n')).toContain(`it differed in ${ENV}/COLOUR`);
    expect(environment(GREEN).options).toContainEqual({ namespace: ENV, name: 'COLOUR', value: 'blue' });
  });

  it('is shown by a dry run, and checks go to whoever has the traffic', async () => {
    await start(blue, green);

    expect(await world.cloud.preview({ blueGreen })).toEqual([
      `${BLUE} holds ${BLUE}.us-east-1.elasticbeanstalk.com with v1 and stays as it is`,
      `${GREEN} gets its configuration and v2, by the policy AllAtOnce; given up after 19 minutes`,
      'Source: image',
      `Traffic moves to ${GREEN} when it is healthy and answers well at /health`,
      `Way back: ${BLUE} gets the traffic again by another swap`,
    ]);
    expect(await world.cloud.endpoint({ blueGreen })).toBe(`http://${environment(BLUE).endpoint}`);
    await deploy('v2');
    expect(await world.cloud.endpoint({ blueGreen })).toBe(`http://${environment(GREEN).endpoint}`);
  });

  it.each(['AllAtOnce', 'Immutable', 'TrafficSplitting'] as const)(
    'never moves the traffic when the version fails on the idle environment, with %s',
    async (policy) => {
      await start({ ...blue, policy }, { ...green, policy });
      await world.cloud.script('v2', 'deploy-fail');

      const drive = await deploy('v2');

      expect(drive).toMatchObject({ state: 'rolled_back', cause: { code: 'eb.update-failed' } });
      expect(drive.evidence?.lines.join('\n')).toContain('eb-engine.log');
      expect(world.traffic.holders).toEqual([BLUE]);
      expect(await swaps()).toBe(0);
      expect(labels(BLUE)).toEqual(['v1', 'v1']);
    },
  );

  it('never moves the traffic when the version answers wrongly on its own URL', async () => {
    await start(blue, green);
    await world.cloud.script('v2', 'stale-answers');

    const drive = await deploy('v2');

    expect(drive).toMatchObject({ state: 'rolled_back', cause: { code: 'eb.probe-failed' } });
    expect(drive.cause?.detail).toMatch(/\/health does not contain ""?v2/);
    expect(world.traffic.holders).toEqual([BLUE]);
  });

  it('swaps back by itself when the version turns red after it got the traffic', async () => {
    await start(blue, green);
    await world.cloud.script('v2', 'red-after-ready', { afterMs: 180_000 });

    const drive = await deploy('v2', { samples: 60 });

    expect(drive).toMatchObject({ state: 'rolled_back', cause: { code: 'health.degraded' } });
    expect(world.traffic.holders).toEqual([BLUE, GREEN, BLUE]);
    expect(labels(BLUE)).toEqual(['v1', 'v1']);
    expect(await world.cloud.updates()).toEqual(['v2']);
    expect(drive.lines.join('\n')).toMatch(/shop-staging runs v1 again, health (ok|info)/);
  });

  it('uses an environment again on which a version failed', async () => {
    await start(blue, green);
    await world.cloud.script('v2', 'deploy-fail');
    await deploy('v2');

    expect((await deploy('v3')).state).toBe('succeeded');
    expect(labels(GREEN)).toEqual(['v3', 'v3']);
    expect(world.traffic.holder()).toBe(GREEN);
  });

  it('gives the configuration to an environment on which a version failed, too, and takes away what is too much', async () => {
    await start(blue, green);
    await world.cloud.script('v2', 'deploy-fail');
    await deploy('v2', { target: { options: { [ENV]: { OLD: '1' } } } });

    const drive = await deploy('v3', { target: { options: { [ENV]: { NEW: '1' } } } });

    expect(drive.state).toBe('succeeded');
    const own = environment(GREEN).options.filter((option) => option.namespace === ENV);
    expect(own.map(({ name }) => name)).toEqual(['NEW']);
  });

  it('never moves the traffic to an environment that did not take the configuration', async () => {
    await start(blue, green);
    await world.cloud.script('', 'deploy-fail');

    const drive = await deploy('v2', { target: { options: { [ENV]: { NEW: '1' } } } });

    expect(drive).toMatchObject({ state: 'rolled_back', cause: { code: 'eb.options-failed' } });
    expect(drive.cause?.detail).toContain('Failed to deploy configuration.');
    expect(await world.cloud.updates()).toEqual(['']);
    expect(world.traffic.holders).toEqual([BLUE]);
  });

  it.each([
    'ensure-idle',
    'await-idle',
    'ensure-update',
    'await-environment',
    'verify-idle',
    'probe-idle',
    'ensure-swap',
    'await-swap',
  ])('given up at %s it ends with the old owner of the traffic', async (step) => {
    await start(blue);

    const drive = await deploy('v2', {
      giveUpAt: (piece, nth) =>
        piece === step && nth === 2 ? failure('deployment.cancelled', 'by hand') : undefined,
    });

    if (drive.state !== 'succeeded') {
      expect(drive.state).toBe('rolled_back');
      expect(world.traffic.holder()).toBe(BLUE);
    }
    expect(labels(BLUE)).toEqual(['v1', 'v1']);
  });

  it('aborts the update of the idle environment when it is given up', async () => {
    await start(blue, { ...green, policy: 'Rolling' });

    const drive = await deploy('v2', {
      giveUpAt: (piece, nth) =>
        piece === 'await-environment' && nth === 3 ? failure('deployment.cancelled', 'by hand') : undefined,
    });

    expect(drive.state).toBe('rolled_back');
    expect(await world.cloud.mutations()).toContain('AbortEnvironmentUpdate');
    expect(world.traffic.holders).toEqual([BLUE]);
  });
});

describe('two environments that cannot take turns', () => {
  it.each([
    [
      'a worker',
      [
        { ...blue, cnamePrefix: 'x-shop-live' },
        { ...green, tier: 'Worker' as const },
      ],
      'tier Worker',
    ],
    [
      'another owner of the CNAME',
      [{ ...blue, cnamePrefix: 'other-shop' }, green],
      'Nobody of the two holds',
    ],
    [
      'a database in the live one',
      [
        { ...blue, options: [{ namespace: 'aws:rds:dbinstance', name: 'DBEngine', value: 'postgres' }] },
        green,
      ],
      'owns a database',
    ],
    ['another application', [blue, { ...green, application: 'other' }], 'belongs to the application other'],
  ] as const)('are refused before the first write: %s', async (_what, seeds, reason) => {
    await world.startUnfit(...seeds);

    const drive = await deploy('v2');

    expect(drive).toMatchObject({ state: 'failed', wrote: false, cause: { code: 'eb.pair-unfit' } });
    expect(drive.cause?.detail).toContain(reason);
    expect(await world.cloud.mutations()).toEqual([]);
  });

  it('are refused when they are one and the same', async () => {
    await start(blue);

    const drive = await deploy('v2', { target: { blueGreen: { environment: BLUE, cname: BLUE } } });

    expect(drive.cause).toMatchObject({ code: 'eb.pair-unfit' });
  });

  it('can be single instances', async () => {
    const single = { instances: 1, singleInstance: true };
    await start({ ...blue, ...single }, { ...green, ...single });

    expect((await deploy('v2')).state).toBe('succeeded');
    expect(world.traffic.holders).toEqual([BLUE, GREEN]);
  });

  it('are waited for while one of them is busy', async () => {
    await start(blue, green);
    await world.cloud.control.managedUpdate(GREEN, 60_000);

    const drive = await deploy('v2');

    expect(drive.lines).toContain(`wait capture: ${GREEN} is updating; waiting until it is Ready`);
    expect(drive.state).toBe('succeeded');
  });
});
