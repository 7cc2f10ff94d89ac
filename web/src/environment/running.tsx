import { Link } from 'wouter';
import type { EnvironmentStatus } from '../../../src/shared/contract/snapshot.js';
import { Standings } from '../board/standing.jsx';
import { DriftFlag } from '../drift/drift-flag.jsx';
import { Icon } from '../elements/icon.jsx';
import { Empty } from '../elements/note.jsx';
import { StateBadge } from '../elements/state-badge.jsx';
import { Ago } from '../elements/time.jsx';

type Service = EnvironmentStatus['services'][number];

/** What runs in an environment: each service with its version, its newest deployment, and what to know of it. */
export function Running({ status: { environment, services } }: { readonly status: EnvironmentStatus }) {
  if (services.length === 0) return <Empty title={`No service has a target in ${environment} yet`} />;
  return (
    <section className="rows" aria-label="What runs">
      {services.map((service) => (
        <ServiceRow key={service.service} status={service} environment={environment} />
      ))}
    </section>
  );
}

function ServiceRow({ status, environment }: { readonly status: Service; readonly environment: string }) {
  const { service, running, last, failed, blocked, drift } = status;
  return (
    <div className="row running-row">
      <Link href={`/targets/${service}/${environment}`} className="row-target" data-row>
        {service}
      </Link>
      <span>
        {running ? (
          <>
            {running.certain ? (
              <span className="version">{running.version}</span>
            ) : (
              <span className="tone-bad badge">nobody knows</span>
            )}{' '}
            <span className="faint">
              <Ago at={running.since} />
            </span>
          </>
        ) : (
          <span className="faint">nothing</span>
        )}
      </span>
      <span>
        {last && (
          <Link href={`/deployments/${last.deployment}`}>
            <StateBadge state={last.state} /> <span className="faint">#{last.number}</span>
          </Link>
        )}
      </span>
      <span className="running-flags">
        {failed && (
          <Link href={`/deployments/${failed.deployment}`} className="tone-warn badge">
            <Icon name="pause" /> {failed.version} was rolled back
          </Link>
        )}
        {blocked > 0 && (
          <Link href={`/blockers?target=${service}/${environment}`} className="tone-warn badge">
            <Icon name="pause" /> {blocked} {blocked === 1 ? 'blocker' : 'blockers'} in the way
          </Link>
        )}
        <DriftFlag drift={drift} service={service} environment={environment} />
        <Standings service={status} />
      </span>
    </div>
  );
}
