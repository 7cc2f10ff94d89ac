import type { Environment, PlatformEvent } from './environment.js';
import type { EventQuery } from './gateway.js';
import { createEventLog, looksTerminal, type EventLog } from './platform-events.js';
import { createSharedRead } from './shared-read.js';

/** What the watch reads; the gateway fits. */
export interface RegionReader {
  environments(names: readonly string[], signal: AbortSignal): Promise<readonly Environment[]>;
  events(query: EventQuery, signal: AbortSignal): Promise<readonly PlatformEvent[]>;
}

/** One look at an environment. */
export interface Sighting {
  /** Absent when it does not exist or is hidden from these credentials. */
  readonly environment: Environment | undefined;
  /** All since the anchor, oldest first. */
  readonly events: readonly PlatformEvent[];
  /** Those that no earlier look of this follower had. */
  readonly fresh: readonly PlatformEvent[];
}

/**
 * How much of a look must be new. `environment`: all of it. `events`: an environment that is Updating may be some
 * looks old unless an event suggests that it changed. `rest`: the environment; the events only when it is not
 * Ready or does not look as it did when they were read last.
 */
export type Need = 'events' | 'environment' | 'rest';

/** One deployment's view of the watch. */
export interface Following {
  /** Collects events younger than this from now on; the first call counts. */
  since(anchorMs: number): void;
  /** As it is now: read after the call. */
  environment(signal: AbortSignal): Promise<Environment | undefined>;
  /** Never older than the previous look nor than `wrote`; see `Need`. */
  look(need: Need, signal: AbortSignal): Promise<Sighting>;
  /** Date of the newest event of the region, read after the call; 0 when there is none to see. */
  newestMs(signal: AbortSignal): Promise<number>;
  /** Nothing that was read before this call is used any more. */
  wrote(): void;
  stop(): void;
}

/** Serves all deployments of one region with shared calls, so that their number hardly grows with them. */
export interface RegionWatch {
  follow(application: string, environment: string): Following;
}

interface Follower {
  readonly application: string;
  readonly name: string;
  log: EventLog | undefined;
  fresh: PlatformEvent[];
  environment: Environment | undefined;
  /** Positions in the order of all reads, see `position`. */
  notBefore: number;
  consumed: number;
  /** Where the last look of the kind `rest` ended. */
  sampled: number;
  environmentRead: number;
  eventsRead: number;
  /** How the environment looked when its events were read last. */
  eventsTell: string | undefined;
  looksWithoutEnvironment: number;
  wantsEnvironment: boolean;
}

// Longer than the usual wait between two looks, so that deployments in step share every read.
const OLDEST_MS = 15_000;
const MOST_LOOKS_WITHOUT_ENVIRONMENT = 3;

// Deployments that began together reach the same point within some milliseconds; one that is alone waits for nobody.
const GATHER_MS = 50;

