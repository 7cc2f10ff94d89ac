import { describe, expect, it } from 'vitest';
import { attribute } from '../../../../src/providers/elastic-beanstalk/attribution.js';
import type { Environment, PlatformEvent } from '../../../../src/providers/elastic-beanstalk/environment.js';
import { judgeUpdate } from '../../../../src/providers/elastic-beanstalk/update-verdict.js';
import { environmentOf, eventAt, startAt } from './builders.js';

interface Row {
  readonly seen: string;
  readonly environment: Partial<Environment>;
  readonly events?: readonly PlatformEvent[];
  readonly ageMs?: number;
  readonly from?: string;
  readonly is: ReturnType<typeof judgeUpdate>['is'];
}

const withErrors = eventAt(9, 'Update environment operation is complete, but with errors.');
const withTimeouts = eventAt(9, 'Update environment operation is complete, but with command timeouts.');
const failed = eventAt(9, 'Failed to deploy application.', { severity: 'ERROR' });

const rows: readonly Row[] = [
  { seen: 'Updating with the old label', environment: { status: 'Updating' }, is: 'running' },
  { seen: 'Updating with the new label', environment: { status: 'Updating', label: 'v2' }, is: 'running' },
  { seen: 'Updating with a third label', environment: { status: 'Updating', label: 'x' }, is: 'running' },
  { seen: 'Aborting', environment: { status: 'Aborting' }, events: [startAt(5, 'r1')], is: 'running' },
  { seen: 'LinkingTo', environment: { status: 'LinkingTo' }, is: 'running' },
  { seen: 'Ready, new label', environment: { label: 'v2' }, events: [startAt(5, 'r1')], is: 'deployed' },
  { seen: 'Ready, new label, no event', environment: { label: 'v2' }, is: 'deployed' },
  {
    seen: 'Ready, new label, a lone error',
    environment: { label: 'v2' },
    events: [startAt(5, 'r1'), eventAt(7, 'Could not rotate a log.', { severity: 'ERROR' })],
    is: 'deployed',
  },
  {
    seen: 'Ready, new label, complete but with errors',
    environment: { label: 'v2' },
    events: [startAt(5, 'r1'), withErrors],
    is: 'partial',
  },
  {
    seen: 'Ready, new label, command timeouts',
    environment: { label: 'v2' },
    events: [startAt(5, 'r1'), withTimeouts],
    is: 'timed-out',
  },
  {
    seen: 'Ready, new label, errors of an update before ours',
    environment: { label: 'v2' },
    events: [startAt(2, 'r0'), eventAt(3, withErrors.message), startAt(5, 'r1')],
    is: 'deployed',
  },
  { seen: 'Ready, old label, our start', environment: {}, events: [startAt(5, 'r1')], is: 'reverted' },
  { seen: 'Ready, old label, no start for 30 s', environment: {}, ageMs: 30_000, is: 'reverted' },
  { seen: 'Ready, old label, no start yet', environment: {}, ageMs: 29_999, is: 'not-started' },
  {
    seen: 'Ready, old label, only a start before ours',
    environment: {},
    events: [startAt(2, 'r0')],
    is: 'not-started',
  },
  {
    seen: 'Ready, old label, a start after ours',
    environment: {},
    events: [startAt(5, 'r1'), startAt(8, 'r2')],
    is: 'foreign',
  },
  { seen: 'Ready, a third label', environment: { label: 'x' }, is: 'foreign' },
  { seen: 'Ready, no label', environment: { label: undefined }, is: 'foreign' },
  {
    seen: 'Ready, new label, errors after a foreign start',
    environment: { label: 'v2' },
    events: [startAt(5, 'r1'), startAt(8, 'r2'), withErrors],
    is: 'foreign',
  },
  {
    seen: 'the same version again, not started',
    environment: { label: 'v2' },
    from: 'v2',
    is: 'not-started',
  },
  {
    seen: 'the same version again, started',
    environment: { label: 'v2' },
    from: 'v2',
    events: [startAt(5, 'r1')],
    is: 'deployed',
  },
  {
    seen: 'the same version again, failed',
    environment: { label: 'v2' },
    from: 'v2',
    events: [startAt(5, 'r1'), failed],
    is: 'reverted',
  },
];

describe('the terminal decision', () => {
  it.each(rows)('says $is for $seen', ({ environment, events = [], ageMs = 0, from = 'v1', is }) => {
    const verdict = judgeUpdate({
      environment: environmentOf(environment),
      from,
      to: 'v2',
      attribution: attribute(events, 0, 'r1'),
      ageMs,
    });

    expect(verdict.is).toBe(is);
  });
});
