import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectRedis } from '../../../src/shared/redis.js';
import { createPace } from '../../../src/shared/store/pace.js';
import { newId } from '../../../src/shared/new-id.js';
import { useRedis } from '../../support/redis.js';

const redis = useRedis();
beforeAll(() => redis.start());
afterAll(() => redis.stop());

// So slow that nothing comes back during a test: what the bucket holds at first is all there is.
const STILL = 0.000_1;
const FIRST = 4;

function paceOf(perSecond = STILL) {
  return createPace(redis.client, redis.namespace, perSecond);
}

/** Whether a call may go out; asks again until the signal aborts otherwise. */
async function isLet(pace: ReturnType<typeof paceOf>, scope: string, urgency: 'write' | 'read' | 'watch') {
  const giveUp = new AbortController();
  const taken = pace.take(scope, urgency, giveUp.signal).then(
    () => true,
    () => false,
  );
  const asked = (await redis.client.ping()) === 'PONG' && (await Promise.race([taken, redis.client.ping()]));
  giveUp.abort();
  return asked === true || (await taken);
}

describe('the pace of calls', () => {
  it('is shared by all processes of the installation', async () => {
    const scope = newId();
    const [one, other] = [paceOf(), paceOf()];
    const lets: boolean[] = [];
    for (let nth = 0; nth < FIRST + 2; nth += 1)
      lets.push(await isLet(nth % 2 === 0 ? one : other, scope, 'write'));

    expect(lets).toEqual([true, true, true, true, false, false]);
  });

  it('leaves the last calls to those that matter most', async () => {
    const scope = newId();
    const pace = paceOf();
    for (let nth = 0; nth < FIRST - 1; nth += 1) expect(await isLet(pace, scope, 'watch')).toBe(true);

    expect(await isLet(pace, scope, 'watch')).toBe(false);
    expect(await isLet(pace, scope, 'read')).toBe(false);
    expect(await isLet(pace, scope, 'write')).toBe(true);
  });

  it('comes back by itself, and lets whoever waits go on', async () => {
    const scope = newId();
    const pace = paceOf(100);
    const { signal } = new AbortController();

    await Promise.all(Array.from({ length: 450 }, () => pace.take(scope, 'watch', signal)));

    expect(Number(await redis.client.hget(keyOf(scope), 'calls'))).toBeLessThan(400);
  });

  it('is halved by throttling, once for all that meet it together', async () => {
    const scope = newId();
    const pace = paceOf(8);
    expect(await isLet(pace, scope, 'write')).toBe(true);

    await Promise.all([pace.throttled(scope), pace.throttled(scope), paceOf(8).throttled(scope)]);

    expect(Number(await redis.client.hget(keyOf(scope), 'rate'))).toBeCloseTo(4, 3);
    expect(Number(await redis.client.hget(keyOf(scope), 'calls'))).toBe(0);
  });

  it('counts every scope for itself', async () => {
    const [busy, idle] = [newId(), newId()];
    const pace = paceOf();
    for (let nth = 0; nth < FIRST; nth += 1) await isLet(pace, busy, 'write');

    expect(await isLet(pace, busy, 'write')).toBe(false);
    expect(await isLet(pace, idle, 'write')).toBe(true);
  });

  it.each(['prompt', 'patient'] as const)(
    'holds nobody up when a %s connection has no Redis',
    async (profile) => {
      const gone = connectRedis('redis://127.0.0.1:1', profile, () => undefined);
      const pace = createPace(gone, redis.namespace, STILL);

      for (let nth = 0; nth < FIRST + 1; nth += 1)
        await pace.take('any', 'watch', new AbortController().signal);
      void pace.throttled('any');

      gone.disconnect();
    },
  );

  it('lets go of whoever gives up while it waits', async () => {
    const scope = newId();
    const pace = paceOf();
    for (let nth = 0; nth < FIRST; nth += 1) await isLet(pace, scope, 'write');
    const giveUp = new AbortController();

    const waiting = pace.take(scope, 'write', giveUp.signal);
    giveUp.abort(new Error('enough'));

    await expect(waiting).rejects.toThrow(/enough|aborted/);
  });
});

function keyOf(scope: string): string {
  return `{${redis.namespace}}:pace:${scope}`;
}
