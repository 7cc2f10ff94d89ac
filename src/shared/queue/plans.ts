import type { Redis } from 'ioredis';
import type { Request } from '../domain/deployment.js';
import type { Failure } from '../domain/failures.js';
import type { Bell } from '../store/bell.js';
import type { WorkInput } from '../store/acceptance.js';
import { PLAN_QUEUE } from './names.js';
import { createQuestions, type NoAnswer } from './questions.js';

/** What would be done, as a worker sees it now. */
export interface Plan {
  readonly baseline: string;
  readonly steps: readonly { readonly id: string; readonly title: string; readonly writes: boolean }[];
  /** What a rollback would go back to, or why there is none. */
  readonly rollback: string;
  /** What the provider says beyond the plan: differences, warnings. */
  readonly lines: readonly string[];
}

export interface PlanQuestion {
  readonly request: Request;
  readonly input: WorkInput;
}

export type PlanAnswer =
  | { readonly said: 'plan'; readonly plan: Plan }
  | { readonly said: 'failed'; readonly failure: Failure }
  | NoAnswer;

/** Asks a worker for a dry run and waits for its answer. */
export function createPlans(redis: Redis, namespace: string, bell: Bell) {
  const questions = createQuestions<PlanAnswer>(PLAN_QUEUE, { redis, namespace, bell });
  return {
    ask: (question: PlanQuestion, timeoutMs: number) => questions.ask(question, timeoutMs),
    close: questions.close,
  };
}
