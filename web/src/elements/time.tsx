import { useSyncExternalStore } from 'react';
import { spellAgo, spellSpan } from './spell-time.js';

const ticking = createClock();

/** The time, once a second, shared by everything on the page that shows it. */
export function useNow(): number {
  return useSyncExternalStore(ticking.subscribe, ticking.now);
}

/** How long ago; the exact time in UTC and of this place in its title. */
export function Ago({ at }: { readonly at: string }) {
  const ms = Date.parse(at);
  return (
    <time dateTime={at} title={`${at}\n${new Date(ms).toLocaleString()}`}>
      {spellAgo(ms, useNow())}
    </time>
  );
}

/** How long it took, or has taken until now. */
export function Span({ from, to }: { readonly from: string; readonly to?: string | undefined }) {
  return to === undefined ? <Ticking from={from} /> : <Fixed from={from} to={to} />;
}

function Ticking({ from }: { readonly from: string }) {
  return (
    <span className="digits">{spellSpan(Math.floor((useNow() - Date.parse(from)) / 1000) * 1000 || 0)}</span>
  );
}

function Fixed({ from, to }: { readonly from: string; readonly to: string }) {
  return <span className="digits">{spellSpan(Date.parse(to) - Date.parse(from))}</span>;
}

function createClock() {
  const watchers = new Set<() => void>();
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    now: () => now,
    subscribe(watcher: () => void): () => void {
      watchers.add(watcher);
      timer ??= setInterval(() => {
        now = Date.now();
        for (const each of watchers) each();
      }, 1_000);
      return () => {
        watchers.delete(watcher);
        if (watchers.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
}
