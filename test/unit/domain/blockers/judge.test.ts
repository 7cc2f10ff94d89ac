import { describe, expect, it } from 'vitest';
import type { Blocker, Facts, Rule } from '../../../../src/shared/domain/blockers/blocker.js';
import { closedIntervals, judgeBlockers } from '../../../../src/shared/domain/blockers/judge.js';

const NOW = Date.parse('2026-11-27T12:00Z');
const facts: Facts = {
  service: 'api',
  environment: 'eu',
  tier: 'production',
  actor: 'ci',
  now: NOW,
  live: [],
};

function blocker(rule: Rule, more: Partial<Blocker> = {}): Blocker {
  return { name: 'freeze', reason: '', scope: {}, rule, mode: 'hold', enabled: true, ...more };
}

const said = (one: Blocker, more: Partial<Facts> = {}) =>
  judgeBlockers([one], { ...facts, ...more }).map(({ because }) => because)[0];

describe('an unconditional blocker', () => {
  it.each([
    ['no exceptions', {}, true],
    ['the service is an exception', { exceptServices: ['api'] }, false],
    ['another service is an exception', { exceptServices: ['web'] }, true],
    ['both are exceptions', { exceptServices: ['api'], exceptEnvironments: ['eu'] }, false],
    ['only one of both is', { exceptServices: ['api'], exceptEnvironments: ['us'] }, true],
  ] as const)('%s', (_, exceptions, blocks) => {
    expect(said(blocker({ type: 'unconditional', ...exceptions })) !== undefined).toBe(blocks);
  });
});

describe('a blocker is only about', () => {
  const rule: Rule = { type: 'unconditional' };

  it.each([
    ['everything', {}, true],
    ['its environment', { environments: ['eu'] }, true],
    ['another environment', { environments: ['us'] }, false],
    ['its service in its environment', { services: ['api'], environments: ['eu'] }, true],
    ['its service in another environment', { services: ['api'], environments: ['us'] }, false],
    ['its tier', { tier: 'production' }, true],
    ['its tier and another service', { tier: 'production', services: ['web'] }, false],
    ['another tier', { tier: 'staging' }, false],
  ] as const)('%s', (_, scope, blocks) => {
    expect(said(blocker(rule, { scope })) !== undefined).toBe(blocks);
  });

  it('a target in a known tier when it has one', () => {
    const { tier: _, ...unknown } = facts;
    expect(judgeBlockers([blocker(rule, { scope: { tier: 'production' } })], unknown)).toEqual([]);
  });

  it('deployments while it is enabled, has not expired, and the person is not exempt or overrides it', () => {
    expect(said(blocker(rule, { enabled: false }))).toBeUndefined();
    expect(said(blocker(rule, { expiresAt: NOW }))).toBeUndefined();
    expect(said(blocker(rule, { expiresAt: NOW + 1 }))).toBeDefined();
    expect(said(blocker(rule, { exempt: ['ci'] }))).toBeUndefined();
    expect(said(blocker(rule), { overridden: ['freeze'] })).toBeUndefined();
  });

  it('says its reason and when it clears', () => {
    const lock = blocker(rule, { reason: 'database migration', expiresAt: NOW + 60_000 });

    expect(judgeBlockers([lock], facts)).toEqual([
      {
        blocker: 'freeze',
        mode: 'hold',
        because: 'freeze: deployments are stopped (database migration)',
        clearsAt: NOW + 60_000,
      },
    ]);
  });
});

describe('a window', () => {
  const noon: Rule = { type: 'window', windows: [{ zone: 'UTC', from: '11:00', to: '13:00' }] };

  it('blocks while it holds and says until when', () => {
    expect(judgeBlockers([blocker(noon)], facts)[0]).toMatchObject({ clearsAt: NOW + 3_600_000 });
    expect(said(blocker(noon), { now: NOW + 3_600_000 })).toBeUndefined();
  });

  it('of open hours blocks outside them', () => {
    const open = blocker({ ...noon, open: true });

    expect(said(open)).toBeUndefined();
    expect(judgeBlockers([open], { ...facts, now: NOW + 3_600_000 })[0]).toMatchObject({
      clearsAt: NOW + 23 * 3_600_000,
    });
    expect(said(blocker({ type: 'window', windows: [], open: true }))).toMatch(/no time is open/);
  });

  it('that cannot be judged blocks', () => {
    expect(said(blocker({ type: 'window', windows: [{ zone: 'Middle/Earth' }] }))).toMatch(
      /cannot be judged/,
    );
  });

  it('shows its closed hours ahead', () => {
    const day = NOW + 24 * 3_600_000;

    expect(
      closedIntervals([blocker(noon)], facts, day).map(({ start, end }) => [start - NOW, end - NOW]),
    ).toEqual([
      [-3_600_000, 3_600_000],
      [23 * 3_600_000, 24 * 3_600_000],
    ]);
    expect(
      closedIntervals([blocker({ ...noon, open: true })], facts, day).map(({ start, end }) => [
        start - NOW,
        end - NOW,
      ]),
    ).toEqual([[3_600_000, 23 * 3_600_000]]);
  });
});

describe('the other rules', () => {
  it('a branch lets pass what was registered from it', () => {
    const release = blocker({ type: 'branch', branches: ['main', 'release'] });

    expect(said(release, { branch: 'main' })).toBeUndefined();
    expect(said(release, { branch: 'mai' })).toMatch(/this one is from mai/);
    expect(said(release)).toMatch(/nobody registered/);
  });

  it('a commit status lets pass success alone', () => {
    const green = blocker({ type: 'commit-status' });

    expect(said(green, { commitStatus: 'success' })).toBeUndefined();
    expect(said(green, { commitStatus: 'pending' })).toMatch(/pending/);
    expect(said(green)).toMatch(/unknown/);
  });

  it('a number of concurrent deployments counts those of the environment', () => {
    const two = blocker({ type: 'concurrent', atMost: 2, exceptServices: ['web'] });
    const live = [
      { service: 'a', environment: 'eu' },
      { service: 'b', environment: 'us' },
    ];

    expect(said(two, { live })).toBeUndefined();
    expect(said(two, { live: [...live, { service: 'c', environment: 'eu' }] })).toMatch(
      /2 deployments are under way/,
    );
    expect(said(two, { service: 'web', live: [...live, ...live] })).toBeUndefined();
  });

  it('a single region keeps one service from two environments of its tier', () => {
    const one = blocker({ type: 'single-region' }, { scope: { tier: 'production', services: ['api'] } });

    expect(said(one, { live: [{ service: 'api', environment: 'eu', tier: 'production' }] })).toBeUndefined();
    expect(said(one, { live: [{ service: 'web', environment: 'us', tier: 'production' }] })).toBeUndefined();
    expect(said(one, { live: [{ service: 'api', environment: 'us', tier: 'staging' }] })).toBeUndefined();
    expect(said(one, { live: [{ service: 'api', environment: 'us', tier: 'production' }] })).toMatch(
      /being deployed to us/,
    );
  });
});
