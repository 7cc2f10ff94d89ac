import type { Failure } from './failures.js';
import type { Outcome } from './outcome.js';

/**
 * What follows the steps of a plan, in this order: the three proofs that a new version must give, and, once it has given
 * them, what must not be undone any more.
 */
export type Stage = 'health' | 'checks' | 'stability' | 'settle';

/** What keeps a deployment from lining up, with a sentence for people and when it ends by itself, if it does. */
export interface Hold {
  readonly kind: 'time' | 'blocker' | 'approval';
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly until?: number;
  /** Name of the blocker. */
  readonly blocker?: string;
}

/** Where a deployment is; each variant holds exactly what is known there. */
export type State =
  | { readonly name: 'held'; readonly because: readonly Hold[] }
  | { readonly name: 'queued' }
  | { readonly name: 'preparing' }
  | { readonly name: 'deploying'; readonly step: number; readonly wrote: boolean }
  | { readonly name: 'verifying'; readonly stage: Stage; readonly wrote: boolean }
  | { readonly name: 'rolling_back'; readonly step: number; readonly cause: Failure }
  | Ended;

/** How a deployment can end. `wrote` says whether the target was changed and left so. */
export type Ended =
  /** `unsettled`: why not everything could be cleaned up behind the version, which runs and is proven all the same. */
  | { readonly name: 'succeeded'; readonly unsettled?: Failure }
  | { readonly name: 'rolled_back'; readonly cause: Failure }
  | { readonly name: 'rollback_failed'; readonly cause: Failure; readonly failure: Failure }
  | {
      readonly name: 'failed';
      readonly failure: Failure;
      readonly wrote: boolean;
      readonly noRollback?: Failure;
    }
  | { readonly name: 'superseded'; readonly failure: Failure; readonly wrote: boolean }
  | { readonly name: 'cancelled' | 'expired'; readonly failure: Failure };

export type StateName = State['name'];

/** What can happen to a deployment that a worker holds. */
export type News =
  | { readonly kind: 'claimed' }
  | { readonly kind: 'captured' }
  | { readonly kind: 'held'; readonly because: readonly Hold[] }
  | { readonly kind: 'wrote' }
  | { readonly kind: 'said'; readonly outcome: Outcome };

/** The road that one deployment takes, fixed once its baseline is known. */
export interface Course {
  readonly forward: number;
  readonly back: number;
  readonly stages: readonly Stage[];
  /** `auto`: roll back after a write; `never`: the policy forbids it; a failure: why it is impossible. */
  readonly rollback: 'auto' | 'never' | Failure;
}

const ENDED: Record<Ended['name'], true> = {
  succeeded: true,
  rolled_back: true,
  rollback_failed: true,
  failed: true,
  superseded: true,
  cancelled: true,
  expired: true,
};

export const ENDED_NAMES = Object.keys(ENDED) as readonly Ended['name'][];
export const LIVE_NAMES = ['held', 'queued', 'preparing', 'deploying', 'verifying', 'rolling_back'] as const;

export function isEnded(state: State): state is Ended {
  return state.name in ENDED;
}

/** Whether the new version has given all its proofs: from here on nothing brings the version before back. */
export function isProven(state: State): boolean {
  return state.name === 'succeeded' || (state.name === 'verifying' && state.stage === 'settle');
}

/**
 * The next state. Pure and total: news that make no sense in a state leave it as it is, an ended state never
 * changes, a rollback is only ever reached from a state that has written, and a version that is proven stays.
 */
export function advance(state: State, news: News, course: Course): State {
  switch (state.name) {
    case 'held':
    case 'queued':
      return news.kind === 'claimed' ? { name: 'preparing' } : giveUpOn(news, false, course, state);
    case 'preparing':
      if (news.kind === 'held') return { name: 'held', because: news.because };
      return news.kind === 'captured' ? enterStep(0, false, course) : giveUpOn(news, false, course, state);
    case 'deploying':
      if (news.kind === 'wrote') return { ...state, wrote: true };
      if (news.kind === 'held' && !state.wrote) return { name: 'held', because: news.because };
      if (isDone(news)) return enterStep(state.step + 1, state.wrote, course);
      return giveUpOn(news, state.wrote, course, state);
    case 'verifying':
      if (state.stage === 'settle') return settled(state, news);
      if (isDone(news)) return enterStage(course.stages.indexOf(state.stage) + 1, state.wrote, course);
      return giveUpOn(news, state.wrote, course, state);
    case 'rolling_back':
      return advanceBack(state, news, course);
    case 'succeeded':
    case 'rolled_back':
    case 'rollback_failed':
    case 'failed':
    case 'superseded':
    case 'cancelled':
    case 'expired':
      return state;
  }
}

function isDone(news: News): boolean {
  return news.kind === 'said' && news.outcome.said === 'done';
}

function enterStep(step: number, wrote: boolean, course: Course): State {
  return step < course.forward ? { name: 'deploying', step, wrote } : enterStage(0, wrote, course);
}

function enterStage(index: number, wrote: boolean, course: Course): State {
  const stage = course.stages[index];
  return stage === undefined ? { name: 'succeeded' } : { name: 'verifying', stage, wrote };
}

function settled(state: State, news: News): State {
  if (news.kind !== 'said' || news.outcome.said === 'wait') return state;
  const { outcome } = news;
  return { name: 'succeeded', ...(outcome.said === 'failed' && { unsettled: outcome.failure }) };
}

function giveUpOn(news: News, wrote: boolean, course: Course, state: State): State {
  if (news.kind !== 'said' || news.outcome.said !== 'failed') return state;
  const { failure } = news.outcome;
  if (failure.ends === 'superseded') return { name: 'superseded', failure, wrote };
  if (!wrote) return failure.ends ? { name: failure.ends, failure } : { name: 'failed', failure, wrote };
  if (course.rollback === 'auto') return rollBack(0, failure, course);
  if (course.rollback === 'never') return { name: 'failed', failure, wrote };
  return { name: 'failed', failure, wrote, noRollback: course.rollback };
}

function rollBack(step: number, cause: Failure, course: Course): State {
  return step < course.back ? { name: 'rolling_back', step, cause } : { name: 'rolled_back', cause };
}

function advanceBack(state: State & { name: 'rolling_back' }, news: News, course: Course): State {
  if (news.kind !== 'said') return state;
  switch (news.outcome.said) {
    case 'done':
      return rollBack(state.step + 1, state.cause, course);
    case 'wait':
      return state;
    case 'failed':
      return { name: 'rollback_failed', cause: state.cause, failure: news.outcome.failure };
  }
}
