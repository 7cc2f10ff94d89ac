import { useId, useState, type ReactNode } from 'react';

/** One of the columns: a title with its number, a filter, and what there is to pick. */
export function PickList({
  step,
  title,
  filter,
  children,
}: {
  readonly step: number;
  readonly title: string;
  readonly filter?: { readonly value: string; readonly hint: string; readonly set: (value: string) => void };
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section className="panel pick" aria-labelledby={id}>
      <h2 id={id}>
        <span className="pick-step">{step}</span> {title}
      </h2>
      {filter && (
        <input
          className="pick-filter"
          placeholder={filter.hint}
          aria-label={`${title}: ${filter.hint}`}
          value={filter.value}
          spellCheck={false}
          onChange={(event) => filter.set(event.target.value)}
        />
      )}
      <div className="pick-list">{children}</div>
    </section>
  );
}

/** One thing to pick; several of them with `kind` checkbox. */
export function Pick({
  kind,
  name,
  picked,
  onPick,
  children,
}: {
  readonly kind: 'radio' | 'checkbox';
  readonly name: string;
  readonly picked: boolean;
  readonly onPick: () => void;
  readonly children: ReactNode;
}) {
  return (
    <label className={`pick-row ${picked ? 'is-picked' : ''}`}>
      <input type={kind} name={name} checked={picked} onChange={onPick} />
      <span className="pick-body">{children}</span>
    </label>
  );
}

/** The text of a filter that only this page knows. */
export function useFilter(hint: string) {
  const [value, set] = useState('');
  return { value, hint, set };
}
