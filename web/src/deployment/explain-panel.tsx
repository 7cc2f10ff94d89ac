import { useQuery } from '@tanstack/react-query';
import { explainQuery } from '../api/queries.js';
import { Shown } from '../elements/shown.jsx';
import { spellSpan } from '../elements/spell-time.js';
import { Obstacles } from './obstacles.jsx';

/** Everything that stands between a waiting deployment and its start, and when it probably starts. */
export function ExplainPanel({ id }: { readonly id: string }) {
  const explanation = useQuery(explainQuery(id));
  return (
    <section className="panel" aria-label="What it waits for">
      <h2>What it waits for</h2>
      <Shown query={explanation} rows={2}>
        {({ obstacles, startsInMs }) => (
          <>
            <Obstacles obstacles={obstacles} />
            {startsInMs !== undefined && <p className="faint">Probably starts in {spellSpan(startsInMs)}.</p>}
          </>
        )}
      </Shown>
    </section>
  );
}
