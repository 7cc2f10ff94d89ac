import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { DiffView, RunView } from '../../../src/shared/contract/snapshot.js';
import { diffQuery } from '../api/queries.js';
import { Button } from '../elements/button.jsx';
import { Shown } from '../elements/shown.jsx';
import type { Tone } from '../elements/state.js';
import { useWhyNot } from '../session/session.js';
import { RestoreDialog } from './restore-dialog.jsx';

type Row = DiffView['services'][number];

const CHANGES: Readonly<Record<Row['change'], readonly [string, Tone]>> = {
  added: ['added', 'good'],
  removed: ['removed', 'bad'],
  version: ['other version', 'warn'],
  configuration: ['other settings', 'warn'],
  uncertain: ['nobody knows', 'bad'],
  same: ['same', 'calm'],
};

/** What differs between two moments of an environment, and the way back to the first one. */
export function Compare({
  environment,
  from,
  to,
}: {
  readonly environment: string;
  readonly from: string;
  readonly to: string;
}) {
  const diff = useQuery(diffQuery(environment, from, to));
  const [restoring, setRestoring] = useState(false);
  const denied = useWhyNot('deploy');
  return (
    <section className="panel comparison" aria-label="Comparison">
      <h2>
        <span>
          <code>{from.slice(0, 12)}</code> <span className="faint">→</span> <code>{to.slice(0, 12)}</code>
        </span>
        {from !== 'now' && (
          <Button onClick={() => setRestoring(true)} whyNot={denied}>
            Restore {from.slice(0, 8)}
          </Button>
        )}
      </h2>
      <Shown query={diff}>{({ services }) => <Differences services={services} />}</Shown>
      {restoring && (
        <RestoreDialog environment={environment} snapshot={from} onClose={() => setRestoring(false)} />
      )}
    </section>
  );
}

function Differences({ services }: { readonly services: readonly Row[] }) {
  const isSame = services.every(({ change }) => change === 'same');
  if (isSame) return <p className="pick-empty">Nothing differs: {services.length} services are the same.</p>;
  return (
    <table className="comparison-table">
      <thead>
        <tr>
          <th scope="col">Service</th>
          <th scope="col">Then</th>
          <th scope="col">Later</th>
          <th scope="col">Change</th>
        </tr>
      </thead>
      <tbody>
        {services.map(({ service, change, from, to }) => {
          const [word, tone] = CHANGES[change];
          return (
            <tr key={service} className={change === 'same' ? 'faint' : ''}>
              <th scope="row">{service}</th>
              <td>
                <Run run={from} />
              </td>
              <td>
                <Run run={to} />
              </td>
              <td>
                <span className={`badge tone-${tone}`}>{word}</span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Run({ run }: { readonly run: RunView | undefined }) {
  if (!run) return <span className="faint">–</span>;
  return (
    <Link href={`/deployments/${run.deployment}`} className="version">
      {run.certain ? run.version : 'unknown'}
    </Link>
  );
}
