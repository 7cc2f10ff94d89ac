import { Link } from 'wouter';
import type { EnvironmentStatus } from '../../../src/shared/contract/snapshot.js';
import { DriftFlag } from '../drift/drift-flag.jsx';
import { Icon } from '../elements/icon.jsx';
import { StateBadge } from '../elements/state-badge.jsx';
import { Ago } from '../elements/time.jsx';
import { LiveFlags } from './live-flags.jsx';
import { Standings } from './standing.jsx';

export type TargetStatus = EnvironmentStatus['services'][number];

/** One service in one environment: what runs, since when, and what goes on. */
export function BoardCell({
  status,
  environment,
}: {
  readonly status: TargetStatus;
  readonly environment: string;
}) {
  const { service, blocked, failed, running, drift } = status;
  return (
    <div className="cell">
      <Link href={`/targets/${service}/${environment}`} className="cell-main">
        <Running status={status} />
      </Link>
      <News status={status} />
      <LiveFlags service={service} environment={environment} />
      {failed && (
        <span
          className="cell-flag tone-warn"
          title="Automatic deployments of this version are refused until a newer one comes"
        >
          <Icon name="pause" /> held on {running?.version ?? 'its version'}, {failed.version} was rolled back
        </span>
      )}
      {blocked > 0 && (
        <Link href={`/blockers?target=${service}/${environment}`} className="cell-flag tone-warn">
          <Icon name="pause" /> {blocked} {blocked === 1 ? 'blocker' : 'blockers'} in the way
        </Link>
      )}
      <DriftFlag drift={drift} service={service} environment={environment} />
      <Standings service={status} />
      <Link
        href={`/new?service=${service}&environment=${environment}`}
        className="cell-deploy"
        aria-label={`Deploy ${service} to ${environment}`}
        title="Deploy"
      >
        <Icon name="rocket" />
      </Link>
    </div>
  );
}

function Running({ status: { running } }: { readonly status: TargetStatus }) {
  if (!running) return <span className="faint">nothing deployed</span>;
  if (!running.certain) return <span className="cell-unknown">unknown after a failed rollback</span>;
  return (
    <>
      <span className="version">{running.version}</span>
      <span className="faint">
        <Ago at={running.since} />
      </span>
    </>
  );
}

/** What goes on, or how the last attempt ended when that is not what runs. */
function News({ status: { last, running } }: { readonly status: TargetStatus }) {
  if (!last || (last.deployment === running?.deployment && last.state === 'succeeded')) return null;
  return (
    <Link href={`/deployments/${last.deployment}`} className="cell-news">
      <StateBadge state={last.state} />
      <span>{last.version}</span>
    </Link>
  );
}
