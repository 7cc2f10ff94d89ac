import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from 'wouter';
import type { TargetView } from '../../../src/shared/contract/configuration.js';
import { deploymentsQuery, statusQuery, targetsQuery } from '../api/queries.js';
import { DriftView } from '../drift/drift-view.jsx';
import { LinkButton } from '../elements/button.jsx';
import { Empty, Note, ProblemNote } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import { StateBadge } from '../elements/state-badge.jsx';
import { Ago } from '../elements/time.jsx';
import { operationsQuery } from '../operations/operation-queries.js';
import { Recordings } from '../recordings/recordings.jsx';
import { ConfigurationEditor } from '../settings/configuration-editor.jsx';
import { useTab } from '../shell/tab.js';
import { happenedOf } from './happened.js';
import { History } from './history.jsx';
import { LiveView } from './live-view.jsx';
import { TargetTabs } from './target-tabs.jsx';

/** One service in one environment: what runs, what has been, and how it is configured. */
export function TargetScreen({
  service,
  environment,
}: {
  readonly service: string;
  readonly environment: string;
}) {
  useTab(`${service} in ${environment}`);
  const view = new URLSearchParams(useSearch()).get('view') ?? 'history';
  return (
    <>
      <header className="head">
        <div>
          <p className="crumbs">
            <Link href="/">Board</Link> / <Link href={`/services/${service}`}>{service}</Link>
          </p>
          <h1>
            {service} <span className="faint">in</span> {environment}
          </h1>
          <Now service={service} environment={environment} />
        </div>
        <LinkButton href={`/new?service=${service}&environment=${environment}`} look="main" icon="rocket">
          Deploy
        </LinkButton>
      </header>
      <Held service={service} environment={environment} />
      <TargetTabs service={service} environment={environment} view={view} />
      {view === 'history' && <TargetHistory service={service} environment={environment} />}
      {view === 'now' && <Live service={service} environment={environment} />}
      {view === 'shells' && <Recordings service={service} environment={environment} />}
      {view === 'drift' && <DriftView service={service} environment={environment} />}
      {view === 'configuration' && <Configuration service={service} environment={environment} />}
    </>
  );
}

function useStatus(service: string, environment: string) {
  const { data } = useQuery(statusQuery(environment));
  return data?.services.find((each) => each.service === service);
}

/** The version that was rolled back last and is kept out since. */
function Held({ service, environment }: { readonly service: string; readonly environment: string }) {
  const failed = useStatus(service, environment)?.failed;
  if (!failed) return null;
  return (
    <Note tone="warn" title="Held">
      <p>
        {failed.version} was rolled back here; it is refused until a newer version comes or somebody says why
        it should be tried again. <Link href={`/deployments/${failed.deployment}`}>What happened</Link>
      </p>
    </Note>
  );
}

function Now({ service, environment }: { readonly service: string; readonly environment: string }) {
  const status = useStatus(service, environment);
  if (!status) return null;
  const { running, last } = status;
  return (
    <p className="head-state">
      {running ? (
        <>
          <span>
            runs{' '}
            <strong className="version">{running.certain ? running.version : 'nobody knows what'}</strong>
          </span>
          <span className="faint">
            since <Ago at={running.since} />
          </span>
        </>
      ) : (
        <span className="faint">nothing was deployed yet</span>
      )}
      {last && last.state !== 'succeeded' && (
        <Link href={`/deployments/${last.deployment}`}>
          <StateBadge state={last.state} /> {last.version}
        </Link>
      )}
    </p>
  );
}

/** Deployments that are read for the history. */
const MOST_DEPLOYMENTS = 100;

function TargetHistory({ service, environment }: { readonly service: string; readonly environment: string }) {
  const deployments = useQuery(deploymentsQuery({ service, environment, limit: MOST_DEPLOYMENTS }));
  const operations = useQuery(operationsQuery(service, environment));
  const running = useStatus(service, environment)?.running;
  return (
    <>
      {operations.error && <ProblemNote error={operations.error} />}
      <Shown query={deployments} rows={8}>
        {(found) => {
          const happened = happenedOf(found, operations.data ?? [], found.length === MOST_DEPLOYMENTS);
          return happened.length === 0 ? (
            <Empty title="Nothing was deployed here yet" />
          ) : (
            <History
              happened={happened}
              running={running?.certain ? running.deployment : undefined}
              place={{ service, environment }}
            />
          );
        }}
      </Shown>
    </>
  );
}

function Live({ service, environment }: { readonly service: string; readonly environment: string }) {
  const targets = useQuery(targetsQuery);
  const isIt = (each: TargetView) => each.service === service && each.environment === environment;
  return (
    <Shown query={targets}>
      {(found) => (
        <LiveView service={service} environment={environment} provider={found.find(isIt)?.provider ?? ''} />
      )}
    </Shown>
  );
}

function Configuration({ service, environment }: { readonly service: string; readonly environment: string }) {
  const targets = useQuery(targetsQuery);
  return (
    <Shown query={targets} rows={8}>
      {(found) => {
        const target = found.find((each) => each.service === service && each.environment === environment);
        if (!target) return <Empty title="This target is not configured" />;
        const { service: _, environment: __, ...settings } = target;
        return (
          <ConfigurationEditor
            path={`v1/targets/${service}/${environment}`}
            settings={settings}
            place={{ service, environment }}
          />
        );
      }}
    </Shown>
  );
}
