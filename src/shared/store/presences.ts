import type { Redis } from 'ioredis';
import { keysOf } from './keys.js';
import { script } from './scripts.js';
import { BEAT, LEAVE, WORKERS } from './scripts/presences.js';

/** Milliseconds between two beats of a worker. */
export const BEAT_MS = 5_000;
/** Milliseconds without a beat after which a worker counts as silent: three beats were missed. */
const SILENT_MS = 3 * BEAT_MS + 1_000;
/** Milliseconds after which a silent worker is forgotten. */
const FORGET_MS = 3_600_000;

/** What a worker says of itself. */
export interface WorkerCard {
  /** Version of Beanpod. */
  readonly version: string;
  /** Milliseconds since the epoch, by its own clock. */
  readonly startedAt: number;
  /** Deployments that it can carry at once. */
  readonly places: number;
  /** Ids of those that it carries. */
  readonly carries: readonly string[];
  /** It takes no more and hands over what it carries. */
  readonly draining: boolean;
}

/** A worker as it was seen last, in milliseconds since the epoch by the clock of Redis. */
export interface SeenWorker extends WorkerCard {
  readonly name: string;
  readonly seenAt: number;
  /** It has said nothing for a while, neither that it left: whether it works is unknown. */
  readonly silent: boolean;
}

const beat = script<string>(BEAT);
const leave = script<number>(LEAVE);
const seen = script<[string, ...string[]]>(WORKERS);

/** Who is there to work. Nothing is decided by it: deployments belong to whoever has the lease of their target. */
export function createPresences(redis: Redis, namespace: string) {
  const { root } = keysOf(namespace);
  return {
    async beat(name: string, card: WorkerCard): Promise<void> {
      await beat(redis, root, [name, JSON.stringify(card), FORGET_MS]);
    },

    async leave(name: string): Promise<void> {
      await leave(redis, root, [name]);
    },

    /** By name. */
    async list(): Promise<readonly SeenWorker[]> {
      const [now, ...found] = await seen(redis, root, [FORGET_MS]);
      const workers: SeenWorker[] = [];
      for (let at = 0; at < found.length; at += 3) {
        const [name = '', last, card = ''] = found.slice(at, at + 3);
        const seenAt = Number(last);
        workers.push({
          ...(JSON.parse(card) as WorkerCard),
          name,
          seenAt,
          silent: Number(now) - seenAt > SILENT_MS,
        });
      }
      return workers.sort((one, other) => (one.name < other.name ? -1 : 1));
    },
  };
}

export type Presences = ReturnType<typeof createPresences>;
