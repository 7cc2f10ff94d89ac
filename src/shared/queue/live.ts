import type { Redis } from 'ioredis';
import type { CleanUpView, InstancesView, LogsView } from '../contract/live-view.js';
import type { OperationDone } from '../contract/live-operation.js';
import type { Failure } from '../domain/failures.js';
import type { Bell } from '../store/bell.js';
import { LIVE_QUEUE } from './names.js';
import { createQuestions, type NoAnswer } from './questions.js';

/** What may be asked about a target, or done to it, beside deployments. */
export type LiveWish =
  | { readonly ask: 'instances' }
  | { readonly ask: 'logs'; readonly kind: 'tail' | 'bundle' }
  | { readonly ask: 'clean-up'; readonly keep: number; readonly days: number; readonly dryRun: boolean }
  | OperationWish;

/** Something to do to what runs. */
export type OperationWish = {
  readonly person: string;
  readonly reason: string;
  readonly dryRun: boolean;
  /** Milliseconds since the epoch: whoever asked does not wait any longer, so nothing may be done from then on. */
  readonly notAfter: number;
} & (
  | { readonly ask: 'restart-pod'; readonly pod: { readonly name: string; readonly uid: string } }
  | { readonly ask: 'restart' }
  | { readonly ask: 'scale'; readonly replicas: number; readonly workload?: string }
);

/** A wish, and the target as it is now. Its spec holds references to secrets, never secrets. */
export interface LiveQuestion {
  readonly service: string;
  readonly environment: string;
  readonly provider: string;
  readonly spec: unknown;
  readonly wish: LiveWish;
}

/** What the worker saw or did, by the kind of wish. */
export interface LiveViews {
  readonly instances: InstancesView;
  readonly logs: LogsView;
  readonly 'clean-up': Omit<CleanUpView['targets'][number], 'environment'>;
  readonly 'restart-pod': OperationDone;
  readonly restart: OperationDone;
  readonly scale: OperationDone;
}

export type LiveReplyOf<K extends LiveWish['ask']> =
  | { readonly said: 'done'; readonly view: LiveViews[K] }
  | { readonly said: 'failed'; readonly failure: Failure }
  | { readonly said: 'wait'; readonly because: string }
  /** Somebody else is at work on the target. */
  | { readonly said: 'busy'; readonly because: string }
  | { readonly said: 'unsupported' };

/** Asks a worker about a target and waits for its answer. */
export function createLive(redis: Redis, namespace: string, bell: Bell) {
  const questions = createQuestions<LiveReplyOf<LiveWish['ask']>>(LIVE_QUEUE, {
    redis,
    namespace,
    bell,
  });
  return {
    /** `kind` is that of the wish, and of the view in the answer. */
    ask: <K extends LiveWish['ask']>(question: LiveQuestion, kind: K, timeoutMs: number) =>
      questions.ask(question, timeoutMs) as Promise<LiveReplyOf<typeof kind> | NoAnswer>,
    close: questions.close,
  };
}

export type Live = Pick<ReturnType<typeof createLive>, 'ask'>;
