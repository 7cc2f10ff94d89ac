import { useSyncExternalStore } from 'react';
import { chooseTheme, readTheme, themeAfter, watchTheme, type Theme } from './theme.js';

/** The chosen theme and how to go on to the next one. */
export function useTheme(): { readonly theme: Theme; readonly next: Theme; readonly turn: () => void } {
  const theme = useSyncExternalStore(watchTheme, readTheme);
  const next = themeAfter(theme);
  return { theme, next, turn: () => chooseTheme(next) };
}
