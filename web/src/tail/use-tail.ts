import { useEffect, useState, useSyncExternalStore } from 'react';
import type { DroppedLines, TailLine, TailNotice } from '../../../src/shared/contract/live-tail.js';
import { readEvents, type Connection, type EventReader } from '../api/read-events.js';
import { createTailLines, type TailLines, type TailState } from './tail-lines.js';

/** A tail that is shown: its rows, how they are steered, and how the connection is. */
interface Tail {
  readonly lines: TailLines;
  readonly state: TailState;
  readonly connection: Connection;
}

/** Follows the logs at a path for as long as it is shown. Another path begins anew. */
export function useTail(path: string): Tail {
  const [connection, setConnection] = useState<Connection>({ name: 'connecting' });
  const [store] = useState(createStore);
  const lines = useSyncExternalStore(store.subscribe, store.lines);
  const state = useSyncExternalStore(store.subscribe, store.state);
  useEffect(() => {
    const leaving = new AbortController();
    const begun = store.begin();
    setConnection({ name: 'connecting' });
    const told: EventReader['told'] = (now) => {
      if (!leaving.signal.aborted) setConnection(now);
    };
    const heard: EventReader['heard'] = ({ event, data }) => {
      if (event === 'lines') begun.take((JSON.parse(data) as { lines: TailLine[] }).lines);
      else if (event === 'dropped') begun.drop(JSON.parse(data) as DroppedLines);
      else if (event === 'notice') begun.notice(JSON.parse(data) as TailNotice);
    };
    void readEvents(path, { told, heard }, leaving.signal);
    return () => {
      leaving.abort();
      begun.stop();
    };
  }, [path, store]);
  return { lines, state, connection };
}

/** The rows of the path that is followed now. */
function createStore() {
  const watchers = new Set<() => void>();
  const tell = () => {
    for (const watcher of watchers) watcher();
  };
  let lines = createTailLines(tell);
  return {
    lines: () => lines,
    state: () => lines.state(),
    begin(): TailLines {
      lines = createTailLines(tell);
      tell();
      return lines;
    },
    subscribe(watcher: () => void): () => void {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
}
