import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Request } from '../domain/deployment.js';
import type { Failure } from '../domain/failures.js';
import { newId } from '../new-id.js';
import type { Bell } from '../store/bell.js';
import type { WorkInput } from '../store/deployments.js';
import { keysOf } from '../store/keys.js';
import { JOB_OPTIONS, PLAN_QUEUE } from './names.js';

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
  | { readonly said: 'timeout' };

/** Asks a worker for a dry run and waits for its answer. Nothing is stored beyond a minute. */
export function createPlans(redis: Redis, namespace: string, bell: Bell) {
  const keys = keysOf(namespace);
  const queue = new Queue(PLAN_QUEUE, { connection: redis, prefix: keys.queuePrefix });
  queue.on('error', () => undefined);
  return {
    async ask(question: PlanQuestion, timeoutMs: number): Promise<PlanAnswer> {
      const id = newId();
      const until = performance.now() + timeoutMs;
      await queue.add('plan', { id, question }, { ...JOB_OPTIONS, jobId: id });
      while (performance.now() < until) {
        const answer = await redis.getdel(keys.answer(id));
        if (answer !== null) return JSON.parse(answer) as PlanAnswer;
        await bell.next(id, Math.min(500, until - performance.now()));
      }
      return { said: 'timeout' };
    },
    close: () => queue.close(),
  };
}

/** The worker's side: leaves the answer for a minute and rings. */
export async function answerPlan(
  redis: Redis,
  namespace: string,
  id: string,
  answer: PlanAnswer,
): Promise<void> {
  const keys = keysOf(namespace);
  await redis.set(keys.answer(id), JSON.stringify(answer), 'PX', 60_000);
  await redis.publish(keys.bell(id), 'state');
}
