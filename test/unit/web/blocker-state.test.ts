import { describe, expect, test } from 'vitest';

import type { BlockerView } from '../../../src/shared/contract/blocker.js';
import type { EnvironmentView, TargetView } from '../../../src/shared/contract/configuration.js';
import { stateOf, targetOf } from '../../../web/src/blockers/blocker-state.js';

const NOW = Date.parse('2026-11-26T12:00:00.000Z');
const FREEZE: BlockerView = { blocker: 'freeze', rule: { type: 'window', windows: [{ zone: 'UTC' }] } };

const closed = (from: string, to: string, blocker = 'freeze') => ({ blocker, from, to });
const windows = (...hours: readonly ReturnType<typeof closed>[]) => ({
  from: '2026-11-26T12:00:00.000Z',
  to: '2027-02-26T12:00:00.000Z',
  closed: [...hours],
  other: [],
});

describe('a blocker', () => {
  test('of the clock says when it opens while it is closed', () => {
    const hours = windows(
      closed('2026-11-26T10:00:00.000Z', '2026-11-26T20:00:00.000Z', 'another'),
      closed('2026-11-26T11:00:00.000Z', '2026-11-26T18:00:00.000Z'),
    );
    expect(stateOf(FREEZE, hours, NOW)).toMatchObject({
      word: 'Closed',
      next: 'opens',
      at: '2026-11-26T18:00:00.000Z',
    });
  });

  test('of the clock says when it closes while it is open, also when an older answer still shows the last hours', () => {
    const hours = windows(
      closed('2026-11-26T11:00:00.000Z', '2026-11-26T11:59:59.000Z'),
      closed('2026-11-27T15:00:00.000Z', '2026-11-27T23:00:00.000Z'),
    );
    expect(stateOf(FREEZE, hours, NOW)).toMatchObject({
      word: 'Open',
      next: 'closes',
      at: '2026-11-27T15:00:00.000Z',
    });
  });

  test('that is closed as far as the API looked does not promise an end', () => {
    const hours = windows(closed('2026-11-26T11:00:00.000Z', '2027-02-26T12:00:00.000Z'));
    expect(stateOf(FREEZE, hours, NOW)).toEqual({ word: 'Closed', tone: 'warn' });
  });

  test('that is about no target says so, rather than that it is open', () => {
    expect(stateOf(FREEZE, undefined, NOW)).toMatchObject({ word: 'About no target' });
  });

  test('that is off or over stops nothing, whatever its rule says', () => {
    const rule = { type: 'unconditional' } as const;
    expect(stateOf({ ...FREEZE, rule, enabled: false }, undefined, NOW).word).toBe('Off');
    const over = { ...FREEZE, rule, expiresAt: '2026-11-26T12:00:00.000Z' };
    expect(stateOf(over, undefined, NOW)).toMatchObject({ word: 'Over', next: 'ended' });
    const soon = { ...FREEZE, rule, expiresAt: '2026-11-26T12:00:01.000Z' };
    expect(stateOf(soon, undefined, NOW)).toMatchObject({ word: 'In force', next: 'ends' });
  });

  test('is about a target when everything that its scope says fits', () => {
    const targets = [
      { service: 'shop-api', environment: 'staging' },
      { service: 'shop-api', environment: 'production' },
    ] as TargetView[];
    const environments: EnvironmentView[] = [
      { environment: 'production', tier: 'live' },
      { environment: 'staging' },
    ];
    const of = (scope: NonNullable<BlockerView['scope']>) =>
      targetOf({ scope }, targets, environments)?.environment;
    expect(of({})).toBe('staging');
    expect(of({ services: ['shop-api'], tier: 'live' })).toBe('production');
    expect(of({ environments: ['staging'], tier: 'live' })).toBeUndefined();
    expect(of({ services: ['shop-web'] })).toBeUndefined();
  });
});
