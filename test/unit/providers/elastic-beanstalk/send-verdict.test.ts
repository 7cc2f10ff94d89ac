import { describe, expect, it } from 'vitest';
import { judgeSend, type SendFacts } from '../../../../src/providers/elastic-beanstalk/send-verdict.js';

const quiet: SendFacts = {
  status: 'Ready',
  label: 'v1',
  wanted: 'v2',
  known: ['v1', 'v2'],
  starts: 0,
  managed: false,
  ageMs: 0,
  refused: false,
  labelTells: true,
};

describe('an update that may have been sent', () => {
  it.each<[string, Partial<SendFacts>, ReturnType<typeof judgeSend>['to']]>([
    ['a quiet environment shortly after', {}, 'wait'],
    ['a quiet environment after 30 s', { ageMs: 30_000 }, 'send'],
    ['a quiet environment after a refusal', { refused: true }, 'send'],
    ['a start event', { starts: 1, status: 'Updating' }, 'adopt'],
    ['a start event and the old label', { starts: 1 }, 'adopt'],
    ['the new label without an event', { label: 'v2' }, 'adopt'],
    ['the wanted label that proves nothing', { label: 'v1', wanted: 'v1', labelTells: false }, 'wait'],
    ['an update without an event at first', { status: 'Updating', ageMs: 5_000 }, 'wait'],
    ['an update without an event for long', { status: 'Updating', ageMs: 30_000 }, 'adopt'],
    ['a managed update, however long', { status: 'Updating', ageMs: 300_000, managed: true }, 'wait'],
    ['the end of a managed update', { ageMs: 30_000, managed: true }, 'send'],
    ['ours before a managed update', { status: 'Updating', starts: 1, managed: true }, 'adopt'],
    ['an update of others after a refusal', { status: 'Updating', refused: true, starts: 1 }, 'wait'],
    ['the end of the update of others', { refused: true, starts: 1 }, 'send'],
    ['a third label', { label: 'x' }, 'leave'],
    ['a third label while Updating', { label: 'x', status: 'Updating' }, 'wait'],
    ['two starts', { starts: 2 }, 'leave'],
  ])('sees %s', (_seen, changes, to) => {
    expect(judgeSend({ ...quiet, ...changes }).to).toBe(to);
  });
});
