import { Queue } from 'bullmq';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PLAN_QUEUE } from '../../../src/shared/queue/names.js';
import { createQuestions } from '../../../src/shared/queue/questions.js';
import { connectRedis } from '../../../src/shared/redis.js';
import { createBell } from '../../../src/shared/store/bell.js';
import { keysOf } from '../../../src/shared/store/keys.js';
import { useRedis } from '../../support/redis.js';

const redis = useRedis();
beforeAll(() => redis.start());
afterAll(() => redis.stop());

it('a question that nobody answered in time is carried out by no worker that comes later', async () => {
  const { url, namespace } = redis;
  const ignore = () => undefined;
  const connection = connectRedis(url, 'patient', ignore);
  const subscriber = connectRedis(url, 'blocking', ignore);
  const questions = createQuestions(PLAN_QUEUE, {
    redis: connection,
    namespace,
    bell: createBell(subscriber, namespace),
  });
  const queue = new Queue(PLAN_QUEUE, { connection, prefix: keysOf(namespace).queuePrefix });

  expect(await questions.ask({ wish: 'clean up' }, 200)).toEqual({ said: 'timeout' });

  expect(await queue.getJobCounts('wait', 'active', 'delayed', 'prioritized')).toEqual({
    wait: 0,
    active: 0,
    delayed: 0,
    prioritized: 0,
  });
  await Promise.all([questions.close(), queue.close()]);
  for (const each of [connection, subscriber]) each.disconnect();
});
