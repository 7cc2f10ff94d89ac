import { describe, expect, test } from 'vitest';
import { importApollo } from '../../../src/api/use-cases/import-apollo.js';
import type { ApolloBlocker } from '../../../src/shared/contract/apollo-blocker.js';
import type { Facts } from '../../../src/shared/domain/blockers/blocker.js';
import { judgeBlockers } from '../../../src/shared/domain/blockers/judge.js';
import { blockerOf } from '../../../src/shared/holds/configured-blockers.js';

/** Names of what Apollo knows by numbers; stack 3 holds both services, stack 4 both environments. */
const NAMES = {
  services: { '7': 'api', '8': 'web' },
  environments: { '1': 'eu', '2': 'us' },
  serviceStacks: { '3': ['api', 'web'] },
  environmentStacks: { '4': ['eu', 'us'] },
};
/** A Friday. */
const NOON = Date.parse('2026-11-27T12:00:00Z');
const HERE: Facts = {
  service: 'api',
  environment: 'eu',
  tier: 'prod',
  actor: 'ada',
  now: NOON,
  live: [],
};

type Row = Partial<ApolloBlocker> & Pick<ApolloBlocker, 'blockerTypeName'>;

/** Whether rows of Apollo stop a deployment. Rows that cannot be taken over throw. */
function blocks(facts: Partial<Facts>, row: Row, json: object = {}): boolean {
  const given = { name: 'rule', blockerJsonConfiguration: JSON.stringify(json), ...row };
  const { imported, violations } = importApollo({ ...NAMES, blockers: [given] });
  if (violations.length > 0) throw new Error(violations.map(({ detail }) => detail).join('; '));
  const blockers = imported.map(({ name, blocker }) => blockerOf(name, blocker));
  return judgeBlockers(blockers, { ...HERE, ...facts }).length > 0;
}

const at = (time: string) => ({ now: Date.parse(`2026-11-27T${time}Z`) });
const unconditional = (more: Partial<ApolloBlocker> = {}): Row => ({
  blockerTypeName: 'unconditional',
  ...more,
});
const hours = { startTimeUtc: '09:00', endTimeUtc: '17:00', daysOfTheWeek: [5] };
const night = { startTimeUtc: '22:00', endTimeUtc: '06:00', daysOfTheWeek: [4] };
const under = (service: string, environment: string, tier = 'prod') => ({ service, environment, tier });

describe('the scope of a blocker, as Apollo has it', () => {
  test.each<[string, Row, Partial<Facts>, boolean]>([
    ['without any is global', unconditional(), {}, true],
    ['that is not active is none', unconditional({ isActive: false }), {}, false],
    ['of an environment is about it', unconditional({ environmentId: 1 }), {}, true],
    ['of an environment is not about another one', unconditional({ environmentId: 2 }), {}, false],
    ['of a service is about it everywhere', unconditional({ serviceId: 7 }), { environment: 'us' }, true],
    ['of both wants both', unconditional({ serviceId: 7, environmentId: 2 }), {}, false],
    ['of an availability is about its environments', unconditional({ availability: 'PROD' }), {}, true],
    ['of another availability is not', unconditional({ availability: 'STAGING' }), {}, false],
    [
      'of an availability and a service wants both',
      unconditional({ availability: 'PROD', serviceId: 8 }),
      {},
      false,
    ],
    ['of a stack of services is about its members', unconditional({ stackId: 3 }), { service: 'web' }, true],
    ['of a stack of services is not about others', unconditional({ stackId: 3 }), { service: 'db' }, false],
    [
      'of a stack of environments is about its members',
      unconditional({ stackId: 4 }),
      { environment: 'us' },
      true,
    ],
    [
      'of a stack of environments is not about others',
      unconditional({ stackId: 4 }),
      { environment: 'ap' },
      false,
    ],
  ])('%s', (_, row, facts, expected) => {
    expect(blocks(facts, row)).toBe(expected);
  });

  test('is set aside for whoever overrides it', () => {
    const { imported } = importApollo({
      ...NAMES,
      blockers: [{ name: 'rule', blockerJsonConfiguration: null, ...unconditional() }],
    });
    const [blocker] = imported.map(({ name, blocker }) => blockerOf(name, blocker));
    if (!blocker) throw new Error('Nothing was taken over');

    expect(judgeBlockers([blocker], { ...HERE, overridden: [blocker.name] })).toEqual([]);
  });
});

