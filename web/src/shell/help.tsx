import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { Button } from '../elements/button.jsx';
import { Dialog } from '../elements/dialog.jsx';

const KEYS: readonly (readonly [string, string])[] = [
  ['Ctrl K', 'Go anywhere, or deploy'],
  ['/', 'Put the cursor into the filter or the search of the screen'],
  ['j k', 'Next and previous row'],
  ['Enter', 'Open the row'],
  ['g b', 'Board'],
  ['g d', 'Deployments'],
  ['g s', 'Services'],
  ['g q', 'Queue and workers'],
  ['g n', 'New deployment'],
  ['?', 'This list'],
  ['Esc', 'Close, or leave the field'],
];

const PLACES: Readonly<Record<string, string>> = {
  b: '/',
  d: '/deployments',
  s: '/services',
  q: '/queue',
  n: '/new',
};

/** The keys of the page, and what listens for them. Keys are left alone while something is typed. */
export function Help() {
  const [open, setOpen] = useState(false);
  const [, go] = useLocation();
  useEffect(() => {
    let before = '';
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const { key } = event;
      const place = before === 'g' ? PLACES[key] : undefined;
      before = key;
      if (place !== undefined) go(place);
      else if (key === '?') setOpen(true);
      else if (key === '/') focusFilter(event);
      else if (key === 'j' || key === 'k') moveRow(key === 'j' ? 1 : -1);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [go]);
  return (
    <>
      <Button look="quiet" onClick={() => setOpen(true)} label="Keys of the page">
        ?
      </Button>
      {open && (
        <Dialog title="Keys" onClose={() => setOpen(false)}>
          <dl className="keys">
            {KEYS.map(([key, what]) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
        </Dialog>
      )}
    </>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select');
}

function focusFilter(event: KeyboardEvent): void {
  const field = document.querySelector<HTMLInputElement>('[data-filter]');
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
}

/** Rows are reached by their first link. */
function moveRow(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.findIndex((row) => row === document.activeElement);
  rows[Math.min(Math.max(at + by, 0), rows.length - 1)]?.focus();
}
