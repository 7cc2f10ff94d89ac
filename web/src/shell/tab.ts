import { useEffect } from 'react';
import { lookOf, type Tone } from '../elements/state.js';

const COLOURS: Readonly<Record<Tone, string>> = {
  good: '#16a34a',
  busy: '#2563eb',
  wait: '#71717a',
  warn: '#d97706',
  bad: '#dc2626',
  calm: '#71717a',
};

/** Names the tab; with a state its sign and its colour go before, so that a tab in the background tells how it is. */
export function useTab(title: string, state?: string): void {
  useEffect(() => {
    const look = state === undefined ? undefined : lookOf(state);
    document.title = `${look ? `${look.sign} ` : ''}${title} · Beanpod`;
    const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
    if (icon) icon.href = iconOf(look ? COLOURS[look.tone] : '#3f8f6b');
  }, [title, state]);
}

function iconOf(colour: string): string {
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><g transform="rotate(-38 12 12)"><rect x="0" y="6.5" width="24" height="11" rx="5.5" fill="${colour}"/><g fill="#fff"><circle cx="5.6" cy="12" r="2.6"/><circle cx="12" cy="12" r="2.6"/><circle cx="18.4" cy="12" r="2.6"/></g></g></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(drawing)}`;
}
