import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useState, type KeyboardEvent } from 'react';
import { useLocation } from 'wouter';
import { servicesQuery, targetsQuery } from '../api/queries.js';
import { Button } from '../elements/button.jsx';
import { Dialog } from '../elements/dialog.jsx';
import { destinationsOf, findDestinations, type Destination } from './destinations.js';

/** Ctrl-K, or ⌘-K: go anywhere, or begin a deployment, by typing parts of names. */
export function Palette() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setOpen(true);
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, []);
  return (
    <>
      <Button look="quiet" icon="search" onClick={() => setOpen(true)} label="Go to … (Ctrl-K)">
        {''}
      </Button>
      {open && (
        <Dialog title="Go to" onClose={() => setOpen(false)}>
          <Finder onDone={() => setOpen(false)} />
        </Dialog>
      )}
    </>
  );
}

function Finder({ onDone }: { readonly onDone: () => void }) {
  const { data: services = [] } = useQuery(servicesQuery);
  const { data: targets = [] } = useQuery(targetsQuery);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const [, go] = useLocation();
  const list = useId();
  const found = findDestinations(destinationsOf(services, targets), text);
  const take = (destination: Destination | undefined) => {
    if (!destination) return;
    go(destination.href);
    onDone();
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter') take(found[at]);
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    setAt(Math.min(Math.max(at + by, 0), found.length - 1));
  };
  return (
    <>
      <input
        autoFocus
        value={text}
        role="combobox"
        aria-label="Go to"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={found[at] && `${list}-${at}`}
        placeholder="Service, environment, screen, or deploy …"
        spellCheck={false}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={press}
      />
      <ul id={list} role="listbox" aria-label="Places" className="destinations">
        {found.map((destination, index) => (
          // The keyboard works on the field, which tells screen readers what is chosen.
          <li
            key={destination.href}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === at}
            onMouseMove={() => setAt(index)}
            onClick={() => take(destination)}
          >
            {destination.name}
          </li>
        ))}
        {found.length === 0 && <li className="faint">Nothing fits</li>}
      </ul>
    </>
  );
}
