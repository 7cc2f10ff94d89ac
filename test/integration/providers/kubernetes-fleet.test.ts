import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import { deployment, PODS } from '../simulators/kubernetes-session.js';
import { applied, openWatching, watchSet, type Verdict, type Watching } from './kubernetes-watching.js';

const SPEED = 20;

let fleet: Watching;
afterEach(() => fleet.close());

describe('many pods of one namespace', () => {
  it('are judged for 200 rollouts over one set of watches', async () => {
    fleet = await openWatching({ speed: SPEED, times: { silence: 60_000, linger: 60_000, batch: 50 } });
    const pending: Promise<Verdict>[] = [];
    for (let index = 0; index < 200; index += 1) {
      const image = index % 10 === 0 ? 'app:image-not-found' : 'app:slow-1';
      const object = await applied(fleet, deployment(`app-${index}`, image));
      pending.push(watchSet(fleet, [object], SPEED, ({ outcome }) => outcome.said === 'done'));
    }
    const verdicts = await Promise.all(pending);

    expect(verdicts.filter(({ outcome }) => outcome.said === 'done')).toHaveLength(180);
    expect(verdicts.filter((verdict) => codeOf(verdict) === 'k8s.image-not-found')).toHaveLength(20);
    for (const resource of ['pods', 'deployments', 'replicasets']) {
      expect(fleet.count('watch', resource)).toBe(1);
    }
    expect(fleet.count('watch', 'events')).toBe(2);
  }, 60_000);

  it('cost megabytes when there are 5 000', async () => {
    fleet = await openWatching({ speed: 500, times: { silence: 60_000 } });
    for (let index = 0; index < 10; index += 1) {
      await applied(fleet, deployment(`big-${index}`, 'app:ok-1', { replicas: 500 }));
    }
    await expect.poll(runningPods, { timeout: 90_000, interval: 200 }).toBe(5_000);
    const follower = fleet.hub.follow();
    follower.want([{ path: PODS, keeps: 'pods' }]);
    await expect.poll(() => fleet.hub.state()[0]?.entries, { timeout: 30_000 }).toBe(5_000);
    await expect.poll(() => follower.look().trouble(), { timeout: 30_000 }).toBeUndefined();
    const watched = heapAfterCollection();

    fleet.hub.close();
    // A watch lets go of what it kept when its stream has ended, which takes some turns of the event loop.
    const released = (): number => (watched - heapAfterCollection()) / 2 ** 20;
    await expect.poll(released, { timeout: 20_000, interval: 200 }).toBeGreaterThan(1);
    const megabytes = released();

    console.log(`5 000 watched pods: ${megabytes.toFixed(1)} MB`);
    expect(megabytes).toBeLessThan(16);
  }, 150_000);
});

function codeOf({ outcome }: Verdict): string {
  return outcome.said === 'failed' ? outcome.failure.code : outcome.said;
}

function runningPods(): number {
  const pods = [...fleet.simulator.cluster.store.collection('pods').list('default')];
  return pods.filter((pod) => (pod['status'] as { phase?: string }).phase === 'Running').length;
}

/** What lives on the heap once nothing is left to collect, in bytes. */
function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
