import type { Redis } from 'ioredis';
import { canonicalJson } from '../canonical-json.js';
import type { Blocker } from '../contract/blocker.js';
import type { Environment, Service, Target } from '../contract/configuration.js';
import type { Hook } from '../contract/hook.js';
import type { Subscription } from '../contract/subscription.js';
import { targetName } from '../domain/ids.js';
import { expectation, type Expected } from './fingerprint.js';
import { keysOf } from './keys.js';
import { pairs } from './records.js';
import { script } from './scripts.js';
import { CONFIGURATION, CONFIGURE, UNCONFIGURE } from './scripts/configure.js';

/** Everything that is configured, as of one revision. Target keys are `service/environment`. */
export interface Snapshot {
  readonly revision: string;
  readonly services: ReadonlyMap<string, Service>;
  readonly environments: ReadonlyMap<string, Environment>;
  readonly targets: ReadonlyMap<string, Target>;
  readonly blockers: ReadonlyMap<string, Blocker>;
  readonly hooks: ReadonlyMap<string, Hook>;
  readonly subscriptions: ReadonlyMap<string, Subscription>;
}

/**
 * What became of a write. `moved`: something else than expected is `stored`, by its fingerprint; `same`: nothing was written; `missing`: the service or environment of a target is not there. */
export type Configured =
  | { readonly said: 'created' | 'changed' | 'same' }
  | { readonly said: 'missing'; readonly kind: 'service' | 'environment' }
  | Moved;

interface Moved {
  readonly said: 'moved';
  readonly stored?: string;
}

/** What became of a removal. `used` names the target or the deployment that still needs it. */
export type Removed =
  { readonly said: 'removed' | 'gone' } | { readonly said: 'used'; readonly by: string } | Moved;

const KINDS = ['service', 'environment', 'target', 'blocker', 'hook', 'subscription'] as const;
type Kind = (typeof KINDS)[number];

/** Milliseconds between two looks at the revision. */
const LOOK_MS = 1_000;

const configure = script<string[]>(CONFIGURE);
const unconfigure = script<string[]>(UNCONFIGURE);
const readAll = script<[string, ...string[][]]>(CONFIGURATION);

/**
 * Services, environments, targets and blockers. Reads come from a copy in this process that is at most about a second old;
 * what must not be judged by an old copy carries its revision and is refused by the store when that has passed.
 */
export function createConfiguration(redis: Redis, namespace: string) {
  const keys = keysOf(namespace);
  let snapshot: Snapshot = {
    revision: '',
    services: new Map(),
    environments: new Map(),
    targets: new Map(),
    blockers: new Map(),
    hooks: new Map(),
    subscriptions: new Map(),
  };
  let loading: Promise<Snapshot> | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function load(): Promise<Snapshot> {
    const [
      revision,
      services = [],
      environments = [],
      targets = [],
      blockers = [],
      hooks = [],
      subscriptions = [],
    ] = await readAll(redis, keys.root, KINDS);
    snapshot = {
      revision,
      services: parse<Service>(services),
      environments: parse<Environment>(environments),
      targets: parse<Target>(targets),
      blockers: parse<Blocker>(blockers),
      hooks: parse<Hook>(hooks),
      subscriptions: parse<Subscription>(subscriptions),
    };
    return snapshot;
  }

  /** Loads again unless the copy is current. A load that is under way when it is called may have begun too early, so it is not shared. */
  async function refresh(): Promise<Snapshot> {
    const revision = (await redis.hget(keys.configuration, 'revision')) ?? '0';
    if (revision === snapshot.revision) return snapshot;
    loading ??= load().finally(() => (loading = undefined));
    const loaded = await loading;
    return Number(loaded.revision) < Number(revision) ? load() : loaded;
  }

  async function put(
    kind: Kind,
    name: string,
    value: unknown,
    needs: readonly string[],
    expected: Expected | undefined,
  ): Promise<Configured> {
    const [said, about] = await configure(redis, keys.root, [
      kind,
      name,
      canonicalJson(value),
      expectation(expected),
      ...needs,
    ]);
    if (said === 'moved') return { said, ...(about && { stored: about }) };
    if (said === 'missing') return { said, kind: about as 'service' | 'environment' };
    if (said !== 'same') await refresh();
    return { said: said as 'created' | 'changed' | 'same' };
  }

  async function remove(kind: Kind, name: string, expected: Expected | undefined): Promise<Removed> {
    const [said, by = ''] = await unconfigure(redis, keys.root, [kind, name, expectation(expected)]);
    if (said === 'moved') return { said, ...(by && { stored: by }) };
    if (said === 'used') return { said, by };
    await refresh();
    return { said: said as 'removed' | 'gone' };
  }

  return {
    // Writes with `expected` are made only if that is what is stored.
    /** The copy of this process; empty with the revision '' until the first `refresh`. */
    current: (): Snapshot => snapshot,
    refresh,

    putService: (name: string, value: Service, expected?: Expected) =>
      put('service', name, value, [], expected),
    putEnvironment: (name: string, value: Environment, expected?: Expected) =>
      put('environment', name, value, [], expected),
    putTarget: (service: string, environment: string, value: Target, expected?: Expected) =>
      put(
        'target',
        targetName(service, environment),
        value,
        ['service', service, 'environment', environment],
        expected,
      ),

    putSubscription: (name: string, value: Subscription, expected?: Expected) =>
      put('subscription', name, value, [], expected),
    putHook: (name: string, value: Hook, expected?: Expected) => put('hook', name, value, [], expected),
    putBlocker: (name: string, value: Blocker, expected?: Expected) =>
      put('blocker', name, value, [], expected),

    removeService: (name: string, expected?: Expected) => remove('service', name, expected),
    removeEnvironment: (name: string, expected?: Expected) => remove('environment', name, expected),
    removeTarget: (service: string, environment: string, expected?: Expected) =>
      remove('target', targetName(service, environment), expected),
    removeSubscription: (name: string, expected?: Expected) => remove('subscription', name, expected),
    removeHook: (name: string, expected?: Expected) => remove('hook', name, expected),
    removeBlocker: (name: string, expected?: Expected) => remove('blocker', name, expected),

    /** Looks at the revision once a second from now on, until `close`. */
    follow(): void {
      timer ??= setInterval(() => void refresh().catch(keepTheOldCopy), LOOK_MS);
      timer.unref();
    },
    close(): void {
      clearInterval(timer);
    },
  };
}

export type Configuration = ReturnType<typeof createConfiguration>;

function parse<T>(flat: readonly string[]): ReadonlyMap<string, T> {
  const sorted = Object.entries(pairs(flat)).sort(([one], [other]) => (one < other ? -1 : 1));
  return new Map(sorted.map(([name, json]) => [name, JSON.parse(json) as T]));
}

/** Redis is away: the copy serves reads meanwhile, and nothing is accepted by it. */
function keepTheOldCopy(error: unknown): void {
  void error;
}
