import { createElasticBeanstalk } from '../../src/providers/elastic-beanstalk/index.js';
import type { Drive } from './drive-plan.js';
import { startBeanstalk } from './beanstalk.js';

/** What a number of deployments at once cost. */
export interface Fleet {
  readonly states: readonly Drive['state'][];
  /** Calls to Elastic Beanstalk, without S3 and STS. */
  readonly calls: number;
  /** How often each operation was called. */
  readonly byOperation: Readonly<Record<string, number>>;
}

/**
 * Deploys a version, by one provider as in one worker, to as many applications of one region at once. Each deployment
 * takes some four minutes of simulated time and is then watched for one minute more.
 */
export async function deployTogether(count: number): Promise<Fleet> {
  const names = Array.from({ length: count }, (_, nth) => `shop-staging-${nth}`);
  const seed = { version: 'v1', instances: 3 };
  const environments = names.map((name) => ({ ...seed, application: name, environment: name }));
  const cloud = await startBeanstalk({}, { environments });
  try {
    await cloud.script('v2', 'slow', { factor: 8 });
    const provider = createElasticBeanstalk({ s3PathStyle: true });
    const together = inStep(count, (ms) => cloud.control.advance(ms));
    const drives = await Promise.all(
      names.map((environment) =>
        cloud
          .deploy('v2', {
            provider: () => provider,
            deploymentId: environment,
            target: { application: environment, environment },
            pass: together.pass,
            samples: 6,
          })
          .finally(together.leave),
      ),
    );
    const calls = (await cloud.control.calls()).filter((call) => call.service === 'elasticbeanstalk');
    const byOperation: Record<string, number> = {};
    for (const { operation } of calls) byOperation[operation] = (byOperation[operation] ?? 0) + 1;
    return { states: drives.map((drive) => drive.state), calls: calls.length, byOperation };
  } finally {
    await cloud.close();
  }
}

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
