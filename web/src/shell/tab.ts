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
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M2 9C6 3 18 3 22 9 21 17 16 21 12 21S3 17 2 9Z" fill="${colour}"/><g fill="#fff"><circle cx="7.200" cy="11" r="2.200"/><circle cx="12" cy="12.800" r="2.500"/><circle cx="16.800" cy="11" r="2.200"/></g></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(drawing)}`;
}
