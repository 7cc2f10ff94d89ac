import type { KubeObject } from '../object.js';
import type { EventView } from './event-view.js';
import { createFeed, type Feed, type FeedDeps } from './feed.js';
import type { Listener } from './listener.js';
import type { PodView } from './pod-view.js';
import { eventReading, objectReading, podReading } from './reading.js';
import type { Source } from './source.js';

/** All feeds of one cluster, each opened once however many want it. */
export interface FeedSet {
  acquire(source: Source, listener: Listener): void;
  release(source: Source, listener: Listener): void;
  pods(path: string): Feed<PodView> | undefined;
  objects(path: string): Feed<KubeObject> | undefined;
  /** Of all event feeds of a path, whatever they select. */
  events(path: string, uid: string): readonly EventView[];
  trouble(sources: readonly Source[]): string | undefined;
  /** The longest of those that are broken. */
  staleMs(sources: readonly Source[]): number | undefined;
  all(): readonly Feed<unknown>[];
  close(): void;
}

type Deps = Omit<FeedDeps, 'changed'> & {
  changed(uids: readonly string[]): void;
};

interface Held {
  readonly feed: Feed<unknown>;
  readonly listeners: Map<Listener, number>;
  ending: NodeJS.Timeout | undefined;
}

export function createFeedSet(deps: Deps): FeedSet {
  const held = new Map<string, Held>();
  const pods = new Map<string, Feed<PodView>>();
  const objects = new Map<string, Feed<KubeObject>>();
  const events = new Map<string, Feed<EventView>>();
  let isClosed = false;

  function open(source: Source): Held {
    const listeners = new Map<Listener, number>();
    const changed: FeedDeps['changed'] = (_, uids) => {
      if (uids === 'all') for (const listener of listeners.keys()) listener.touched();
      else deps.changed(uids);
    };
    return { feed: start(source, { ...deps, changed }), listeners, ending: undefined };
  }

  function start(source: Source, feedDeps: FeedDeps): Feed<unknown> {
    switch (source.keeps) {
      case 'pods':
        return kept(pods, createFeed(source, podReading, feedDeps));
      case 'events':
        return kept(events, createFeed(source, eventReading, feedDeps));
      case 'objects':
        return kept(objects, createFeed(source, objectReading, feedDeps));
    }
  }

  function kept<T>(feeds: Map<string, Feed<T>>, feed: Feed<T>): Feed<T> {
    feeds.set(keyOf(feed.source), feed);
    return feed;
  }

  function end(key: string): void {
    held.get(key)?.feed.close();
    for (const feeds of [held, pods, objects, events]) feeds.delete(key);
  }

  return {
    acquire(source, listener) {
      if (isClosed) throw new Error('The watch hub is closed');
      const key = keyOf(source);
      const one = held.get(key) ?? open(source);
      held.set(key, one);
      clearTimeout(one.ending);
      one.listeners.set(listener, (one.listeners.get(listener) ?? 0) + 1);
    },
    release(source, listener) {
      const key = keyOf(source);
      const one = held.get(key);
      if (!one) return;
      const left = (one.listeners.get(listener) ?? 0) - 1;
      if (left > 0) one.listeners.set(listener, left);
      else one.listeners.delete(listener);
      if (one.listeners.size > 0) return;
      clearTimeout(one.ending);
      one.ending = setTimeout(() => end(key), deps.times.linger);
      // A process that is done otherwise should not stay for a warm watch.
      one.ending.unref();
    },
    pods: (path) => pods.get(path),
    objects: (path) => objects.get(path),
    events(path, uid) {
      const found: EventView[] = [];
      for (const { source, contents } of events.values()) {
        if (source.path === path) found.push(...contents.group(uid));
      }
      return found;
    },
    trouble(sources) {
      for (const source of sources) {
        const text = source.optional === true ? undefined : held.get(keyOf(source))?.feed.trouble();
        if (text !== undefined) return text;
      }
      return undefined;
    },
    staleMs(sources) {
      const stale = sources
        .filter(({ optional }) => optional !== true)
        .map((source) => held.get(keyOf(source))?.feed.staleMs())
        .filter((ms) => ms !== undefined);
      return stale.length === 0 ? undefined : Math.max(...stale);
    },
    all: () => [...held.values()].map(({ feed }) => feed),
    close() {
      isClosed = true;
      for (const { ending } of held.values()) clearTimeout(ending);
      for (const key of held.keys()) end(key);
    },
  };
}

function keyOf({ path, select }: Source): string {
  return select === undefined ? path : `${path}?${select}`;
}