describe('each type of blocker, as Apollo has it', () => {
  test.each<[string, ApolloBlocker['blockerTypeName'], object, Partial<Facts>, boolean]>([
    ['nobody is an exception', 'unconditional', {}, {}, true],
    ['the service is an exception', 'unconditional', { exceptionServiceIds: [7] }, {}, false],
    ['the environment is an exception', 'unconditional', { exceptionEnvironmentIds: [1] }, {}, false],
    [
      'both lists are given and only one has it',
      'unconditional',
      { exceptionServiceIds: [7], exceptionEnvironmentIds: [2] },
      {},
      true,
    ],
    ['the day and the hour fit', 'timebased', hours, at('12:00:00'), true],
    ['the hour has passed', 'timebased', hours, at('17:00:00'), false],
    ['it is another day', 'timebased', { ...hours, daysOfTheWeek: [1] }, at('12:00:00'), false],
    [
      'the branch is one of the list',
      'branch',
      { branchName: 'master,release' },
      { branch: 'release' },
      false,
    ],
    ['the branch is another one', 'branch', { branchName: 'master' }, { branch: 'topic' }, true],
    ['nobody knows the branch', 'branch', { branchName: 'master' }, {}, true],
    ['the commit succeeded', 'githubCommitStatus', {}, { commitStatus: 'success' }, false],
    ['the commit failed', 'githubCommitStatus', {}, { commitStatus: 'failure' }, true],
    ['fewer are under way', 'concurrent', { allowedConcurrentDeployment: 1 }, {}, false],
    [
      'enough are under way there',
      'concurrent',
      { allowedConcurrentDeployment: 1 },
      { live: [under('db', 'eu')] },
      true,
    ],
    [
      'they are under way elsewhere',
      'concurrent',
      { allowedConcurrentDeployment: 1 },
      { live: [under('db', 'us')] },
      false,
    ],
    [
      'the service goes free',
      'concurrent',
      { allowedConcurrentDeployment: 1, excludeServices: [7] },
      { live: [under('db', 'eu')] },
      false,
    ],
    ['the service is under way in another region', 'singleRegion', {}, { live: [under('api', 'us')] }, true],
    ['another service is', 'singleRegion', {}, { live: [under('db', 'us')] }, false],
    ['it is of another availability', 'singleRegion', {}, { live: [under('api', 'us', 'test')] }, false],
  ])('when %s: %s', (_, blockerTypeName, json, facts, expected) => {
    expect(blocks(facts, { blockerTypeName }, json)).toBe(expected);
  });
});

describe("Apollo's faults", () => {
  test('its hours are those of UTC, whatever zone this process is in', () => {
    const zone = process.env['TZ'];
    process.env['TZ'] = 'America/New_York';
    try {
      expect(blocks(at('09:30:00'), { blockerTypeName: 'timebased' }, hours)).toBe(true);
      expect(blocks(at('18:00:00'), { blockerTypeName: 'timebased' }, hours)).toBe(false);
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  test('hours that cross midnight block on both sides of it', () => {
    const thursday = { now: Date.parse('2026-11-26T23:00:00Z') };
    expect(blocks(thursday, { blockerTypeName: 'timebased' }, night)).toBe(true);
    expect(blocks(at('05:59:00'), { blockerTypeName: 'timebased' }, night)).toBe(true);
    expect(blocks(at('06:00:00'), { blockerTypeName: 'timebased' }, night)).toBe(false);
    expect(blocks(at('23:00:00'), { blockerTypeName: 'timebased' }, night)).toBe(false);
  });

  test('hours that nobody can read are refused instead of blocking nothing', () => {
    const odd = { ...hours, startTimeUtc: 'nine' };
    expect(() => blocks({}, { blockerTypeName: 'timebased' }, odd)).toThrow('/rule');
  });

  test('blanks in the list of branches are no part of a name', () => {
    const json = { branchName: ' master , release' };
    expect(blocks({ branch: 'release' }, { blockerTypeName: 'branch' }, json)).toBe(false);
  });

  test('a commit status that nobody knows blocks instead of breaking', () => {
    expect(blocks({}, { blockerTypeName: 'githubCommitStatus' })).toBe(true);
  });
});
