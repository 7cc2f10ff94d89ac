import { describe, expect, test } from 'vitest';

import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import { deliveryKeys } from '../../../web/src/insights/delivery-keys.js';

const NOW = Date.parse('2026-11-26T12:00:00.000Z');
const HOUR = 3_600_000;

/** A deployment that ended so many hours ago. */
function ended(
  hoursAgo: number,
  state: DeploymentView['state'],
  more: Partial<DeploymentView> = {},
): DeploymentView {
  const finishedAt = new Date(NOW - hoursAgo * HOUR).toISOString();
  const acceptedAt = new Date(NOW - hoursAgo * HOUR - 60_000).toISOString();
  const about = {
    service: 'shop',
    environment: 'staging',
    kind: 'deploy',
    wrote: state !== 'cancelled',
    terminal: true,
  };
  return { ...about, state, acceptedAt, finishedAt, ...more } as DeploymentView;
}

/** The one version that was registered: 40 hours ago. */
const REGISTERED = new Map([['shop/7', NOW - 40 * HOUR]]);

describe('the delivery keys', () => {
  test('of nothing say nothing, rather than zero', () => {
    expect(deliveryKeys([], new Map(), 7, NOW)).toMatchObject({
      frequency: 0,
      failureRate: undefined,
      recoveryMs: undefined,
      leadMs: undefined,
      rework: undefined,
    });
  });

  test('count what ended within the days, by what became of it', () => {
    const keys = deliveryKeys(
      [
        ended(1, 'succeeded', { version: '7' }),
        ended(5, 'rolled_back'),
        ended(30, 'succeeded', { kind: 'redeploy' }),
        ended(31, 'succeeded'),
        ended(24 * 8, 'rolled_back'),
      ],
      REGISTERED,
      7,
      NOW,
    );

    expect(keys.frequency).toBeCloseTo(3 / 7);
    expect(keys.failureRate).toBe(0.25);
    expect(keys.rework).toBe(0.25);
    expect(keys.leadMs).toBe(39 * HOUR);
    expect(keys.recoveryMs).toBe(4 * HOUR);
    expect(keys.days).toHaveLength(7);
    expect(keys.days.at(-1)).toEqual({ date: '2026-11-26', succeeded: 1, failed: 1 });
    expect(keys.days.at(-2)).toEqual({ date: '2026-11-25', succeeded: 2, failed: 0 });
  });

  test('take no blame from what was cancelled, expired or changed nothing', () => {
    const keys = deliveryKeys(
      [
        ended(1, 'succeeded'),
        ended(2, 'cancelled'),
        ended(2, 'expired', { wrote: false }),
        ended(3, 'failed', { wrote: false }),
        ended(3, 'rolled_back', { cancel: { by: 'ada', reason: 'wrong version' } }),
      ],
      REGISTERED,
      7,
      NOW,
    );

    expect(keys.failureRate).toBe(0);
  });

  test('see a recovery only on the same target', () => {
    const keys = deliveryKeys(
      [ended(1, 'succeeded', { environment: 'production' }), ended(5, 'rolled_back')],
      REGISTERED,
      7,
      NOW,
    );

    expect(keys.recoveryMs).toBeUndefined();
  });
});