/** `now` counts real milliseconds from any start; it only bounds how long a read is shared. */
export function createRegionWatch(
  reader: RegionReader,
  now: () => number = () => performance.now(),
): RegionWatch {
  const followers = new Set<Follower>();
  let position = 0;
  let lookedAt = -Infinity;
  let describedAt = -Infinity;
  const gatherMs = (): number => (followers.size > 1 ? GATHER_MS : 0);

  const describe = createSharedRead(async (signal) => {
    const began = ++position;
    const asked = [...followers];
    const found = await reader.environments([...new Set(asked.map((one) => one.name))], signal);
    for (const follower of asked) {
      follower.environment = found.find((one) => one.name === follower.name);
      follower.environmentRead = began;
      follower.looksWithoutEnvironment = 0;
    }
    describedAt = now();
  }, gatherMs);

  const look = createSharedRead(async (signal) => {
    const began = ++position;
    const asked = [...followers].filter((follower) => follower.log !== undefined);
    const changed = await readEvents(reader, asked, signal);
    for (const follower of asked) {
      follower.eventsRead = began;
      follower.looksWithoutEnvironment++;
    }
    // The environment is read after the events, so that it is never older than what they report.
    if (changed || asked.some(isDue)) await describe(signal);
    for (const follower of asked) follower.eventsTell = looksOf(follower.environment);
    lookedAt = now();
  });

  const newest = createSharedRead(async (signal) => {
    const events = await reader.events({ newest: 1 }, signal);
    return Math.max(0, ...events.map((event) => event.atMs));
  }, gatherMs);

  /** Whether the environment is at rest as it was, so that there is nothing to read of its events. */
  async function isAtRest(follower: Follower, signal: AbortSignal): Promise<boolean> {
    // What another kind of look has just seen is good for one sample, too.
    const after = Math.max(follower.notBefore, follower.sampled);
    if (follower.environmentRead <= after || now() - describedAt > OLDEST_MS) await describe(signal);
    const { environment, eventsTell } = follower;
    return environment?.status === 'Ready' && eventsTell === looksOf(environment);
  }

  function isAnswered(follower: Follower, need: Need): boolean {
    if (now() - lookedAt > OLDEST_MS) return false;
    const after = Math.max(follower.notBefore, follower.consumed);
    const environmentAfter = need === 'events' ? follower.notBefore : after;
    return follower.eventsRead > after && follower.environmentRead > environmentAfter;
  }

  return {
    follow(application, name) {
      const follower = createFollower(application, name);
      followers.add(follower);
      return {
        since(anchorMs) {
          follower.log ??= createEventLog(name, anchorMs);
        },
        async environment(signal) {
          await describe(signal);
          return follower.environment;
        },
        async look(need, signal) {
          const isEnough =
            isAnswered(follower, need) || (need === 'rest' && (await isAtRest(follower, signal)));
          if (!isEnough) {
            follower.wantsEnvironment = need !== 'events' || follower.environmentRead <= follower.notBefore;
            await look(signal).finally(() => (follower.wantsEnvironment = false));
          }
          follower.consumed = position;
          if (need === 'rest') follower.sampled = position;
          const fresh = follower.fresh.splice(0);
          return { environment: follower.environment, events: follower.log?.all() ?? [], fresh };
        },
        newestMs: newest,
        wrote() {
          follower.notBefore = ++position;
        },
        stop() {
          followers.delete(follower);
        },
      };
    },
  };
}

/** All that changes when something happens to an environment. */
function looksOf(environment: Environment | undefined): string {
  const { id, status, label, color, healthStatus, updatedAtMs } = environment ?? {};
  return [id, status, label, color, healthStatus, updatedAtMs].join('|');
}

/** An environment that is being updated is read at every fourth look, any other at each. */
function isDue(follower: Follower): boolean {
  return (
    follower.wantsEnvironment ||
    follower.environment?.status !== 'Updating' ||
    follower.looksWithoutEnvironment > MOST_LOOKS_WITHOUT_ENVIRONMENT
  );
}

function createFollower(application: string, name: string): Follower {
  return {
    application,
    name,
    log: undefined,
    fresh: [],
    environment: undefined,
    notBefore: 0,
    consumed: 0,
    sampled: 0,
    environmentRead: 0,
    eventsRead: 0,
    eventsTell: undefined,
    looksWithoutEnvironment: 0,
    wantsEnvironment: false,
  };
}

/** Whether something was read that suggests a change of an environment. */
async function readEvents(
  reader: RegionReader,
  followers: readonly Follower[],
  signal: AbortSignal,
): Promise<boolean> {
  if (followers.length === 0) return false;
  const sinceMs = Math.min(...followers.map((follower) => follower.log?.readFromMs() ?? Infinity));
  const events = await reader.events({ sinceMs, ...scopeOf(followers) }, signal);
  const newestMs = Math.max(0, ...events.map((event) => event.atMs));
  let changed = false;
  for (const follower of followers) {
    const added = follower.log?.add(events) ?? [];
    follower.log?.reached(newestMs);
    follower.fresh.push(...added);
    changed ||= added.some(looksTerminal);
  }
  return changed;
}

/** The narrowest filter that still covers all of them. */
function scopeOf(followers: readonly Follower[]): Pick<EventQuery, 'application' | 'environment'> {
  const applications = new Set(followers.map((follower) => follower.application));
  const environments = new Set(followers.map((follower) => follower.name));
  const [application] = applications;
  const [environment] = environments;
  if (environments.size === 1 && environment !== undefined) return { environment };
  return applications.size === 1 && application !== undefined ? { application } : {};
}
