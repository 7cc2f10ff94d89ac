import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failure, type Failure } from '../../../src/shared/domain/failures.js';
import { done, failed, wait } from '../../../src/shared/domain/outcome.js';
import {
  advance,
  isEnded,
  isProven,
  type Course,
  type News,
  type Stage,
  type State,
} from '../../../src/shared/domain/state.js';

const bad = failure('health.degraded', 'Red');
const foreign = failure('target.changed-elsewhere', 'v9 appeared');
const cancelled = failure('deployment.cancelled', 'ada: wrong version');
const noWayBack = failure('rollback.nothing-before', 'Sample Application');

const PROOFS: readonly Stage[] = ['health', 'checks', 'stability'];
const STAGES: readonly Stage[] = [...PROOFS, 'settle'];
const COURSE: Course = { forward: 2, back: 2, stages: STAGES, rollback: 'auto' };

const STATES: readonly State[] = [
  { name: 'queued' },
  { name: 'preparing' },
  ...[true, false].flatMap((wrote): State[] => [
    { name: 'deploying', step: 0, wrote },
    { name: 'deploying', step: 1, wrote },
    ...STAGES.map((stage): State => ({ name: 'verifying', stage, wrote })),
  ]),
  { name: 'rolling_back', step: 0, cause: bad },
  { name: 'rolling_back', step: 1, cause: bad },
];

const ENDS: readonly State[] = [
  { name: 'succeeded' },
  { name: 'rolled_back', cause: bad },
  { name: 'rollback_failed', cause: bad, failure: bad },
  { name: 'failed', failure: bad, wrote: true },
  { name: 'superseded', failure: foreign, wrote: false },
  { name: 'cancelled', failure: cancelled },
  { name: 'expired', failure: cancelled },
];

const NEWS: readonly News[] = [
  { kind: 'claimed' },
  { kind: 'captured' },
  { kind: 'wrote' },
  ...[done, wait(5, 'not yet'), failed(bad), failed(foreign), failed(cancelled)].map((outcome): News => ({
    kind: 'said',
    outcome,
  })),
];

