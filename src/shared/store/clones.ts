import type { Redis } from 'ioredis';
import { canonicalJson } from '../canonical-json.js';
import type { Environment, Target } from '../contract/configuration.js';
import { createIdempotency, readEarlier, type Earlier, type Idempotency } from './idempotency.js';
import { keysOf } from './keys.js';
import { pairs } from './records.js';
import { script } from './scripts.js';
import {
  CLONES,
  END_CLONE,
  EXPLAIN_CLONE,
  LEAVE_CLONE,
  MAKE_CLONE,
  REMOVE_CLONE,
  RENEW_CLONE,
} from './scripts/clones.js';

/** An environment that was made from another one and ends by itself. Times are milliseconds since the epoch. */
export interface Clone {
  /** Marks everything that is made for it. */
  readonly id: string;
  /** Its name as an environment. */
  readonly name: string;
  readonly origin: string;
  readonly expiresAt: number;
  readonly actor: string;
  /** What it was made to review, where a hook made it: only that hook deploys there and ends it by itself. */
  readonly reviews?: string;
  /** By service, as they were made: what its end removes, whatever became of the configuration meanwhile. */
  readonly targets: Readonly<Record<string, Target>>;
  /** What ran in the origin when it was made, by service: its first deployments are of that. */
  readonly first?: Readonly<Record<string, { readonly version: string; readonly deployment: string }>>;
}

/** How far the end of a clone has come. */
export interface Ending {
  readonly since: number;
  /** Why it ends. */
  readonly because: string;
  /** What its removal waited for when a worker last looked. */
  readonly waitsFor?: string;
}

/** A clone, and its end once that has begun. */
export interface KnownClone {
  readonly clone: Clone;
  readonly ending?: Ending;
}

export interface NewClone {
  readonly clone: Clone;
  readonly environment: Environment;
  /** Of the configuration by which it was judged. */
  readonly revision: string;
  /** Most clones at once. */
  readonly most: number;
  readonly idempotency: Idempotency | undefined;
}

const all = script<[string, string[], string[]]>(CLONES);
const make = script<string[]>(MAKE_CLONE);
const renew = script<['renewed' | 'gone']>(RENEW_CLONE);
const end = script<['ending' | 'already' | 'gone']>(END_CLONE);
const explain = script<string[]>(EXPLAIN_CLONE);
const remove = script<[string, string?]>(REMOVE_CLONE);
const leave = script<string[]>(LEAVE_CLONE);

/** Environments that end by themselves. They are in the configuration as well; here is what their end needs. */
export function createClones(redis: Redis, namespace: string) {
  const keys = keysOf(namespace);
  const idempotencyKeys = createIdempotency(redis, namespace, 'clones');

  async function list(): Promise<{ readonly now: number; readonly clones: readonly KnownClone[] }> {
    const [now, made, ending] = await all(redis, keys.root, []);
    const ends = pairs(ending);
    const clones = Object.entries(pairs(made)).map(([name, json]) => known(json, ends[name]));
    return { now: Number(now), clones };
  }

  return {
    /** All of them, with the time by the clock of the store. */
    list,

    async find(name: string): Promise<KnownClone | undefined> {
      const [clone, ending] = await Promise.all([
        redis.hget(keys.clones, name),
        redis.hget(keys.clonesEnding, name),
      ]);
      return clone === null ? undefined : known(clone, ending ?? undefined);
    },

    /** Puts environment and targets into the configuration; `stale` when that has moved on, and nothing is stored then. */
    async make({
      clone,
      environment,
      revision,
      most,
      idempotency,
    }: NewClone): Promise<'made' | 'stale' | 'taken' | 'full' | Earlier> {
      const targets = Object.entries(clone.targets).flatMap(([name, target]) => [
        name,
        canonicalJson(target),
      ]);
      const about = [clone.name, canonicalJson(environment), JSON.stringify(clone), most, revision];
      const key = [clone.id, ...idempotencyKeys.arguments(idempotency)];
      const [said = '', first = ''] = await make(redis, keys.root, [...about, ...key, ...targets]);
      return readEarlier(said, first) ?? (said as 'made' | 'stale' | 'taken' | 'full');
    },

    /** What was made under a key within a day. */
    earlier: idempotencyKeys.earlier,

    /** Lets a key make another one, after what it made was taken back. */
    forget: idempotencyKeys.forget,

    /** Lets it live until then instead; `gone` when it is removed or its end has begun. */
    async renew(clone: Clone, expiresAt: number): Promise<'renewed' | 'gone'> {
      const about = JSON.stringify({ ...clone, expiresAt });
      const [said] = await renew(redis, keys.root, [clone.name, clone.id, about]);
      return said;
    },

    /** Begins its end; from now on nothing new is accepted for it. `already`: it had begun before. */
    async end(
      { name, id }: Pick<Clone, 'name' | 'id'>,
      because: string,
    ): Promise<'ending' | 'already' | 'gone'> {
      const [said] = await end(redis, keys.root, [name, id, because]);
      return said;
    },

    /** Notes what its removal waits for. */
    async explain(name: string, waitsFor: string): Promise<void> {
      await explain(redis, keys.root, [name, waitsFor.slice(0, 2_000)]);
    },

    /** Forgets it, when nothing is under way there; `used` names the deployment that is. */
    async remove({
      name,
      id,
      targets,
    }: Clone): Promise<
      { readonly said: 'removed' | 'gone' } | { readonly said: 'used'; readonly by: string }
    > {
      const [said, by = ''] = await remove(redis, keys.root, [name, id, ...Object.keys(targets)]);
      return said === 'used' ? { said, by } : { said: said as 'removed' | 'gone' };
    },

    /** Takes the right to remove a clone for so long; false while another worker has it. */
    async take(name: string, owner: string, ms: number): Promise<boolean> {
      return (await redis.set(keys.cloneLease(name), owner, 'PX', ms, 'NX')) === 'OK';
    },

    /** Gives that right back before its time. */
    async leave(name: string, owner: string): Promise<void> {
      await leave(redis, keys.root, [keys.cloneLease(name), owner]);
    },
  };
}

export type Clones = ReturnType<typeof createClones>;

function known(clone: string, ending: string | undefined): KnownClone {
  return {
    clone: JSON.parse(clone) as Clone,
    ...(ending !== undefined && { ending: JSON.parse(ending) as Ending }),
  };
}
