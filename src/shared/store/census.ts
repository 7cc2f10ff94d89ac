import type { Redis } from 'ioredis';
import { keysOf } from './keys.js';
import { pairs } from './records.js';
import { script } from './scripts.js';
import { CENSUS } from './scripts/census.js';

/** How many deployments of an environment are in a state. */
export interface Head {
  readonly environment: string;
  readonly state: string;
  readonly count: number;
}

/** What the whole installation does, as of one moment. */
export interface Census {
  readonly live: readonly Head[];
  /** Since the first deployment of the installation; these only grow. */
  readonly ended: readonly Head[];
  /** Since the acceptance of the deployment that has been queued longest; 0 when none is queued. */
  readonly oldestQueuedMs: number;
  /** Deployments whose turn it is and that no worker has taken yet. */
  readonly uncalled: number;
}

const census = script<[string, string, string[], string[]]>(CENSUS);

/** Counts all deployments of an installation in one atomic step. */
export function createCensus(redis: Redis, namespace: string): () => Promise<Census> {
  const { root } = keysOf(namespace);
  return async () => {
    const [oldest, uncalled, live, ended] = await census(redis, root, []);
    return {
      live: headsOf(live),
      ended: headsOf(ended),
      oldestQueuedMs: Number(oldest),
      uncalled: Number(uncalled),
    };
  };
}

function headsOf(flat: readonly string[]): readonly Head[] {
  return Object.entries(pairs(flat)).map(([place, count]) => {
    const [environment = '', state = ''] = place.split(' ');
    return { environment, state, count: Number(count) };
  });
}
