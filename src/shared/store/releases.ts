import type { Redis } from 'ioredis';
import type { Request } from '../domain/deployment.js';
import type { OnFailure, ReleaseEnd } from '../domain/release.js';
import type { WorkInput } from './acceptance.js';
import { createIdempotency, readEarlier, type Earlier, type Idempotency } from './idempotency.js';
import { keysOf } from './keys.js';
import { script } from './scripts.js';
import { ADD_RELEASE, LIST_RELEASES, SAVE_RELEASE } from './scripts/release.js';

/** A member as it was judged when the release was accepted; later changes of the configuration do not reach it. */
export interface FrozenMember {
  readonly order: number;
  readonly request: Request;
  readonly input: WorkInput;
  readonly scopes: readonly string[];
}

/** What has become of a member: ids of its deployments, or why there is none. */
export interface MemberProgress {
  readonly deployment?: string;
  readonly refused?: string;
  readonly rollback?: string;
  readonly rollbackRefused?: string;
}

/** Written once. */
export interface ReleasePlan {
  readonly id: string;
  readonly actor: string;
  readonly message?: string;
  readonly onFailure: OnFailure;
  readonly members: readonly FrozenMember[];
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** What changes while it runs. */
export interface ReleaseProgress {
  readonly members: readonly MemberProgress[];
  readonly cancelled?: { readonly by: string; readonly reason: string };
  readonly end?: ReleaseEnd;
  readonly finishedAt?: number;
}

export interface Release {
  readonly plan: ReleasePlan;
  readonly progress: ReleaseProgress;
  readonly revision: number;
}

const add = script<string[]>(ADD_RELEASE);
const save = script<number>(SAVE_RELEASE);
const list = script<string[][]>(LIST_RELEASES);

/** Releases: several deployments as one. The newest 10 000 are kept. */
export function createReleases(redis: Redis, namespace: string) {
  const keys = keysOf(namespace);
  const idempotencyKeys = createIdempotency(redis, namespace, 'releases');
  return {
    /** Adds a release, unless one was accepted under the same key before; one atomic step. */
    async add(
      plan: ReleasePlan,
      idempotency: Idempotency | undefined,
    ): Promise<{ readonly said: 'added'; readonly release: Release } | Earlier> {
      const progress: ReleaseProgress = { members: plan.members.map(() => ({})) };
      const [said = '', first = ''] = await add(redis, keys.root, [
        plan.id,
        JSON.stringify(plan),
        JSON.stringify(progress),
        ...idempotencyKeys.arguments(idempotency),
      ]);
      const release = { plan, progress, revision: 1 };
      return readEarlier(said, first) ?? { said: 'added', release };
    },

    /** What was accepted under a key within a day. */
    earlier: idempotencyKeys.earlier,

    async load(id: string): Promise<Release | undefined> {
      const [plan, progress, revision] = await redis.hmget(keys.release(id), 'plan', 'progress', 'revision');
      return plan && progress ? read([id, plan, progress, revision ?? '1']) : undefined;
    },

    /** Stores progress unless somebody else has meanwhile; answers whether it was stored. */
    async save({ plan, revision }: Release, progress: ReleaseProgress): Promise<boolean> {
      const ended = progress.end === undefined ? '' : '1';
      return (await save(redis, keys.root, [plan.id, revision, JSON.stringify(progress), ended])) === 1;
    },

    /** Newest first; ask again with the id of the last one as `before`. */
    async list(limit: number, before = ''): Promise<readonly Release[]> {
      return (await list(redis, keys.root, [before, limit])).map(read);
    },

    /** Ids of those that have not ended. */
    live: () => redis.smembers(keys.releasesLive),
  };
}

export type Releases = ReturnType<typeof createReleases>;

function read([, plan = '', progress = '', revision = '1']: readonly string[]): Release {
  return {
    plan: JSON.parse(plan) as ReleasePlan,
    progress: JSON.parse(progress) as ReleaseProgress,
    revision: Number(revision),
  };
}
