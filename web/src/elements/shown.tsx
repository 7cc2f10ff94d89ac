import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ProblemNote } from './note.jsx';

/** What was read; a grey place for it until then, or why it cannot be read. Old news stay while new ones are read. */
export function Shown<T>({
  query,
  children,
  rows = 3,
}: {
  readonly query: UseQueryResult<T>;
  readonly children: (found: T) => ReactNode;
  readonly rows?: number;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <ProblemNote error={query.error} />;
  return <Waiting rows={rows} />;
}

/** Grey rows where something will be. */
export function Waiting({ rows }: { readonly rows: number }) {
  return (
    <div className="waiting" role="status">
      <span className="unseen">Loading</span>
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} className="waiting-row" />
      ))}
    </div>
  );
}
