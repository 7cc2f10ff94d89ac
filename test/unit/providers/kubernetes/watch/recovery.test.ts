import { describe, expect, it } from 'vitest';
import { KubeConnectionError, KubeStatusError } from '../../../../../src/providers/kubernetes/transport.js';
import { recoveryOf } from '../../../../../src/providers/kubernetes/watch/recovery.js';
import { WATCH_TIMES } from '../../../../../src/providers/kubernetes/watch/watch-times.js';

function status(code: number, retryAfter?: number): KubeStatusError {
  return new KubeStatusError({ status: code, reason: '', message: '', causes: [], retryAfter });
}

describe('after a watch broke', () => {
  it.each([
    ['a lost connection', new KubeConnectionError('reset', true, undefined), 'resume', 800],
    ['an error of the server', status(500), 'resume', 800],
    ['a limit that names its wait', status(429, 7), 'resume', 7_000],
    ['a limit without a wait', status(429), 'resume', 800],
    ['a version that is too old', status(410), 'relist', 0],
    ['an expired token', status(401), 'resume', 0],
    ['a right to list but not to watch', status(403), 'poll', 0],
    ['a kind that is not served', status(404), 'relist', 30_000],
  ] as const)('%s', (_, error, how, waitMs) => {
    expect(recoveryOf(error, 'watch', 1, WATCH_TIMES, 0.5)).toEqual({ how, waitMs });
  });

  it('waits long where not even listing is allowed', () => {
    expect(recoveryOf(status(403), 'list', 1, WATCH_TIMES, 0.5)).toEqual({ how: 'relist', waitMs: 30_000 });
  });

  it('waits ever longer, up to a bound, and not in step with others', () => {
    const error = new Error('reset');
    const waits = [1, 2, 3, 6, 100].map(
      (failures) => recoveryOf(error, 'watch', failures, WATCH_TIMES, 0.5).waitMs,
    );

    expect(waits).toEqual([800, 1_600, 3_200, 25_600, 30_000]);
    expect(recoveryOf(error, 'watch', 1, WATCH_TIMES, 0).waitMs).toBe(400);
    expect(recoveryOf(error, 'watch', 1, WATCH_TIMES, 1).waitMs).toBe(1_200);
  });

  it('waits also for what is tried at once, when it happens again', () => {
    expect(recoveryOf(status(410), 'watch', 2, WATCH_TIMES, 0.5).waitMs).toBe(1_600);
    expect(recoveryOf(status(401), 'watch', 2, WATCH_TIMES, 0.5).waitMs).toBe(1_600);
  });
});
