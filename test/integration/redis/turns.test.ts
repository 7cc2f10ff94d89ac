import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectRedis } from '../../../src/shared/redis.js';
import { useRedis } from '../../support/redis.js';

const redis = useRedis();
const onError = (error: Error) => expect.unreachable(error.message);

describe('commands of one turn of the event loop', () => {
  beforeAll(() => redis.start());
  afterAll(() => redis.stop());

  it('are carried out in their order and answered each', async () => {
    const connection = connectRedis(redis.url, 'patient', onError);
    const key = `{${redis.namespace}}:order`;
    const texts = Array.from({ length: 200 }, (_, nth) => `${nth} ${'x'.repeat(nth * 10)}`);

    const lengths = await Promise.all(texts.map((text) => connection.rpush(key, text)));

    expect(lengths).toEqual(texts.map((_, nth) => nth + 1));
    expect(await connection.lrange(key, 0, -1)).toEqual(texts);
    connection.disconnect();
  });

  it('arrive although the connection is closed in the same turn', async () => {
    const connection = connectRedis(redis.url, 'patient', onError);
    await connection.ping();
    const key = `{${redis.namespace}}:last`;

    const answer = connection.set(key, 'words');
    connection.disconnect();

    // Whether the answer still comes is open; the command has left.
    await answer.catch(() => undefined);
    await expect.poll(() => redis.client.get(key), { timeout: 10_000 }).toBe('words');
  });
});
