import type { Redis } from 'ioredis';
import type { Digests } from '../domain/image-reference.js';
import { keysOf } from './keys.js';
import { pairs } from './records.js';

/** Most snapshots that an environment keeps; the oldest go first. */
export const MOST_SNAPSHOTS = 1_000;

/** What runs on one target. */
export interface Run {
  /** The deployment that brought it there. */
  readonly deployment: string;
  readonly version: string;
  /** Fingerprint of version, artifact, spec, policy and proofs. */
  readonly content: string;
  /** What its images run with; absent where nothing was looked up. */
  readonly digests?: Digests;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** False when a rollback failed or an update was abandoned: nobody knows what is there. */
  readonly certain: boolean;
}

/** What runs in an environment, by service. */
export type Runs = ReadonlyMap<string, Run>;

/** What ran in an environment after one deployment had ended. */
export interface Snapshot {
  /** Place in the order of the environment's snapshots, for paging. */
  readonly key: string;
  /** Same for equal content. */
  readonly content: string;
  readonly deployment: string;
  /** What it deployed; undefined for one that was taken before this was noted. */
  readonly service: string | undefined;
  readonly ended: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Pictures of whole environments; taken by the script that ends a deployment, so that none is missed. */
export function createSnapshots(redis: Redis, namespace: string) {
  const keys = keysOf(namespace);
  return {
    /** What runs in an environment now, by service in the order of their names. */
    async now(environment: string): Promise<Runs> {
      return readRuns(
        Object.entries(await redis.hgetall(keys.runs(environment))).map(([name, run]) => [name, parse(run)]),
      );
    },

    /** Newest first; ask again with the key of the last one as `before`. */
    async list(environment: string, limit: number, before?: string): Promise<readonly Snapshot[]> {
      const from = before === undefined ? '+' : `(${before}`;
      const entries = await redis.xrevrange(keys.snapshots(environment), from, '-', 'COUNT', limit);
      return entries.map(([key, fields]) => readEntry(key, fields));
    },

    /** What a snapshot with this content shows; undefined when it is unknown or was dropped. */
    async content(environment: string, content: string): Promise<Runs | undefined> {
      const found = await redis.hget(keys.snapshotContents(environment), content);
      return found === null ? undefined : readRuns(Object.entries(JSON.parse(found) as Record<string, Run>));
    },
  };
}

export type Snapshots = ReturnType<typeof createSnapshots>;

function parse(json: string): Run {
  return JSON.parse(json) as Run;
}

function readRuns(entries: readonly (readonly [string, Run])[]): Runs {
  return new Map([...entries].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function readEntry(key: string, flat: readonly string[]): Snapshot {
  const { content = '', deployment = '', service, ended = '', at } = pairs(flat);
  return { key, content, deployment, service, ended, at: Number(at) };
}
