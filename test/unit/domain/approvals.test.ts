import { describe, expect, it } from 'vitest';
import { approvalHold, type Approval, type Authorship } from '../../../src/shared/domain/approvals.js';

const by = (name: string, plan = 'p1'): Approval => ({ by: name, at: 1, plan });
const ask = (approvals: readonly Approval[], count = 1, byAuthor?: boolean) =>
  approvalHold(
    { count, ...(byAuthor !== undefined && { byAuthor }) },
    { plan: 'p1', approvals, authors: ['ci', 'ada'] },
  )?.text;

describe('approvals', () => {
  it('hold until enough people have approved', () => {
    expect(ask([])).toBe('needs 1 approval, has 0');
    expect(ask([by('eve')], 2)).toBe('needs 2 approvals, has 1');
    expect(ask([by('eve'), by('bob')], 2)).toBeUndefined();
  });

  it('of whoever asked for it or wrote it do not count unless the policy says so', () => {
    expect(ask([by('ada')])).toBe('needs 1 approval, has 0, and 1 that do not count');
    expect(ask([by('ci')])).toMatch(/do not count/);
    expect(ask([by('ada')], 1, true)).toBeUndefined();
  });

  it('of whoever is known to have written it do not count, whatever it is signed with', () => {
    const own: Approval = { ...by('eve'), author: 'self' };
    expect(ask([own])).toBe('needs 1 approval, has 0, and 1 that do not count');
    expect(ask([own], 1, true)).toBeUndefined();
    expect(ask([{ ...by('eve'), author: 'other' }])).toBeUndefined();
  });

  it('count where nobody knows who wrote it, unless the policy wants that known', () => {
    const strict = (author?: Authorship) =>
      approvalHold(
        { count: 1, knownAuthors: true },
        { plan: 'p1', approvals: [{ ...by('eve'), ...(author && { author }) }], authors: ['ci'] },
      )?.text;

    expect(ask([{ ...by('eve'), author: 'unknown' }])).toBeUndefined();
    for (const author of ['unknown', undefined] as const)
      expect(strict(author)).toBe(
        'needs 1 approval, has 0, and 1 that do not count: nobody here is known to have written it',
      );
    expect(strict('other')).toBeUndefined();
  });

  it('of another plan are void', () => {
    expect(ask([by('eve', 'p0')])).toMatch(/1 that do not count/);
  });
});
