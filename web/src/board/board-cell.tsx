import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import { deploymentsQuery } from '../api/queries.js';
import { StateBadge } from '../elements/state-badge.jsx';
import { Icon } from '../elements/icon.jsx';
import { Ago } from '../elements/time.jsx';
import { standingOf, type Standing } from './standing.js';

/** One service in one environment: what runs, since when, and what goes on. */
export function BoardCell({
  service,
  environment,
  recent,
}: {
  readonly service: string;
  readonly environment: string;
  /** Its deployments among the newest of the environment; undefined until they are read. */
  readonly recent: readonly DeploymentView[] | undefined;
}) {
  const isTold = recent === undefined || standingOf(recent).runs !== undefined;
  const own = useQuery({ ...deploymentsQuery({ service, environment, limit: 50 }), enabled: !isTold });
  const deployments = isTold ? recent : (own.data ?? recent);
  if (!deployments) return <span className="waiting-row" />;
  const standing = standingOf(deployments);
  const target = `/targets/${service}/${environment}`;
  return (
    <div className="cell">
      <Link href={target} className="cell-main">
        <Running standing={standing} />
      </Link>
      <News standing={standing} />
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

function Running({ standing: { runs } }: { readonly standing: Standing }) {
  if (runs === undefined) return <span className="faint">nothing deployed</span>;
  if (runs === 'unknown') return <span className="tone-bad">unknown</span>;
  return (
    <>
      <span className="version">{runs.version}</span>
      <span className="faint">
        <Ago at={runs.finishedAt ?? runs.updatedAt} /> {runs.actor}
      </span>
    </>
  );
}

/** What goes on, or how the last attempt ended when that is not what runs. */
function News({ standing: { runs, latest, live } }: { readonly standing: Standing }) {
  const shown = live[0] ?? latest;
  if (!shown || shown === runs) return null;
  return (
    <Link href={`/deployments/${shown.id}`} className="cell-news">
      <StateBadge state={shown.state} />
      <span>{shown.version}</span>
      {live.length > 1 && <span className="faint">+{live.length - 1}</span>}
    </Link>
  );
}
