import { describe, expect, it } from 'vitest';
import { decideByTable, fillIn, type Decision } from '../../../src/shared/domain/hooks/decide.js';

const table: Decision[] = [
  { branch: 'main', service: 'docs', action: 'nothing' },
  { branch: 'main', action: 'deploy', environments: ['staging'] },
  { branch: 'release/*', action: 'deploy', environments: ['eu', 'us'] },
  { branch: '*-hotfix-*', action: 'deploy', environments: ['canary'] },
];

const pushed = { service: 'shop', change: 'pushed' } as const;

describe('a decision table', () => {
  it.each([
    ['main', 'shop', ['staging'], 1],
    ['main', 'docs', undefined, 0],
    ['release/2.1', 'shop', ['eu', 'us'], 2],
    ['release', 'shop', undefined, undefined],
    ['a-hotfix-b', 'shop', ['canary'], 3],
    ['-hotfix', 'shop', undefined, undefined],
    ['maintenance', 'shop', undefined, undefined],
  ])('decides for %s of %s', (branch, service, environments, row) => {
    expect(decideByTable(table, { ...pushed, service, branch })).toEqual({
      action: environments ? 'deploy' : 'nothing',
      ...(environments && { environments }),
      ...(row !== undefined && { row }),
    });
  });

  it('does nothing for what has no branch when a row asks for one', () => {
    expect(decideByTable(table, pushed)).toEqual({ action: 'nothing' });
  });

  const review = { from: 'staging', name: 'review-{pullRequest}', ttlMs: 600_000 };
  const byBranch = { ...review, each: 'branch', name: '{branch}' } as const;
  const reviewing: Decision[] = [
    { branch: 'bots/*', action: 'nothing' },
    { action: 'review', review },
    { branch: 'feature/*', action: 'review', review: byBranch },
    { action: 'deploy', environments: ['staging'] },
  ];

  it.each([
    ['opened', 'main', 7, 1],
    ['opened', 'bots/update', 7, 0],
    ['built', 'feature/x', 7, 1],
    ['built', 'feature/x', undefined, 2],
    ['pushed', 'feature/x', undefined, 2],
    ['pushed', 'feature/x', 7, 2],
    ['pushed', 'main', undefined, 3],
    // Whoever opens a pull request names its branch, so a row that deploys must not look at it.
    ['opened', 'main', undefined, undefined],
  ] as const)('has for what was %s on %s with pull request %s row %s', (change, branch, pullRequest, row) => {
    const told = { ...pushed, change, branch, ...(pullRequest !== undefined && { pullRequest }) };

    expect(decideByTable(reviewing, told).row).toBe(row);
  });
});

describe('a template', () => {
  it('is filled in, and names what is missing', () => {
    const told = { ...pushed, commit: 'abc', pullRequest: 7 };

    expect(fillIn('r/{service}:{commit}', told)).toEqual({ text: 'r/shop:abc' });
    expect(fillIn('{service}-{pullRequest}', told)).toEqual({ text: 'shop-7' });
    expect(fillIn('{service}-{branch}', told)).toEqual({ missing: 'branch' });
  });
});
