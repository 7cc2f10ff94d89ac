import { useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'wouter';
import type { Static } from 'typebox';
import type { SnapshotSummary } from '../../../src/shared/contract/snapshot.js';
import { call } from '../api/call.js';
import type { Page } from '../api/page.js';
import { statusQuery } from '../api/queries.js';
import { Empty } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import { StateBadge } from '../elements/state-badge.jsx';
import { Ago } from '../elements/time.jsx';
import { useTab } from '../shell/tab.js';
import { Compare } from './compare.jsx';

type Snapshot = Static<typeof SnapshotSummary>;

/** A whole environment: what runs, what ran after each deployment, and the difference between any two moments. */
export function EnvironmentScreen({ environment }: { readonly environment: string }) {
  useTab(environment);
  const [params, setParams] = useSearchParams();
  const snapshots = useQuery({
    queryKey: ['snapshots', environment],
    queryFn: ({ signal }) =>
      call<Page<Snapshot>>('GET', `v1/environments/${environment}/snapshots`, {
        query: { limit: 100 },
        signal,
      }),
  });
  const status = useQuery(statusQuery(environment));
  const [from, to] = [params.get('from'), params.get('to') ?? 'now'];
  const set = (name: 'from' | 'to', value: string) =>
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
            {status.data && `${status.data.services.length} services`}
            <Link href={`/deployments?environment=${environment}`}>Deployments</Link>
          </p>
        </div>
      </header>
      {from !== null && <Compare environment={environment} from={from} to={to} />}
      <Shown query={snapshots} rows={6}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No snapshot yet">
              <p>After each deployment it is recorded here what runs in the whole environment.</p>
            </Empty>
          ) : (
            <div className="rows">
              <table>
                <caption className="unseen">Snapshots, newest first</caption>
                <thead>
                  <tr>
                    <th scope="col">Compare</th>
                    <th scope="col">with</th>
                    <th scope="col">Taken</th>
                    <th scope="col">After</th>
                    <th scope="col">Fingerprint</th>
                  </tr>
                </thead>
                <tbody>
                  <tr>
                    <td />
                    <td>
                      <input
                        type="radio"
                        name="to"
                        aria-label="With now"
                        checked={to === 'now'}
                        onChange={() => set('to', 'now')}
                      />
                    </td>
                    <td colSpan={3}>
                      <strong>Now</strong>
                    </td>
                  </tr>
                  {items.map((snapshot) => (
                    <SnapshotRow
                      key={snapshot.deployment}
                      snapshot={snapshot}
                      from={from}
                      to={to}
                      onPick={set}
                    />
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Shown>
    </>
  );
}

function SnapshotRow({
  snapshot: { snapshot, at, deployment, ended },
  from,
  to,
  onPick,
}: {
  readonly snapshot: Snapshot;
  readonly from: string | null;
  readonly to: string;
  readonly onPick: (name: 'from' | 'to', value: string) => void;
}) {
  const said = `${snapshot.slice(0, 8)} of ${at}`;
  return (
    <tr>
      <td>
        <input
          type="radio"
          name="from"
          aria-label={`Compare ${said}`}
          checked={from === snapshot}
          onChange={() => onPick('from', snapshot)}
        />
      </td>
      <td>
        <input
          type="radio"
          name="to"
          aria-label={`With ${said}`}
          checked={to === snapshot}
          onChange={() => onPick('to', snapshot)}
        />
      </td>
      <td>
        <Ago at={at} />
      </td>
      <td>
        <Link href={`/deployments/${deployment}`}>
          <StateBadge state={ended} />
        </Link>
      </td>
      <td>
        <code className="faint">{snapshot.slice(0, 12)}</code>
      </td>
    </tr>
  );
}
