import { useState, type FormEvent } from 'react';
import { useSearchParams } from 'wouter';
import type { Connection } from '../api/read-events.js';
import { wishIn, withWish, type WishName } from './tail-wish.js';

const SINCE = [
  ['', 'any time'],
  ['300', '5 minutes'],
  ['900', '15 minutes'],
  ['3600', '1 hour'],
  ['21600', '6 hours'],
] as const;
const TAIL = ['100', '200', '1000', '5000'] as const;

/** What to follow: container, how far back, which lines. Kept in the address; what the API cannot take is said at its field. */
export function TailFilters({
  containers,
  connection,
}: {
  readonly containers: readonly string[];
  readonly connection: Connection;
}) {
  const [params, setParams] = useSearchParams();
  const wish = wishIn(params);
  const set = (name: WishName, value: string) =>
    setParams((now) => withWish(now, name, value), { replace: true });
  return (
    <div className="tail-filters" role="group" aria-label="What to follow">
      <PatternField
        name="include"
        label="Only lines with"
        value={wish.include ?? ''}
        {...{ set, connection }}
      />
      <PatternField
        name="exclude"
        label="No lines with"
        value={wish.exclude ?? ''}
        {...{ set, connection }}
      />
      <label>
        Since
        <select value={wish.since ?? ''} onChange={({ target }) => set('since', target.value)}>
          {SINCE.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        Lines of the past
        <select value={wish.tail ?? ''} onChange={({ target }) => set('tail', target.value)}>
          <option value="">as usual</option>
          {TAIL.map((value) => (
            <option key={value}>{value}</option>
          ))}
        </select>
      </label>
      <label>
        Run before
        <select value={wish.previous ?? ''} onChange={({ target }) => set('previous', target.value)}>
          <option value="">after a restart</option>
          <option value="true">always</option>
          <option value="false">never</option>
        </select>
      </label>
      {containers.length > 1 && (
        <label>
          Container
          <select value={wish.container ?? ''} onChange={({ target }) => set('container', target.value)}>
            <option value="">all</option>
            {containers.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}

/** A regular expression, followed once Enter is pressed or the field is left. */
function PatternField({
  name,
  label,
  value,
  set,
  connection,
}: {
  readonly name: 'include' | 'exclude';
  readonly label: string;
  readonly value: string;
  readonly set: (name: WishName, value: string) => void;
  readonly connection: Connection;
}) {
  const [text, setText] = useState(value);
  const flaw = flawAt(connection, `/query/${name}`);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    set(name, text);
  };
  return (
    <form onSubmit={submit}>
      <label>
        {label}
        <input
          value={text}
          placeholder={name === 'include' ? 'ERROR|WARN' : 'GET /healthz'}
          maxLength={300}
          aria-invalid={flaw !== undefined}
          aria-describedby={flaw === undefined ? undefined : `flaw-${name}`}
          onChange={({ target }) => setText(target.value)}
          onBlur={() => set(name, text)}
        />
      </label>
      {flaw !== undefined && (
        <span id={`flaw-${name}`} className="tail-flaw" role="alert">
          {flaw}
        </span>
      )}
    </form>
  );
}

/** What the API said about one field of the request. */
export function flawAt(connection: Connection, pointer: string): string | undefined {
  if (connection.name !== 'refused') return undefined;
  return connection.error.problem.errors?.find((each) => each.pointer === pointer)?.detail;
}
