import { describe, expect, it } from 'vitest';
import { importApollo } from '../../../src/api/use-cases/import-apollo.js';
import type { ApolloBlocker } from '../../../src/shared/contract/apollo-blocker.js';

const names = { services: { '7': 'shop-api', '8': 'web' }, environments: { '1': 'staging' } };
const row = (
  blockerTypeName: ApolloBlocker['blockerTypeName'],
  json: object,
  more: Partial<ApolloBlocker> = {},
) => ({
  id: 4,
  name: 'A Rule!',
  blockerTypeName,
  blockerJsonConfiguration: JSON.stringify(json),
  ...more,
});
const rule = (...one: Parameters<typeof row>) =>
  importApollo({ ...names, blockers: [row(...one)] }).imported[0]?.blocker.rule;

describe("Apollo's blockers", () => {
  it.each([
    ['unconditional', { exceptionServiceIds: [7] }, { type: 'unconditional', exceptServices: ['shop-api'] }],
    [
      'timebased',
      { startTimeUtc: '9:00', endTimeUtc: '17:30', daysOfTheWeek: [1, 5] },
      { type: 'window', windows: [{ zone: 'UTC', days: [1, 5], from: '09:00', to: '17:30' }] },
    ],
    ['branch', { branchName: 'master, release' }, { type: 'branch', branches: ['master', 'release'] }],
    ['githubCommitStatus', {}, { type: 'commit-status' }],
    [
      'concurrent',
      { allowedConcurrentDeployment: 2, excludeServices: [8] },
      { type: 'concurrent', atMost: 2, exceptServices: ['web'] },
    ],
    ['singleRegion', { serviceIds: [7] }, { type: 'single-region' }],
  ] as const)('of type %s become ours', (type, json, expected) => {
    expect(rule(type, json)).toEqual(expected);
  });

  it('keep their scope, their state and that they refuse', () => {
    const { imported } = importApollo({
      ...names,
      serviceStacks: { '3': ['shop-api', 'web'] },
      blockers: [
        row('unconditional', {}, { serviceId: 7, environmentId: 1, isActive: false }),
        row('unconditional', {}, { stackId: 3, availability: 'PROD' }),
      ],
    });

    expect(imported).toMatchObject([
      {
        name: 'apollo-4-a-rule',
        blocker: {
          scope: { services: ['shop-api'], environments: ['staging'] },
          enabled: false,
          mode: 'reject',
        },
      },
      { blocker: { scope: { services: ['shop-api', 'web'], tier: 'prod' } } },
    ]);
  });

  it('that cannot be taken over are all named, and none is', () => {
    const { imported, violations } = importApollo({
      ...names,
      blockers: [
        row('unconditional', {}, { serviceId: 99 }),
        row('timebased', { startTimeUtc: 'noon', endTimeUtc: '13:00', daysOfTheWeek: [1] }),
        { ...row('branch', {}), blockerJsonConfiguration: '{' },
        row('unconditional', {}, { stackId: 9 }),
      ],
    });

    expect(imported).toEqual([]);
    expect(new Set(violations.map(({ pointer }) => pointer))).toEqual(
      new Set(['/blockers/0', '/blockers/1', '/blockers/2', '/blockers/3']),
    );
  });
});
