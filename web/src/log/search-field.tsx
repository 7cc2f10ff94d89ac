import { Button } from '../elements/button.jsx';
import { Icon } from '../elements/icon.jsx';
import type { Found } from './log-search.js';

export interface SearchFieldProps {
  readonly term: string;
  readonly onTerm: (term: string) => void;
  readonly found: Found;
  /** Which of the found lines is shown; counts from 0. */
  readonly at: number;
  readonly onStep: (by: 1 | -1) => void;
}

/** Finds a text in the whole log: Enter goes on, Shift-Enter back. */
export function SearchField({ term, onTerm, found, at, onStep }: SearchFieldProps) {
  return (
    <span className="search" role="search">
      <Icon name="search" />
      <input
        data-filter
        value={term}
        placeholder="Search the log"
        aria-label="Search the log"
        spellCheck={false}
        onChange={(event) => onTerm(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1);
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
      {term !== '' && (
        <>
          <span className="search-count" role="status">
            {sayFound(found, at)}
          </span>
          <Button look="quiet" icon="up" label="Previous match" onClick={() => onStep(-1)}>
            {''}
          </Button>
          <Button look="quiet" icon="down" label="Next match" onClick={() => onStep(1)}>
            {''}
          </Button>
        </>
      )}
    </span>
  );
}

function sayFound({ lines, searched, busy, error }: Found, at: number): string {
  if (error !== undefined) return 'search failed';
  const count = lines.length.toLocaleString('en');
  if (busy) return `${count} in ${searched.toLocaleString('en')} lines …`;
  return lines.length === 0 ? 'not found' : `${at + 1} of ${count}`;
}
