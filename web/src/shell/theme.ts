import { useSyncExternalStore } from 'react';

/** `auto` follows the system. */
export type Theme = 'auto' | 'light' | 'dark';

const KEY = 'beanpod.theme';
const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];
const watchers = new Set<() => void>();

/** The theme that the user chose on this device. */
export function readTheme(): Theme {
  const kept = localStorage.getItem(KEY);
  return THEMES.find((theme) => theme === kept) ?? 'auto';
}

/** Shows the page in the theme; without one in that of the system. */
export function applyTheme(theme: Theme): void {
  if (theme === 'auto') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

/** The chosen theme and how to go on to the next one. */
export function useTheme(): { readonly theme: Theme; readonly next: Theme; readonly turn: () => void } {
  const theme = useSyncExternalStore(subscribe, readTheme);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
  return {
    theme,
    next,
    turn() {
      localStorage.setItem(KEY, next);
      applyTheme(next);
      for (const watcher of watchers) watcher();
    },
  };
}

function subscribe(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}
