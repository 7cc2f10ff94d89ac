import type { Redis } from 'ioredis';
import type { ConnectionView } from '../contract/connection.js';
import type { DriftView } from '../contract/drift.js';
import type { CleanUpView, InstancesView, LogsView } from '../contract/live-view.js';
import type { OperationPreview } from '../contract/live-operation.js';
import type { Verify } from '../contract/policy.js';
import type { Failure } from '../domain/failures.js';
import type { Asker, OperationWish } from '../domain/operations.js';
import type { Bell } from '../store/bell.js';
import { LIVE_QUEUE } from './names.js';
import { createQuestions, type NoAnswer } from './questions.js';

/** What may be asked about a target, or done to it while somebody waits. */
export type LiveWish =
  | { readonly ask: 'instances' }
  /** How what runs differs from what was deployed. */
  | { readonly ask: 'drift' }
  /** Whether a deployment could do its work there; its checks may hold references to secrets too. */
  | { readonly ask: 'connection'; readonly verify: Verify }
  | {
      readonly ask: 'logs';
      readonly kind: 'tail' | 'bundle';
      readonly asker: Asker;
      readonly reason: string;
    }
  | { readonly ask: 'clean-up'; readonly keep: number; readonly days: number; readonly dryRun: boolean }
  /** What an operation would do now. */
  | { readonly ask: 'preview'; readonly wish: OperationWish };

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
  readonly drift: DriftView;
  readonly connection: ConnectionView;
  readonly logs: LogsView;
  readonly 'clean-up': Omit<CleanUpView['targets'][number], 'environment'>;
  readonly preview: OperationPreview;
}

export type LiveReplyOf<K extends LiveWish['ask']> =
  | { readonly said: 'done'; readonly view: LiveViews[K] }
  | { readonly said: 'failed'; readonly failure: Failure }
  | { readonly said: 'wait'; readonly because: string }
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
