import { afterEach, describe, expect, it } from 'vitest';
import { createElasticBeanstalk } from '../../../src/providers/elastic-beanstalk/index.js';
import { startBeanstalk, type Beanstalk } from '../../support/beanstalk.js';

let cloud: Beanstalk;
afterEach(() => cloud.close());

describe('the calls of a deployment to Elastic Beanstalk', () => {
  it('stay below those of other tools when it is alone', async () => {
    cloud = await startBeanstalk({ instances: 3 });
    await cloud.script('v2', 'slow', { factor: 8 });

    const drive = await cloud.deploy('v2', { samples: 6 });

    expect(drive.state).toBe('succeeded');
    expect(await cloud.calls()).toBeLessThan(52);
  });

  it('are shared by ten deployments at once', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `shop-staging-${index}`);
    cloud = await startBeanstalk(
      {},
      {
        environments: names.map((environment) => ({
          application: 'shop',
          environment,
          version: 'v1',
          instances: 2,
        })),
      },
    );
    const provider = createElasticBeanstalk({ s3PathStyle: true });
    const together = inStep(names.length, (ms) => cloud.control.advance(ms));

    const drives = await Promise.all(
      names.map((environment) =>
        cloud
          .deploy('v2', {
            provider: () => provider,
            target: { environment },
            pass: together.pass,
            samples: 6,
          })
          .finally(together.leave),
      ),
    );

    expect(drives.map((drive) => drive.state)).toEqual(names.map(() => 'succeeded'));
    expect((await cloud.calls()) / names.length).toBeLessThanOrEqual(10);
  });
});

/** Lets time pass only when everybody waits, to the end of the shortest wait. */
function inStep(
  count: number,
  advance: (ms: number) => Promise<void>,
): { pass: (ms: number) => Promise<void>; leave: () => void } {
  let present = count;
  let nowMs = 0;
  let waiting: { untilMs: number; go: () => void }[] = [];

  function tick(): void {
    if (waiting.length < present || waiting.length === 0) return;
    const untilMs = Math.min(...waiting.map((one) => one.untilMs));
    const due = waiting.filter((one) => one.untilMs === untilMs);
    waiting = waiting.filter((one) => one.untilMs > untilMs);
    void advance(untilMs - nowMs).then(() => {
      nowMs = untilMs;
      for (const one of due) one.go();
    });
  }

  return {
    pass: (ms) =>
      new Promise((go) => {
        waiting.push({ untilMs: nowMs + ms, go });
        tick();
      }),
    leave() {
      present--;
      tick();
    },
  };
}
