import { useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'wouter';
import { statusQuery } from '../api/queries.js';
import { AgainstPick, useAgainst } from '../board/standing.jsx';
import { LinkButton } from '../elements/button.jsx';
import { Shown } from '../elements/shown.jsx';
import { useTab } from '../shell/tab.js';
import { Compare } from './compare.jsx';
import { Running } from './running.jsx';
import { Snapshots, type Picked } from './snapshots.jsx';

/** A whole environment: what runs, what ran after each deployment, and the difference between any two moments. */
export function EnvironmentScreen({ environment }: { readonly environment: string }) {
  useTab(environment);
  const [params, setParams] = useSearchParams();
  const status = useQuery(statusQuery(environment, useAgainst()));
  const picked: Picked = { from: params.get('from') ?? undefined, to: params.get('to') ?? 'now' };
  const set = (name: keyof Picked, value: string) =>
    setParams(
      (now) => {
        now.set(name, value);
        return now;
      },
      { replace: true },
    );
  return (
    <>
      <header className="head">
        <div>
          <p className="crumbs">
            <Link href="/">Board</Link>
          </p>
          <h1>{environment}</h1>
          <p className="head-state faint">
            {status.data && countOf(status.data.services.length)}
            <Link href={`/deployments?environment=${environment}`}>Deployments</Link>
          </p>
        </div>
        <div className="actions">
          <AgainstPick except={environment} />
          <LinkButton href={`/releases/new?to=${environment}`} icon="layers">
            New release
          </LinkButton>
        </div>
      </header>
      <Shown query={status} rows={4}>
        {(found) => <Running status={found} />}
      </Shown>
      <h2 className="chapter">Snapshots</h2>
      {picked.from !== undefined && <Compare environment={environment} from={picked.from} to={picked.to} />}
      <Snapshots environment={environment} picked={picked} onPick={set} />
    </>
  );
}

function countOf(services: number): string {
  return services === 1 ? '1 service' : `${services} services`;
}
