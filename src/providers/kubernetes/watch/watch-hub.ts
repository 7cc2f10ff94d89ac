import type { KubeTransport } from '../transport.js';
import { createFeedSet } from './feed-set.js';
import type { Feed } from './feed.js';
import { createFollower, type Follower } from './follower.js';
import type { Listener } from './listener.js';
import { WATCH_TIMES, type WatchTimes } from './watch-times.js';

/** The watches of one cluster, shared by every deployment that a process carries. Close it, or they stay open. */
export interface WatchHub {
  follow(): Follower;
  /** How each watch is, for metrics and for people. */
  state(): readonly FeedState[];
  close(): void;
}

/** How one watch is. */
export interface FeedState {
  readonly path: string;
  readonly mode: Feed<unknown>['mode'];
  readonly entries: number;
  /** Milliseconds since the server last said anything; undefined before it did. */
  readonly silentMs: number | undefined;
  readonly trouble: string | undefined;
}

export interface HubDeps {
  readonly transport: KubeTransport;
  readonly times?: Partial<WatchTimes>;
  /** Real milliseconds from any start. */
  readonly now?: () => number;
  /** Between 0 and 1, for spreading reconnections. */
  readonly random?: () => number;
}

/** Opens nothing before a follower wants something. */
export function createWatchHub(deps: HubDeps): WatchHub {
  const { transport, now = () => performance.now(), random = Math.random } = deps;
  const times = { ...WATCH_TIMES, ...deps.times };
  const heeding = new Map<string, Set<Listener>>();
  const heeded = new Map<Listener, readonly string[]>();

  const feeds = createFeedSet({
    transport,
    times,
    now,
    random,
    changed(uids) {
      for (const uid of uids) for (const listener of heeding.get(uid) ?? []) listener.touched();
    },
  });

  function forget(listener: Listener): void {
    for (const uid of heeded.get(listener) ?? []) {
      const set = heeding.get(uid);
      set?.delete(listener);
      if (set?.size === 0) heeding.delete(uid);
    }
    heeded.delete(listener);
  }

  function heed(listener: Listener, uids: readonly string[]): void {
    const before = heeded.get(listener) ?? [];
    // Most looks at thousands of pods find the same ones again.
    if (before.length === uids.length && before.every((uid, index) => uid === uids[index])) return;
    forget(listener);
    heeded.set(listener, uids);
    for (const uid of uids) heeding.set(uid, (heeding.get(uid) ?? new Set()).add(listener));
  }

  return {
    follow: () => createFollower({ feeds, batchMs: times.batch, heed, forget }),
    state: () => feeds.all().map((feed) => stateOf(feed, now())),
    close: () => feeds.close(),
  };
}

function stateOf(feed: Feed<unknown>, now: number): FeedState {
  const { source, mode, contents, freshAt } = feed;
  return {
    path: source.path,
    mode,
    entries: contents.size,
    silentMs: freshAt === undefined ? undefined : now - freshAt,
    trouble: feed.trouble(),
  };
}
