import { describe, expect, test } from 'vitest';

import { draftsOf, membersOf, whatIsMissing } from '../../../web/src/releases/draft.js';

const PROPOSED = [
  {
    environment: 'staging',
    proposals: [
      { service: 'basket', runs: '1', version: '2' },
      { service: 'search', runs: '3', version: '3' },
    ],
  },
  { environment: 'production', proposals: [{ service: 'basket', version: '' }] },
];

describe('the drafts of a release', () => {
  test('pick what would change, and give environments their turns one after the other', () => {
    const drafts = draftsOf(PROPOSED, [], {});

    expect(
      drafts.map(({ service, environment, picked, turn }) => [service, environment, picked, turn]),
    ).toEqual([
      ['basket', 'staging', true, '1'],
      ['search', 'staging', false, '1'],
      ['basket', 'production', false, '2'],
    ]);
    expect(membersOf(drafts.filter(({ picked }) => picked))).toEqual([
      { service: 'basket', environment: 'staging', version: '2', order: 1 },
    ]);
  });

  test('pick the targets that were asked for and no others, until somebody changes it', () => {
    const edits = { 'search/staging': { picked: true, version: '4 ', turn: '7' } };
    const drafts = draftsOf(PROPOSED, ['basket/production'], edits);

    expect(drafts.map(({ picked }) => picked)).toEqual([false, true, true]);
    expect(membersOf(drafts.slice(1, 2))).toEqual([
      { service: 'search', environment: 'staging', version: '4', order: 7 },
    ]);
  });

  test('say what is missing', () => {
    const [basket, , inProduction] = draftsOf(PROPOSED, [], {});

    expect(whatIsMissing([])).toBe('Pick a service');
    expect(basket && whatIsMissing([basket])).toBeUndefined();
    expect(inProduction && whatIsMissing([inProduction])).toBe('Say which version of basket in production');
    expect(basket && whatIsMissing([{ ...basket, turn: '' }])).toBe('Say the turn of basket in staging');
  });
});
