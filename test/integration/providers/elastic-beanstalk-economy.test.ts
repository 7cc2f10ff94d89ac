import { describe, expect, it } from 'vitest';
import { deployTogether } from '../../support/beanstalk-fleet.js';

describe('the calls of a deployment to Elastic Beanstalk', () => {
  it('stay below those of other tools when it is alone', async () => {
    const { states, calls } = await deployTogether(1);

    expect(states).toEqual(['succeeded']);
    // 43 is the fewest of the tools that watch health at all (docs/elastic-beanstalk.md).
    expect(calls).toBeLessThan(43);
  });

  it('are shared by ten deployments at once that look at different times', async () => {
    const { states, calls, byOperation } = await deployTogether(10);

    expect(states).toEqual(Array.from({ length: 10 }, () => 'succeeded'));
    expect(calls / 10, JSON.stringify(byOperation)).toBeLessThanOrEqual(10);
    expect(byOperation['UpdateEnvironment']).toBe(10);
  });
});
