import { afterEach, describe, expect, it } from 'vitest';
import type { Pace, Urgency } from '../../../src/providers/surroundings.js';
import { startBeanstalk, type Beanstalk } from '../../support/beanstalk.js';

let cloud: Beanstalk;
afterEach(() => cloud.close());

/** Lets every call pass and writes down what was asked of it. */
function witness(): { pace: Pace; taken: [scope: string, urgency: Urgency][]; slowed: string[] } {
  const taken: [string, Urgency][] = [];
  const slowed: string[] = [];
  const pace: Pace = {
    take: async (scope, urgency) => void taken.push([scope, urgency]),
    throttled: async (scope) => void slowed.push(scope),
  };
  return { pace, taken, slowed };
}

describe('the pace of the calls to Elastic Beanstalk', () => {
  it('is asked before every call, by account and region, with changes before looks', async () => {
    cloud = await startBeanstalk({ instances: 2 });
    const { pace, taken } = witness();

    const drive = await cloud.deploy('v2', { pace });

    expect(drive.state).toBe('succeeded');
    expect(taken).toHaveLength(await cloud.calls());
    expect(new Set(taken.map(([scope]) => scope))).toEqual(new Set(['aws:own:us-east-1']));
    const writes = taken.filter(([, urgency]) => urgency === 'write');
    expect(writes).toHaveLength(
      (await cloud.mutations()).filter((one) => !/Object|Part|Multi/.test(one)).length,
    );
    expect(taken.some(([, urgency]) => urgency === 'watch')).toBe(true);
  });

  it('is told of every throttled try, also of those that are repeated out of sight', async () => {
    cloud = await startBeanstalk({ instances: 2 });
    await cloud.control.fault({ operation: 'DescribeConfigurationSettings', kind: 'throttle', times: 2 });
    const { pace, slowed } = witness();

    const drive = await cloud.deploy('v2', { pace });

    expect(drive.state).toBe('succeeded');
    expect(slowed).toEqual(['aws:own:us-east-1', 'aws:own:us-east-1']);
  });
});
