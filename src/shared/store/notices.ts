import type { Redis } from 'ioredis';
import type { News } from '../domain/notices.js';
import { keysOf } from './keys.js';
import { pairs } from './records.js';
import { script } from './scripts.js';
import { NOTED, SPREAD, TAKE_NOTICES } from './scripts/notices.js';

/** That a deployment has reached a state, or that its target was changed since. */
export interface Change {
  /** Place in the order of all changes. */
  readonly key: string;
  readonly deployment: string;
  readonly state: News;
  /** What was seen of the target, for people. */
  readonly about?: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** One thing to tell to one subscription. */
export interface Notice {
  readonly id: string;
  readonly subscription: string;
  readonly deployment: string;
  readonly state: News;
  /** Name of the target, where it is about that and no deployment. */
  readonly target?: string;
  readonly about?: string;
  readonly createdAt: number;
  readonly outcome: 'waiting' | 'sent' | 'given-up';
  readonly attempts: number;
  readonly seen?: string;
  readonly nextAt?: number;
}

const spread = script<number>(SPREAD);
const take = script<string[]>(TAKE_NOTICES);
const noted = script<number>(NOTED);

const THREAD_MS = 30 * 86_400_000;

/** The outbox: what is to be told to whom. A change leads to exactly one notice for each subscription that wants it. */
export function createNotices(redis: Redis, namespace: string) {
  const keys = keysOf(namespace);
  return {
    /** Changes that nobody has turned into notices yet, and the place to hand back to `spread`. */
    async untold(limit: number): Promise<{ readonly from: string; readonly changes: readonly Change[] }> {
      const from = (await redis.get(keys.noticesTold)) ?? '0';
      const found = await redis.xrange(keys.changes, from === '0' ? '-' : `(${from}`, '+', 'COUNT', limit);
      return { from, changes: found.map(([key, fields]) => readChange(key, fields)) };
    },

    /** Stores the notices of all changes up to `to`; answers false when somebody else has done so. */
    async spread(from: string, to: string, notices: readonly Notice[]): Promise<boolean> {
      const rows = notices.flatMap((each) => [each.id, each.subscription, JSON.stringify(each)]);
      return (await spread(redis, keys.root, [from, to, ...rows])) === 1;
    },

    /** Notices that are due; they come again after `forMs` unless `note` says what became of them. */
    async take(forMs: number, most: number): Promise<readonly Notice[]> {
      const ids = await take(redis, keys.root, [forMs, most]);
      const found = await Promise.all(ids.map((id) => redis.get(keys.notice(id))));
      return found.flatMap((json) => (json === null ? [] : [JSON.parse(json) as Notice]));
    },

    /** Stores what an attempt came to; without a pause it is the last one. */
    async note(notice: Notice, pauseMs?: number): Promise<void> {
      await noted(redis, keys.root, [notice.id, JSON.stringify(notice), pauseMs ?? '']);
    },

    async find(id: string): Promise<Notice | undefined> {
      const found = await redis.get(keys.notice(id));
      return found === null ? undefined : (JSON.parse(found) as Notice);
    },

    /** Newest first; at most the last 500 are kept. */
    async list(subscription: string, limit: number): Promise<readonly Notice[]> {
      const ids = await redis.zrevrange(keys.notices(subscription), 0, limit - 1);
      const found = ids.length === 0 ? [] : await redis.mget(ids.map((id) => keys.notice(id)));
      return found.flatMap((json) => (json === null ? [] : [JSON.parse(json) as Notice]));
    },

    /** What a channel keeps of a subject, a deployment or a target, from one notice to the next, such as the message that it changes. */
    thread: (subscription: string, subject: string) => redis.get(keys.noticeThread(subscription, subject)),
    async keepThread(subscription: string, subject: string, text: string): Promise<void> {
      await redis.set(keys.noticeThread(subscription, subject), text, 'PX', THREAD_MS);
    },
  };
}

export type Notices = ReturnType<typeof createNotices>;

function readChange(key: string, flat: readonly string[]): Change {
  const { id = '', name = 'queued', t, about = '' } = pairs(flat);
  return { key, deployment: id, state: name as News, at: Number(t), ...(about !== '' && { about }) };
}
