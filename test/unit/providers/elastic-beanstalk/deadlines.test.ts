import { describe, expect, it } from 'vitest';
import {
  batches,
  configurationDeadlineMs,
  revertsByItself,
  updateDeadlineMs,
  type Pace,
} from '../../../../src/providers/elastic-beanstalk/deadlines.js';

const pace: Pace = {
  policy: 'AllAtOnce',
  commandTimeoutS: 600,
  batchSize: 2,
  batchType: 'Fixed',
  evaluationMinutes: 5,
  tier: 'WebServer',
  instances: [1, 2, 3, 4, 5],
};

describe('the deadline of an update', () => {
  it.each([
    ['AllAtOnce', {}, 600 + 240 + 300],
    ['an unknown policy', { policy: 'Novel' }, 600 + 240 + 300],
    ['AllAtOnce of a worker', { tier: 'Worker' }, 600 + 240 + 300 + 60],
    ['Rolling in 3 batches', { policy: 'Rolling' }, 3 * (600 + 240 + 120) + 300],
    ['Rolling of a worker', { policy: 'Rolling', tier: 'Worker' }, 3 * (600 + 240 + 180) + 300],
    ['an additional batch', { policy: 'RollingWithAdditionalBatch' }, 3 * (600 + 240 + 120) + 300 + 900],
    ['Immutable', { policy: 'Immutable' }, 2 * (600 + 840) + 600],
    ['TrafficSplitting', { policy: 'TrafficSplitting' }, 2 * (600 + 840) + 600 + 300],
    ['a longer command timeout', { commandTimeoutS: 1_800 }, 1_800 + 240 + 300],
  ])('follows from %s', (_what, changes, seconds) => {
    expect(updateDeadlineMs({ ...pace, ...changes })).toBe(seconds * 1_000);
  });

  it('counts batches by number and by percentage, and never fewer than one', () => {
    expect(batches(pace)).toBe(3);
    expect(batches({ ...pace, batchType: 'Percentage', batchSize: 30 })).toBe(5);
    expect(batches({ ...pace, batchType: 'Percentage', batchSize: 1 })).toBe(5);
    expect(batches({ ...pace, instances: [] })).toBe(1);
  });

  it('of changed options leaves time to replace one instance after the other', () => {
    expect(configurationDeadlineMs(pace)).toBe((5 * (600 + 840) + 600) * 1_000);
    expect(configurationDeadlineMs({ ...pace, instances: [] })).toBe((600 + 840 + 600) * 1_000);
  });

  it('knows the policies that go back by themselves', () => {
    expect(['Immutable', 'TrafficSplitting', 'Rolling', 'AllAtOnce'].map(revertsByItself)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
