import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { Static } from 'typebox';
import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import type { SnapshotSummary } from '../../../src/shared/contract/snapshot.js';
import { call } from '../api/call.js';
import type { Page } from '../api/page.js';
import { deploymentsQuery } from '../api/queries.js';
import { Empty } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import { StateBadge } from '../elements/state-badge.jsx';
import { Ago } from '../elements/time.jsx';

type Snapshot = Static<typeof SnapshotSummary>;

/** Which two moments are compared; `now` is one. */
export interface Picked {
  readonly from: string | undefined;
  readonly to: string;
}

/** What ran in an environment after each deployment, newest first, to compare any two. */
export function Snapshots({
  environment,
  picked,
  onPick,
}: {
  readonly environment: string;
  readonly picked: Picked;
  readonly onPick: (name: keyof Picked, value: string) => void;
}) {
  const snapshots = useQuery({
    queryKey: ['snapshots', environment],
    queryFn: ({ signal }) =>
      call<Page<Snapshot>>('GET', `v1/environments/${environment}/snapshots`, {
        query: { limit: 100 },
        signal,
      }),
  });
  const { data: deployments = [] } = useQuery(deploymentsQuery({ environment, limit: 100 }));
  return (
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
                    <Choice name="to" value="now" said="With now" picked={picked} onPick={onPick} />
                  </td>
                  <td colSpan={3}>
                    <strong>Now</strong>
                  </td>
                </tr>
                {items.map((snapshot, at) => (
                  <SnapshotRow
                    key={snapshot.deployment}
                    snapshot={snapshot}
                    deployment={deployments.find(({ id }) => id === snapshot.deployment)}
                    isRepeated={items.findIndex((each) => each.snapshot === snapshot.snapshot) < at}
                    picked={picked}
                    onPick={onPick}
                  />
                ))}
              </tbody>
            </table>
          </div>
        )
      }
    </Shown>
  );
}

function SnapshotRow({
  snapshot: { snapshot, at, deployment: id, ended },
  deployment,
  isRepeated,
  picked,
  onPick,
}: {
  readonly snapshot: Snapshot;
  readonly deployment: DeploymentView | undefined;
  /** A newer row shows the same: what ran has one fingerprint, however often it ran. */
  readonly isRepeated: boolean;
  readonly picked: Picked;
  readonly onPick: (name: keyof Picked, value: string) => void;
}) {
  const said = `${snapshot.slice(0, 8)} of ${at}`;
  return (
    <tr>
      {isRepeated ? (
        <td colSpan={2} className="faint">
          same as above
        </td>
      ) : (
        <>
          <td>
            <Choice name="from" value={snapshot} said={`Compare ${said}`} picked={picked} onPick={onPick} />
          </td>
          <td>
            <Choice name="to" value={snapshot} said={`With ${said}`} picked={picked} onPick={onPick} />
          </td>
        </>
      )}
      <td>
        <Ago at={at} />
      </td>
      <td>
        <Link href={`/deployments/${id}`} className="snapshot-after">
          <StateBadge state={ended} />
          {deployment && (
            <>
              {deployment.service} <span className="version">{deployment.version}</span>{' '}
              <span className="faint">#{deployment.number}</span>
            </>
          )}
        </Link>
      </td>
      <td>
        <code className="faint">{snapshot.slice(0, 12)}</code>
      </td>
    </tr>
  );
}

function Choice({
  name,
  value,
  said,
  picked,
  onPick,
}: {
  readonly name: keyof Picked;
  readonly value: string;
  readonly said: string;
  readonly picked: Picked;
  readonly onPick: (name: keyof Picked, value: string) => void;
}) {
  return (
    <input
      type="radio"
      name={name}
      aria-label={said}
      checked={picked[name] === value}
      onChange={() => onPick(name, value)}
    />
  );
}
