import { describe, expect, it } from 'vitest';
import { cadenceMs } from '../../../../src/providers/elastic-beanstalk/cadence.js';

const names = Array.from({ length: 200 }, (_, nth) => `deployment-${nth}`);

describe('the pause between two looks', () => {
  it.each([
    [0, 10_000],
    [60_000, 15_000],
    [900_000, 30_000],
  ])('after %i ms is a fifth more or less than %i ms', (ageMs, usualMs) => {
    const pauses = names.map((name) => cadenceMs(ageMs, false, name));

    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(usualMs * 0.8);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(usualMs * 1.2);
    expect(Math.max(...pauses) - Math.min(...pauses)).toBeGreaterThan(usualMs * 0.3);
  });

  it('is another one for the same deployment at its next look', () => {
    const pauses = new Set([60_000, 75_000, 90_000].map((ageMs) => cadenceMs(ageMs, false, 'one')));

    expect(pauses.size).toBe(3);
  });

  it('is short when an event says that the update ends', () => {
    expect(cadenceMs(60_000, true, 'one')).toBe(5_000);
  });
});