function label(state: State): string {
  return [
    state.name,
    'step' in state ? state.step : '',
    'stage' in state ? state.stage : '',
    'wrote' in state && state.wrote ? 'wrote' : '',
    'unsettled' in state ? 'unsettled' : '',
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function moves(states: readonly State[], news: readonly News[]): string[] {
  const found = new Set<string>();
  for (const state of states) {
    for (const each of news) {
      const next = advance(state, each, COURSE);
      if (label(next) !== label(state)) found.add(`${label(state)} → ${label(next)}`);
    }
  }
  return [...found].sort();
}

describe('advance', () => {
  it('makes exactly the moves of the diagram', () => {
    expect(moves(STATES, NEWS)).toEqual(
      [
        'queued → preparing',
        'queued → failed',
        'queued → superseded',
        'queued → cancelled',
        'preparing → deploying 0',
        'preparing → failed',
        'preparing → superseded',
        'preparing → cancelled',
        'deploying 0 → deploying 0 wrote',
        'deploying 0 → deploying 1',
        'deploying 0 → failed',
        'deploying 0 → superseded',
        'deploying 0 → cancelled',
        'deploying 1 → deploying 1 wrote',
        'deploying 1 → verifying health',
        'deploying 1 → failed',
        'deploying 1 → superseded',
        'deploying 1 → cancelled',
        'deploying 0 wrote → deploying 1 wrote',
        'deploying 0 wrote → rolling_back 0',
        'deploying 0 wrote → superseded wrote',
        'deploying 1 wrote → verifying health wrote',
        'deploying 1 wrote → rolling_back 0',
        'deploying 1 wrote → superseded wrote',
        ...['', ' wrote'].flatMap((wrote) => [
          `verifying health${wrote} → verifying checks${wrote}`,
          `verifying checks${wrote} → verifying stability${wrote}`,
          `verifying stability${wrote} → verifying settle${wrote}`,
          `verifying settle${wrote} → succeeded`,
          `verifying settle${wrote} → succeeded unsettled`,
        ]),
        ...PROOFS.flatMap((stage) => [
          `verifying ${stage} → failed`,
          `verifying ${stage} → superseded`,
          `verifying ${stage} → cancelled`,
          `verifying ${stage} wrote → rolling_back 0`,
          `verifying ${stage} wrote → superseded wrote`,
        ]),
        'rolling_back 0 → rolling_back 1',
        'rolling_back 0 → rollback_failed',
        'rolling_back 1 → rolled_back',
        'rolling_back 1 → rollback_failed',
      ].sort(),
    );
  });

  it('never leaves an ended state', () => {
    for (const state of ENDS) for (const news of NEWS) expect(advance(state, news, COURSE)).toBe(state);
  });

  it('does not move while it waits', () => {
    for (const state of STATES)
      expect(advance(state, { kind: 'said', outcome: wait(1, 'x') }, COURSE)).toEqual(state);
  });

  it('succeeds without what has nothing to settle', () => {
    const course = { ...COURSE, stages: PROOFS };
    const proven: State = { name: 'verifying', stage: 'stability', wrote: true };

    expect(advance(proven, { kind: 'said', outcome: done }, course)).toEqual({ name: 'succeeded' });
  });

  it.each([bad, foreign, cancelled])('keeps a proven version whatever comes then, and says it: %o', (why) => {
    const settling: State = { name: 'verifying', stage: 'settle', wrote: true };
    const next = advance(settling, { kind: 'said', outcome: failed(why) }, COURSE);

    expect(next).toEqual({ name: 'succeeded', unsettled: why });
  });

  it.each<[Course['rollback'], State]>([
    ['never', { name: 'failed', failure: bad, wrote: true }],
    [noWayBack, { name: 'failed', failure: bad, wrote: true, noRollback: noWayBack }],
  ])('ends failed and written when a rollback is %o', (rollback, expected) => {
    const next = advance(
      { name: 'verifying', stage: 'health', wrote: true },
      { kind: 'said', outcome: failed(bad) },
      { ...COURSE, rollback },
    );
    expect(next).toEqual(expected);
  });
});

describe('any sequence of news', () => {
  const anyFailure = fc.constantFrom<Failure>(bad, foreign, cancelled);
  const anyNews: fc.Arbitrary<News> = fc.oneof(
    fc.constantFrom<News>({ kind: 'claimed' }, { kind: 'captured' }, { kind: 'wrote' }),
    fc.constant<News>({ kind: 'said', outcome: done }),
    fc.constant<News>({ kind: 'said', outcome: wait(1, 'x') }),
    anyFailure.map((each): News => ({ kind: 'said', outcome: failed(each) })),
  );
  const anyCourse: fc.Arbitrary<Course> = fc.record({
    forward: fc.nat(4),
    back: fc.nat(4),
    stages: fc.subarray([...STAGES]),
    rollback: fc.constantFrom<Course['rollback']>('auto', 'never', noWayBack),
  });

  it('never rolls back before a write or after the proofs, and never writes after the end', () => {
    fc.assert(
      fc.property(fc.array(anyNews, { maxLength: 60 }), anyCourse, (sequence, course) => {
        let state: State = { name: 'queued' };
        let wrote = false;
        for (const news of sequence) {
          const before = state;
          state = advance(state, news, course);
          if (isEnded(before)) expect(state).toBe(before);
          if (before.name === 'deploying' && news.kind === 'wrote') wrote = true;
          if (state.name === 'rolling_back' || state.name === 'rolled_back') expect(wrote).toBe(true);
          if (isProven(before)) expect(isProven(state)).toBe(true);
          if (state.name === 'succeeded' && state.unsettled) expect(course.stages).toContain('settle');
          if (state.name === 'cancelled' || state.name === 'expired') expect(wrote).toBe(false);
          if ('wrote' in state) expect(state.wrote).toBe(wrote);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('ends once everything is done or something fails', () => {
    fc.assert(
      fc.property(anyCourse, fc.boolean(), fc.nat(12), (course, fails, at) => {
        let state: State = advance(
          advance({ name: 'queued' }, { kind: 'claimed' }, course),
          { kind: 'captured' },
          course,
        );
        for (let turn = 0; turn < 20; turn += 1) {
          if (state.name === 'deploying') state = advance(state, { kind: 'wrote' }, course);
          state = advance(
            state,
            { kind: 'said', outcome: fails && turn === at ? failed(bad) : done },
            course,
          );
        }
        expect(isEnded(state)).toBe(true);
      }),
    );
  });
});
