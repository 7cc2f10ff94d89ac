import type { Window } from './window.js';

/**
 * What a blocker is about. Lists that are absent mean all; the lists that are there must all contain the target.
 * Sets of services or environments are written as lists of names.
 */
export interface Scope {
  readonly services?: readonly string[];
  readonly environments?: readonly string[];
  /** Tier of the environment, such as `production`. */
  readonly tier?: string;
}

/** The rule of a blocker; each holds its own parameters. */
export type Rule =
  | {
      readonly type: 'unconditional';
      /** The target goes free when every list that is given contains it. */
      readonly exceptServices?: readonly string[];
      readonly exceptEnvironments?: readonly string[];
    }
  /** Closed while a window holds; with `open: true` closed while none does. */
  | { readonly type: 'window'; readonly windows: readonly Window[]; readonly open?: boolean }
  | { readonly type: 'branch'; readonly branches: readonly string[] }
  | { readonly type: 'commit-status' }
  | { readonly type: 'concurrent'; readonly atMost: number; readonly exceptServices?: readonly string[] }
  | { readonly type: 'single-region' };

/** A rule that holds or refuses deployments. */
export interface Blocker {
  readonly name: string;
  readonly reason: string;
  readonly scope: Scope;
  readonly rule: Rule;
  /** `hold`: the deployment waits and starts by itself when it is clear. `reject`: it is refused. */
  readonly mode: 'hold' | 'reject';
  readonly enabled: boolean;
  /** Milliseconds since the epoch; it blocks nothing from then on. */
  readonly expiresAt?: number;
  /** People whom it never blocks. */
  readonly exempt?: readonly string[];
}

/** What is known of a deployment and its surroundings when blockers are asked. */
export interface Facts {
  readonly service: string;
  readonly environment: string;
  readonly tier?: string;
  readonly actor: string;
  /** As registered; absent when nobody said. */
  readonly branch?: string;
  readonly commitStatus?: 'success' | 'pending' | 'failure';
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Other deployments that have not ended. */
  readonly live: readonly {
    readonly service: string;
    readonly environment: string;
    readonly tier?: string;
  }[];
  /** Names of blockers that somebody with the right to do so overrides. */
  readonly overridden?: readonly string[];
}

/** Whether a blocker is about a target, whatever its rule says. */
export function concerns({ scope, enabled, expiresAt, exempt }: Blocker, facts: Facts): boolean {
  if (!enabled || (expiresAt !== undefined && expiresAt <= facts.now)) return false;
  if (exempt?.includes(facts.actor)) return false;
  return (
    (!scope.services || scope.services.includes(facts.service)) &&
    (!scope.environments || scope.environments.includes(facts.environment)) &&
    (scope.tier === undefined || scope.tier === facts.tier)
  );
}
