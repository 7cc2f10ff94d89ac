import { describe, expect, it } from 'vitest';
import {
  relapse as relapseOf,
  remember,
  type Steady,
} from '../../../../../src/providers/kubernetes/failure/flapping.js';
import { eventView, type EventView } from '../../../../../src/providers/kubernetes/watch/event-view.js';
import { podView, type PodView } from '../../../../../src/providers/kubernetes/watch/pod-view.js';
import { eventObject, podObject, type PodNote } from './objects.js';

function relapse(steady: Steady, pods: readonly PodView[], events: readonly EventView[] = []) {
  return relapseOf(steady, pods, () => events);
}

const well: PodNote = { name: 'a', running: true, ready: true };

function pod(note: Partial<PodNote> = {}): PodView {
  return podView(podObject({ ...well, ...note }));
}

describe('a version that was healthy', () => {
  const steady = remember(undefined, [pod()]);

  it('is still so while nothing changes', () => {
    expect(relapse(steady, [pod()])).toBeUndefined();
  });

  it('fails when a pod has restarted, although it is ready again', () => {
    const after = pod({ restarts: 1, last: { exitCode: 9, reason: 'Error' } });

    const failure = relapse(steady, [after]);

    expect(failure?.code).toBe('health.flapping');
    expect(failure?.detail).toBe(
      'Pod a was healthy and then restarted; container main exited with code 9 (Error)',
    );
  });

  it('fails when a pod is no longer ready', () => {
    expect(relapse(steady, [pod({ ready: false })])?.detail).toContain('Pod a was ready and is not any more');
  });

  it('says what the probe said', () => {
    const probe = eventObject({ about: 'a', reason: 'Unhealthy', message: 'Readiness probe failed: 503' });

    expect(relapse(steady, [pod({ ready: false })], [eventView(probe)])?.detail).toBe(
      'Pod a was ready and is not any more: it is Running; Readiness probe failed: 503',
    );
  });

  it.each<[string, Partial<PodNote>]>([
    ['was deleted', { deleting: true, ready: false }],
    ['was evicted', { phase: 'Failed', reason: 'Evicted', ready: false }],
    ['ended its work', { phase: 'Succeeded', ready: false, running: false }],
  ])('does not fail when a pod %s', (_, note) => {
    expect(relapse(steady, [pod(note)])).toBeUndefined();
  });

  it('does not fail for a pod that came later and is not ready yet', () => {
    expect(relapse(steady, [pod(), pod({ name: 'b', ready: false })])).toBeUndefined();
  });

  it('forgives restarts from before it was healthy, and none since', () => {
    const late = remember(undefined, [pod({ restarts: 1 })]);

    expect(relapse(late, [pod({ restarts: 1 })])).toBeUndefined();
    expect(relapse(late, [pod({ restarts: 2 })])).toBeDefined();
  });

  it('keeps the first count of restarts when it is remembered again', () => {
    const again = remember(steady, [pod({ restarts: 1 })]);

    expect(relapse(again, [pod({ restarts: 1 })])).toBeDefined();
  });
});
