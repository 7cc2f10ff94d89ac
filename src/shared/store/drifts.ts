import type { Redis } from 'ioredis';
import type { DriftView } from '../contract/drift.js';
import { targetName } from '../domain/ids.js';
import { keysOf } from './keys.js';
import { script } from './scripts.js';
import { DUE_FOR_DRIFT, KEEP_DRIFT } from './scripts/drift.js';

/** What a look came to; since when it has been so is for the store to say. */
export type DriftFound = Omit<DriftView, 'since' | 'deployment'> & { readonly deployment: string };

/** `busy`: a deployment holds the target; `stale`: it runs something else by now. Nothing was kept then. */
export type Kept =
  | { readonly said: 'kept'; readonly since: string }
  | { readonly said: 'busy'; readonly by: string }
  | { readonly said: 'stale' };

const keep = script<['kept' | 'busy' | 'stale', string]>(KEEP_DRIFT);
const due = script<string[]>(DUE_FOR_DRIFT);

/** What was last seen of the difference between what runs and what was deployed, by target. */
export function createDrifts(redis: Redis, namespace: string) {
  const keys = keysOf(namespace);
  return {
    /** Keeps what a look came to, and has subscriptions told once when drift begins or ends; `about` says to people what was seen. */
    async keep(found: DriftFound, about: string): Promise<Kept> {
      const { service, environment, deployment, state } = found;
      const args = [service, environment, deployment, state, JSON.stringify(found), about];
      const [said, more] = await keep(redis, keys.root, args);
      if (said === 'kept') return { said, since: timeOf(more) };
      return said === 'busy' ? { said, by: more } : { said };
    },

    /** The last look at each target of an environment, by service; it may be about something that runs no longer. */
    async of(environment: string): Promise<ReadonlyMap<string, DriftView>> {
      const kept = Object.entries(await redis.hgetall(keys.drift(environment)));
      return new Map(kept.map(([service, text]) => [service, read(text)]));
    },

    /** The deployment that holds a target now. */
    async holder(service: string, environment: string): Promise<string | undefined> {
      const holder = await redis.hget(keys.mailbox(targetName(service, environment)), 'holder');
      return holder ?? undefined;
    },

    /** Targets of these whose turn it is; nobody else is told of them before a period has passed. */
    due: (targets: readonly string[], periodMs: number, most: number) =>
      due(redis, keys.root, [Math.ceil(periodMs), most, ...targets]),
  };
}

export type Drifts = ReturnType<typeof createDrifts>;

function read(text: string): DriftView {
  const [, , since = '', view = ''] = text.split('\n');
  return { ...(JSON.parse(view) as DriftFound), since: timeOf(since) };
}

function timeOf(ms: string): string {
  return new Date(Number(ms)).toISOString();
}
