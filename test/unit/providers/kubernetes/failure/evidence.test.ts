import { describe, expect, it } from 'vitest';
import { eventLines, materialOf } from '../../../../../src/providers/kubernetes/failure/evidence.js';
import type { Rollout } from '../../../../../src/providers/kubernetes/failure/new-version.js';
import { eventView } from '../../../../../src/providers/kubernetes/watch/event-view.js';
import { podView } from '../../../../../src/providers/kubernetes/watch/pod-view.js';
import { eventObject, podObject, type EventNote, type PodNote } from './objects.js';

function rollout(pods: readonly PodNote[], events: readonly EventNote[] = []): Rollout {
  const views = pods.map((note) => podView(podObject(note)));
  const said = events.map((note) => eventView(eventObject(note)));
  return {
    pods: views,
    running: views,
    makers: [],
    progressDeadlineMs: 600_000,
    events: (uid) => said.filter((event) => event.about.uid === uid),
  };
}

const crashed: PodNote = {
  name: 'bad',
  waiting: 'CrashLoopBackOff',
  restarts: 2,
  last: { exitCode: 3, reason: 'Error', message: 'no database' },
};

describe('evidence of a bad version', () => {
  it('shows pods, containers and how they ended', () => {
    const { lines } = materialOf(rollout([crashed]), []);

    expect(lines).toEqual([
      'Pod bad: CrashLoopBackOff',
      expect.stringMatching(
        /container main .*CrashLoopBackOff, not ready, 2 restarts; last exit code 3 .*no database/,
      ),
    ]);
  });

  it('asks for the log before the crash, and not for one of a container that never ran', () => {
    const never: PodNote = { name: 'never', waiting: 'ImagePullBackOff' };

    expect(materialOf(rollout([crashed, never]), []).logs).toEqual([
      { namespace: 'shop', pod: 'bad', container: 'main', previous: true },
    ]);
  });

  it('asks for the present log of a container that runs', () => {
    const running: PodNote = {
      name: 'a',
      running: true,
      restarts: 1,
      last: { exitCode: 1, reason: 'Error' },
    };

    expect(materialOf(rollout([running]), []).logs.map(({ previous }) => previous)).toEqual([true, false]);
  });

  it('leaves out pods that are well while others are not', () => {
    const { lines } = materialOf(rollout([{ name: 'good', running: true, ready: true }, crashed]), []);

    expect(lines.join('\n')).not.toContain('good');
  });

  it('shows at most three pods and six logs of a large set', () => {
    const many = Array.from({ length: 50 }, (_, index) => ({
      ...crashed,
      name: `bad-${index}`,
      running: true,
    }));
    const { lines, logs } = materialOf(rollout(many), []);

    expect(lines.filter((line) => line.startsWith('Pod '))).toHaveLength(3);
    expect(logs).toHaveLength(6);
  });

  it('adds up the same words about several pods', () => {
    const words = { reason: 'Unhealthy', message: 'Readiness probe failed', container: 'main' };
    const events = ['a', 'b'].map((about) => eventView(eventObject({ ...words, about, count: 4 })));

    expect(eventLines(events)).toEqual(['Warning Unhealthy Pod a: Readiness probe failed (8 times)']);
  });
});
