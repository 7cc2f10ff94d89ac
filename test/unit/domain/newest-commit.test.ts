import { describe, expect, test } from 'vitest';
import { newestCommon } from '../../../src/shared/domain/newest-commit.js';

/** Versions from the newest to the oldest: commit and minute of registration. */
const built = (...those: readonly (readonly [commit: string | undefined, minute: number])[]) =>
  those.map(([commit, minute]) => ({
    ...(commit !== undefined && { commit }),
    createdAt: new Date(minute * 60_000).toISOString(),
  }));

const commitOf = (...lists: readonly ReturnType<typeof built>[]) => newestCommon(lists)?.commit;

describe('the newest commit that services have in common', () => {
  test('is the one that was registered last, not the first that all of them have', () => {
    const api = built(['c', 30], ['b', 20], ['a', 10]);
    const web = built(['d', 40], ['b', 21], ['a', 11]);

    expect(commitOf(api, web)).toBe('b');
    expect(newestCommon([api, web])?.versions).toEqual([api[1], web[1]]);
  });

  test('is none when one of them lacks every commit, or there is no service', () => {
    expect(commitOf(built(['a', 1]), built(['b', 1]))).toBeUndefined();
    expect(commitOf(built(['a', 1]), [])).toBeUndefined();
    expect(commitOf()).toBeUndefined();
    expect(commitOf(built([undefined, 2]), built([undefined, 1]))).toBeUndefined();
  });

  test('does not become an old one by a late rebuild for one of them', () => {
    const api = built(['a', 50], ['b', 20], ['a', 10]);
    const web = built(['b', 21], ['a', 11]);

    expect(commitOf(api, web)).toBe('b');
    expect(commitOf(web, api)).toBe('b');
  });

  test('comes with the newest version of each', () => {
    const api = built(['a', 50], ['a', 10]);
    const web = built(['a', 11]);

    expect(newestCommon([api, web])?.versions).toEqual([api[0], web[0]]);
  });
});
