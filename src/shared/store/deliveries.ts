import type { Redis } from 'ioredis';
import type { DeliveryView } from '../contract/hook.js';
import { keysOf } from './keys.js';

/** What is kept of a delivery. */
export interface Delivery {
  readonly delivery?: string;
  readonly event?: string;
  readonly outcome: DeliveryView['outcome'];
  readonly reason: string;
  readonly version?: string;
  /** Name of the review environment that it was about. */
  readonly review?: string;
  readonly deployments: readonly string[];
  /** The body as it came, sealed; absent for what was not proven or when nothing can be sealed here. */
  readonly body?: string;
}

export type StoredDelivery = Delivery & { readonly id: string; readonly at: number };

/** Deliveries that a hook keeps; the oldest go first. */
const MOST_KEPT = 500;
/** GitHub lets people send a delivery again within three days. */
const REMEMBERED_MS = 7 * 86_400_000;
/** Longer than anybody carries one out; its worker has died by then, and it may be sent again. */
const UNDER_WAY_MS = 60_000;

/** What was delivered to hooks, newest first, and which deliveries were seen. */
export function createDeliveries(redis: Redis, namespace: string) {
  const keys = keysOf(namespace);
  return {
    /** Whether nobody has seen this delivery yet; from now on somebody has, for good once it is added. */
    async isNew(hook: string, delivery: string): Promise<boolean> {
      const said = await redis.set(keys.deliverySeen(hook, delivery), '1', 'PX', UNDER_WAY_MS, 'NX');
      return said === 'OK';
    },

    /** A delivery that could not be carried out may be sent again. */
    async forget(hook: string, delivery: string): Promise<void> {
      await redis.del(keys.deliverySeen(hook, delivery));
    },

    async add(hook: string, delivery: Delivery): Promise<StoredDelivery> {
      const args = ['MAXLEN', String(MOST_KEPT), '*', 'json', JSON.stringify(delivery)] as const;
      const id = (await redis.xadd(keys.deliveries(hook), ...args)) ?? '';
      if (delivery.delivery !== undefined && delivery.outcome !== 'duplicate')
        await redis.set(keys.deliverySeen(hook, delivery.delivery), '1', 'PX', REMEMBERED_MS);
      return { ...delivery, id, at: timeOf(id) };
    },

    /** Newest first; ask again with the id of the last one as `before`. */
    async list(hook: string, limit: number, before?: string): Promise<readonly StoredDelivery[]> {
      const from = before === undefined ? '+' : `(${before}`;
      const found = await redis.xrevrange(keys.deliveries(hook), from, '-', 'COUNT', limit);
      return found.map(([id, fields]) => read(id, fields));
    },

    async find(hook: string, id: string): Promise<StoredDelivery | undefined> {
      if (!/^\d{1,15}-\d{1,15}$/.test(id)) return undefined;
      const [found] = await redis.xrange(keys.deliveries(hook), id, id);
      return found && read(found[0], found[1]);
    },

    /**
     * Notes that something happened to a branch at a time, as its sender says. Answers whether nothing later was
     * noted before, so that a delivery which was overtaken does not take the branch back.
     */
    async isNewest(hook: string, ref: string, happenedAt: number): Promise<boolean> {
      const key = keys.deliveryRefs(hook);
      await redis.zadd(key, 'GT', happenedAt, ref);
      await redis.zremrangebyrank(key, 0, -10_001);
      return Number(await redis.zscore(key, ref)) <= happenedAt;
    },
  };
}

export type Deliveries = ReturnType<typeof createDeliveries>;

function read(id: string, [, json = '{}']: readonly string[]): StoredDelivery {
  return { ...(JSON.parse(json) as Delivery), id, at: timeOf(id) };
}

function timeOf(id: string): number {
  return Number(id.split('-', 1)[0]);
}
