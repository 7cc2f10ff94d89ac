import type { Redis } from 'ioredis';
import { keysOf } from './keys.js';

/** Why the bell of a deployment rang. */
export type Ring = 'state' | 'lines' | 'cancel';

type Listener = (ring: Ring) => void;

/** Is told the id of a deployment that changed; undefined when changes may have been missed. */
type Watcher = (id: string | undefined) => void;

/**
 * Tells listeners of this process that a deployment moved. Rings may get lost with the connection, so a listener
 * looks again by itself from time to time; the store is the truth.
 */
export function createBell(subscriber: Redis, namespace: string) {
  const keys = keysOf(namespace);
  const listeners = new Map<string, Set<Listener>>();
  const watchers = new Set<Watcher>();
  const operationWatchers = new Set<Watcher>();
  subscriber.on('message', (channel: string, ring: string) => {
    if (channel === keys.bells) for (const watcher of watchers) watcher(ring);
    if (channel === keys.operationBells) for (const watcher of operationWatchers) watcher(ring);
    for (const listener of listeners.get(channel) ?? []) listener(ring as Ring);
  });
  // After a reconnection rings may have been missed: let everybody look.
  subscriber.on('ready', () => {
    for (const each of listeners.values()) for (const listener of each) listener('state');
    for (const watcher of [...watchers, ...operationWatchers]) watcher(undefined);
  });

  function watch(channel: string, set: Set<Watcher>, watcher: Watcher): () => void {
    if (set.size === 0) subscriber.subscribe(channel).catch(ignoreUntilReconnected);
    set.add(watcher);
    return () => {
      set.delete(watcher);
      if (set.size === 0) subscriber.unsubscribe(channel).catch(ignoreUntilReconnected);
    };
  }

  function on(id: string, listener: Listener): () => void {
    const channel = keys.bell(id);
    const known = listeners.get(channel);
    if (known) known.add(listener);
    else {
      listeners.set(channel, new Set([listener]));
      subscriber.subscribe(channel).catch(ignoreUntilReconnected);
    }
    return () => {
      const set = listeners.get(channel);
      set?.delete(listener);
      if (set?.size !== 0) return;
      listeners.delete(channel);
      subscriber.unsubscribe(channel).catch(ignoreUntilReconnected);
    };
  }

  return {
    on,
    /** Tells of every deployment that changes; new lines of a journal alone are no change. Answers how to stop. */
    onEvery: (watcher: Watcher) => watch(keys.bells, watchers, watcher),
    /** Tells of every operation that changes. Answers how to stop. */
    onEveryOperation: (watcher: Watcher) => watch(keys.operationBells, operationWatchers, watcher),
    /** Resolves at the next ring of the given kinds, or after `ms`, or when the signal aborts; never rejects. */
    next(id: string, ms: number, signal?: AbortSignal, kinds?: readonly Ring[]): Promise<void> {
      return new Promise((resolve) => {
        const finish = () => {
          off();
          clearTimeout(timer);
          signal?.removeEventListener('abort', finish);
          resolve();
        };
        const off = on(id, (ring) => {
          if (!kinds || kinds.includes(ring)) finish();
        });
        const timer = setTimeout(finish, ms);
        if (signal?.aborted) finish();
        else signal?.addEventListener('abort', finish);
      });
    },
  };
}

export type Bell = ReturnType<typeof createBell>;

/** ioredis subscribes again after a reconnection, and every listener also looks by itself. */
function ignoreUntilReconnected(error: unknown): void {
  void error;
}
