import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { explainQuery } from '../api/queries.js';
import { Shown } from '../elements/shown.jsx';
import { spellSpan } from '../elements/spell-time.js';
import { Ago } from '../elements/time.jsx';

const CLEARS = {
  time: 'clears by itself',
  itself: 'clears by itself',
  operator: 'needs somebody',
} as const;

/** Everything that stands between a waiting deployment and its start, in order, with who or what clears it. */
export function ExplainPanel({ id }: { readonly id: string }) {
  const explanation = useQuery(explainQuery(id));
  return (
    <section className="panel" aria-label="What it waits for">
      <h2>What it waits for</h2>
      <Shown query={explanation} rows={2}>
        {({ obstacles, startsInMs }) => (
          <>
            <ol className="obstacles">
              {obstacles.map(({ kind, text, clears, until, deployment, how }) => (
                <li key={`${kind} ${text}`}>
                  {deployment === undefined ? text : <Link href={`/deployments/${deployment}`}>{text}</Link>}
                  <span className="faint">
                    {' '}
                    {CLEARS[clears]} {until !== undefined && <Ago at={until} />} {how}
                  </span>
                </li>
              ))}
            </ol>
            {startsInMs !== undefined && <p className="faint">Probably starts in {spellSpan(startsInMs)}.</p>}
          </>
        )}
      </Shown>
    </section>
  );
}
