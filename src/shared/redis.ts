import { Redis, type RedisOptions } from 'ioredis';

/** `prompt` connections fail fast, for requests; `patient` ones wait for Redis to come back, for workers. */
export type Profile = 'prompt' | 'patient' | 'blocking';

type Options = RedisOptions & { replyMapping: 'legacy' };

const COMMON: Options = {
  replyMapping: 'legacy',
  family: 0,
  keepAlive: 10_000,
  connectTimeout: 3_000,
  retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 5), 1_000) + Math.random() * 100,
  // After a failover the old master answers READONLY, a restarting one LOADING: connect again and send it once more.
  reconnectOnError: (error) => (/READONLY|LOADING/.test(error.message) ? 2 : false),
};

/** `blocking` has no command timeout: it would break BullMQ's blocking pick-up and subscriptions. */
const PROFILES: Record<Profile, Options> = {
  prompt: { ...COMMON, enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 900 },
  patient: { ...COMMON, maxRetriesPerRequest: null, commandTimeout: 3_000 },
  blocking: { ...COMMON, maxRetriesPerRequest: null },
};

/**
 * Sends all commands of one turn of the event loop in one write: a system call for each costs a busy API more than
 * the commands themselves.
 */
class TurnwiseRedis extends Redis {
  override sendCommand(...sent: Parameters<Redis['sendCommand']>): unknown {
    const { stream } = this;
    if (stream?.writableCorked === 0) {
      stream.cork();
      setImmediate(() => stream.uncork());
    }
    return super.sendCommand(...sent);
  }
}

/** A connection of the given profile. Errors are reported to `onError` and never crash the process; it reconnects for ever. */
export function connectRedis(url: string, profile: Profile, onError: (error: Error) => void): Redis {
  const redis = new TurnwiseRedis(url, PROFILES[profile]);
  redis.on('error', onError);
  return redis;
}

/** Why this Redis must not hold deployments: it would evict them, or lose them with the process. Empty when it may. */
export async function unfitness(redis: Redis): Promise<readonly string[]> {
  const info = `${await redis.info('memory')}\n${await redis.info('persistence')}\n${await redis.info('replication')}`;
  const read = (name: string) => new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim();
  const reasons: string[] = [];
  const policy = read('maxmemory_policy');
  if (policy !== 'noeviction') {
    reasons.push(`maxmemory-policy is ${policy}, so Redis may throw deployments away: set it to noeviction`);
  }
  if (read('aof_enabled') !== '1')
    reasons.push('appendonly is off, so a restart of Redis loses deployments: set appendonly yes');
  if (read('aof_last_write_status') === 'err')
    reasons.push('Redis cannot write its append-only file: check its disk');
  if (read('role') !== 'master')
    reasons.push(`Redis is a ${read('role')}, which refuses writes: connect to the primary`);
  return reasons;
}
