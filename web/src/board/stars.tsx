import { useSyncExternalStore } from 'react';
import { Icon } from '../elements/icon.jsx';

const KEY = 'beanpod.stars';
const watchers = new Set<() => void>();
let kept = read();

/** Services that the user put first, on this device. */
export function useStars(): ReadonlySet<string> {
  return useSyncExternalStore(subscribe, () => kept);
}

/** Puts a service first, or back into its place. */
export function Star({ name }: { readonly name: string }) {
  const stars = useStars();
  const isSet = stars.has(name);
  return (
    <button
      type="button"
      className={`star ${isSet ? 'is-set' : ''}`}
      aria-pressed={isSet}
      aria-label={`Put ${name} first`}
      onClick={() => turn(name)}
    >
      <Icon name="star" />
    </button>
  );
}

function turn(name: string): void {
  const next = new Set(kept);
  if (!next.delete(name)) next.add(name);
  kept = next;
  localStorage.setItem(KEY, JSON.stringify([...next]));
  for (const watcher of watchers) watcher();
}

function read(): ReadonlySet<string> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return new Set(Array.isArray(found) ? found.map(String) : []);
  } catch {
    return new Set();
  }
}

function subscribe(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}
