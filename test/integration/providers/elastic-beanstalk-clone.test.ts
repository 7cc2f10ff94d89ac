import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createElasticBeanstalk } from '../../../src/providers/elastic-beanstalk/index.js';
import type { Environment } from '../../simulators/elastic-beanstalk/model.js';
import { startBeanstalk, type Beanstalk } from '../../support/beanstalk.js';

const ORIGIN = 'shop-staging';
const CLONE = 'review-7-shop-0a1b2c3d4e';
const ENV = 'aws:elasticbeanstalk:application:environment';
const TAG = 'beanpod:clone';
const target = { environment: CLONE, madeFrom: { environment: ORIGIN, stamp: '01kaqv9zc3h8m2x6y7w4t5r0pn' } };

let cloud: Beanstalk;
beforeEach(async () => {
  const options = [{ namespace: ENV, name: 'COLOUR', value: 'blue' }];
  cloud = await startBeanstalk({ instances: 2, options });
});
afterEach(() => cloud.close());

function found(name: string): readonly Environment[] {
  return cloud.simulator.site.environments.filter((one) => one.name === name);
}

function labels(name: string): readonly string[] {
  return found(name).flatMap(({ status, instances }) =>
    status === 'Terminated' ? [] : instances.map(({ label }) => label),
  );
}

async function count(operation: string): Promise<number> {
  return (await cloud.mutations()).filter((one) => one === operation).length;
}

function expectOriginUntouched(): void {
  expect(labels(ORIGIN)).toEqual(['v1', 'v1']);
  expect(found(ORIGIN).map(({ status }) => status)).toEqual(['Ready']);
}

/** Asks the provider to remove what it made, until it is done or says no. */
async function remove(of: object) {
  const provider = createElasticBeanstalk({ s3PathStyle: true });
  const opened = provider.live?.({ ...cloud.target, ...of }, { bundles: { open: async () => undefined } });
  if (!opened?.ok || opened.live.remove === undefined) throw new Error('The provider cannot remove');
  for (let looks = 0; ; looks += 1) {
    const answer = await opened.live.remove({ signal: new AbortController().signal });
    if (answer.said !== 'wait' || looks > 100) return answer;
    cloud.simulator.site.clock.advance(answer.forMs);
  }
}

describe('the target of a clone on Elastic Beanstalk', () => {
  it('has its environment made by its first deployment, marked, with the configuration of the origin', async () => {
    const drive = await cloud.deploy('v2', { target });

    expect(drive.state).toBe('succeeded');
    expect(labels(CLONE)).toEqual(['v2', 'v2']);
    const [made] = found(CLONE);
    expect(made?.options.find(({ name }) => name === 'COLOUR')?.value).toBe('blue');
    const tags = await cloud.control.calls();
    expect(tags.filter(({ operation }) => operation === 'CreateEnvironment')).toHaveLength(1);
    expect([...cloud.simulator.site.tags.values()].map((each) => each.get(TAG))).toContain(
      target.madeFrom.stamp,
    );
    expect(await count('DeleteConfigurationTemplate')).toBe(1);
    expectOriginUntouched();
  });

  it('is deployed to as any other once its environment is there, and goes back to what ran before', async () => {
    await cloud.deploy('v2', { target });
    await cloud.script('v3', 'deploy-fail');

    const drive = await cloud.deploy('v3', { target });

    expect(drive.state).toBe('rolled_back');
    expect(labels(CLONE)).toEqual(['v2', 'v2']);
    expect(await count('CreateEnvironment')).toBe(1);
    expect(await count('TerminateEnvironment')).toBe(0);
    expectOriginUntouched();
  });

  it('has the environment terminated that a first deployment made and could not deploy to', async () => {
    await cloud.script('v2', 'deploy-fail');

    const drive = await cloud.deploy('v2', { target });

    expect(drive.state).toBe('rolled_back');
    expect(drive.evidence?.firstCause).not.toBe('');
    expect(found(CLONE).map(({ status }) => status)).toEqual(['Terminated']);
    expect(await count('TerminateEnvironment')).toBe(1);
    expectOriginUntouched();
    await cloud.script('v3', 'success');
    expect((await cloud.deploy('v3', { target, deploymentId: 'dep-2' })).state).toBe('succeeded');
  });

  it.each([
    ['ensure-idle', 'v2'],
    ['ensure-update', 'v2'],
    ['terminate-clone', 'v9'],
  ])('makes and terminates one environment when the worker dies at %s', async (step, version) => {
    await cloud.script('v9', 'deploy-fail');

    const drive = await cloud.deploy(version, {
      target,
      restart: 'at-every-turn',
      dieAt: (piece, nth) => piece === step && nth === 1,
    });

    expect(drive.state).toBe(version === 'v2' ? 'succeeded' : 'rolled_back');
    expect(await count('CreateEnvironment')).toBe(1);
    expect(await count('TerminateEnvironment')).toBe(version === 'v2' ? 0 : 1);
    expectOriginUntouched();
  });

  it('leaves an environment alone that somebody else made under its name', async () => {
    await cloud.control.seed({ application: 'shop', environment: CLONE, version: 'v0' });

    const drive = await cloud.deploy('v2', { target });

    expect(drive).toMatchObject({
      state: 'failed',
      wrote: false,
      cause: { code: 'eb.environment-mismatch' },
    });
    expect(await remove(target)).toMatchObject({
      said: 'failed',
      failure: { code: 'eb.environment-mismatch' },
    });
    expect(labels(CLONE)).toEqual(['v0']);
  });

  it('is removed by its id, once, and a second time finds nothing left', async () => {
    await cloud.deploy('v2', { target });

    expect(await remove(target)).toMatchObject({ said: 'done', value: `${CLONE} is terminated` });
    expect(await remove(target)).toMatchObject({ said: 'done' });
    expect(await count('TerminateEnvironment')).toBe(1);
    expectOriginUntouched();
  });

  it('does not remove an environment that was not made for a clone', async () => {
    expect(await remove({})).toMatchObject({ said: 'failed', failure: { code: 'eb.request-invalid' } });
    expectOriginUntouched();
  });

  it('says in a dry run what it would make, and how it would take it back', async () => {
    expect(await cloud.preview(target)).toEqual([
      `${CLONE} will be made from the configuration of ${ORIGIN}, then get v2`,
      `Way back: ${CLONE} is terminated again`,
    ]);
  });
});
