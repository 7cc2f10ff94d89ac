import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { newId } from '../new-id.js';
import type { Bell } from '../store/bell.js';
import { keysOf } from '../store/keys.js';
import { JOB_OPTIONS } from './names.js';

/** No worker answered in time; one that had begun may still do so later, unheard. */
export interface NoAnswer {
  readonly said: 'timeout';
}

/** What a worker takes from a queue of questions. */
export interface Asked<Question> {
  readonly id: string;
  readonly question: Question;
}

interface QuestionsDeps {
  readonly redis: Redis;
  readonly namespace: string;
  readonly bell: Bell;
}

/** Asks workers and waits for the answer of one of them. Nothing is stored beyond a minute. */
export function createQuestions<Answer>(name: string, { redis, namespace, bell }: QuestionsDeps) {
  const keys = keysOf(namespace);
  const queue = new Queue(name, { connection: redis, prefix: keys.queuePrefix });
  queue.on('error', () => undefined);
  return {
    async ask(question: unknown, timeoutMs: number): Promise<Answer | NoAnswer> {
      const id = newId();
      const until = performance.now() + timeoutMs;
      const asked: Asked<unknown> = { id, question };
      await queue.add(name, asked, { ...JOB_OPTIONS, jobId: id });
      while (performance.now() < until) {
        const answer = await redis.getdel(keys.answer(id));
        if (answer !== null) return JSON.parse(answer) as Answer;
        await bell.next(id, Math.min(500, until - performance.now()));
      }
      // No worker is to carry out later what nobody waits for any more; one that is at it keeps it.
      await queue.remove(id).catch(() => undefined);
      return { said: 'timeout' };
    },
    close: () => queue.close(),
  };
}

/** The worker's side: leaves the answer for a minute and rings. */
export async function leaveAnswer(
  redis: Redis,
  namespace: string,
  id: string,
  answer: unknown,
): Promise<void> {
  const keys = keysOf(namespace);
  await redis.set(keys.answer(id), JSON.stringify(answer), 'PX', 60_000);
  await redis.publish(keys.bell(id), 'state');
}
