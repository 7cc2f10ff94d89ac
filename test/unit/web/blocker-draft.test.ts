import { describe, expect, test } from 'vitest';

import type { Blocker } from '../../../src/shared/contract/blocker.js';
import { blockerOf, draftOf } from '../../../web/src/blockers/draft.js';

const EXAMPLES: readonly Blocker[] = [
  { rule: { type: 'unconditional', exceptServices: ['shop-api'], exceptEnvironments: ['staging', 'demo'] } },
  {
    rule: {
      type: 'window',
      open: true,
      windows: [
        { zone: 'Europe/Warsaw', days: [1, 5], from: '15:00', to: '08:00' },
        { zone: 'UTC', from: '15:00' },
        {
          zone: 'UTC',
          dates: [
            { from: '2026-12-20', to: '2027-01-02', yearly: true },
            { from: '2026-11-27', to: '2026-11-27' },
          ],
        },
      ],
    },
    scope: { services: ['shop-api', 'shop-web'], environments: ['production'], tier: 'production' },
    reason: 'No changes before Christmas',
    mode: 'reject',
    enabled: false,
    expiresAt: '2027-01-03T06:30:15.000Z',
    exempt: ['ada', 'grace'],
  },
  { rule: { type: 'branch', branches: ['main', 'release/1'] } },
  { rule: { type: 'commit-status' } },
  { rule: { type: 'concurrent', atMost: 3, exceptServices: ['shop-api'] } },
  { rule: { type: 'single-region' } },
];

describe('the fields of a blocker', () => {
  test.each(EXAMPLES)('lose nothing of $rule.type', (blocker) => {
    expect(blockerOf(draftOf(blocker))).toEqual({ mode: 'hold', enabled: true, ...blocker });
  });

  test('take names with any spaces and commas between them', () => {
    const draft = { ...draftOf({ rule: { type: 'commit-status' } }), services: ' shop-api,, shop-web ,' };
    expect(blockerOf(draft).scope).toEqual({ services: ['shop-api', 'shop-web'] });
  });

  test('take a single day as a span of one day', () => {
    const { windows, ...draft } = draftOf({ rule: { type: 'window', windows: [{ zone: 'UTC' }] } });
    const dated = windows.map((each) => ({ ...each, dates: '\n2026-12-24\n' }));
    expect(blockerOf({ ...draft, windows: dated }).rule).toMatchObject({
      windows: [{ dates: [{ from: '2026-12-24', to: '2026-12-24' }] }],
    });
  });
});
