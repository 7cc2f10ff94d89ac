import type { Seen, WatchedView } from './cluster-view.js';
import { namespacedPath } from './object-path.js';
import type { FeedSet } from './feed-set.js';
import type { Listener } from './listener.js';
import type { Source } from './source.js';

/** One deployment's part of the watches. Stop it, or its watches stay open. */
export interface Follower {
  /** Says what must be watched from now on; what no follower wants any more is closed after a while. */
  want(sources: readonly Source[]): void;
  /** The present contents. Changes from here on count as new, so judge what it shows before waiting. */
  look(): WatchedView;
  /** The uids whose changes, or whose dependents' and events' changes, end a wait. */
  heed(uids: readonly string[]): void;
  /** Resolves when something heeded has changed since the last look, or when the signal aborts. Never rejects. */
  changed(signal: AbortSignal): Promise<void>;
  stop(): void;
}

export interface FollowerDeps {
  readonly feeds: FeedSet;
  readonly batchMs: number;
  heed(listener: Listener, uids: readonly string[]): void;
  forget(listener: Listener): void;
}

export function createFollower({ feeds, batchMs, heed, forget }: FollowerDeps): Follower {
  let sources: readonly Source[] = [];
  let waiters: (() => void)[] = [];
  let isDirty = false;
  let wokenAt = -Infinity;
  let timer: NodeJS.Timeout | undefined;

  function wake(): void {
    timer = undefined;
    wokenAt = performance.now();
    const woken = waiters;
    waiters = [];
    for (const resolve of woken) resolve();
  }

  function schedule(): void {
    if (waiters.length === 0 || !isDirty) return;
    timer ??= setTimeout(wake, Math.max(0, batchMs - (performance.now() - wokenAt)));
  }

  const listener: Listener = {
    touched() {
      isDirty = true;
      schedule();
    },
  };

  return {
    want(wanted) {
      for (const source of wanted) feeds.acquire(source, listener);
      for (const source of sources) feeds.release(source, listener);
      sources = wanted;
    },
    look() {
      isDirty = false;
      return viewOf(feeds, sources);
    },
    heed: (uids) => heed(listener, uids),
    changed(signal) {
      return new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const finish = (): void => {
          signal.removeEventListener('abort', finish);
          waiters = waiters.filter((waiter) => waiter !== finish);
          resolve();
        };
        signal.addEventListener('abort', finish, { once: true });
        waiters.push(finish);
        schedule();
      });
    },
    stop() {
      for (const source of sources) feeds.release(source, listener);
      sources = [];
      forget(listener);
      clearTimeout(timer);
      wake();
    },
  };
}

function viewOf(feeds: FeedSet, sources: readonly Source[]): WatchedView {
  const podsOf = (namespace: string) => feeds.pods(namespacedPath('v1', namespace, 'pods'));
  return {
    trouble: () => feeds.trouble(sources),
    staleMs: () => feeds.staleMs(sources),
    objects: (collection) => feeds.objects(collection)?.contents.all() ?? [],
    isSeen: (collection) => feeds.objects(collection)?.version !== undefined,
    object(collection, name): Seen {
      const feed = feeds.objects(collection);
      const object = feed?.contents.get(name);
      if (object) return { said: 'found', object };
      return feed?.version === undefined ? { said: 'unseen' } : { said: 'absent', version: feed.version };
    },
    owned: (collection, uid) => feeds.objects(collection)?.contents.group(uid) ?? [],
    pods: (namespace, uid) => podsOf(namespace)?.contents.group(uid) ?? [],
    pod: (namespace, name) => podsOf(namespace)?.contents.get(name),
    allPods: (namespace) => podsOf(namespace)?.contents.all() ?? [],
    events: (namespace, uid) => feeds.events(namespacedPath('v1', namespace, 'events'), uid),
  };
}
