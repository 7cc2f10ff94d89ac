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

/** Keeps a choice on this device and shows it at once. */
export function chooseTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme);
  applyTheme(theme);
  for (const watcher of watchers) watcher();
}

/** The one that comes after a theme when somebody goes through them. */
export function themeAfter(theme: Theme): Theme {
  return THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
}

/** Calls back when this document, or another one of this device, chooses; answers how to stop. */
export function watchTheme(watcher: () => void): () => void {
  watchers.add(watcher);
  addEventListener('storage', watcher);
  return () => {
    watchers.delete(watcher);
    removeEventListener('storage', watcher);
  };
}
