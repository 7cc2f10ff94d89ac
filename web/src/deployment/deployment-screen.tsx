import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import type { JournalLine } from '../../../src/shared/contract/journal-page.js';
import { addressOf } from '../api/call.js';
import { deploymentQuery, deploymentsQuery, eventsQuery } from '../api/queries.js';
import { LinkButton } from '../elements/button.jsx';
import { CopyButton } from '../elements/copy.jsx';
import { ProblemNote } from '../elements/note.jsx';
import { Shown } from '../elements/shown.jsx';
import { spellSpan } from '../elements/spell-time.js';
import { StateBadge } from '../elements/state-badge.jsx';
import { Span } from '../elements/time.jsx';
import { LogViewer } from '../log/log-viewer.jsx';
import { useTab } from '../shell/tab.js';
import { ApproveButton } from './approve-button.jsx';
import { CancelButton } from './cancel-button.jsx';
import { ExplainPanel } from './explain-panel.jsx';
import { Facts } from './facts.jsx';
import { NotifyButton } from './notify-button.jsx';
import { Reason } from './reason.jsx';
import { GroupResults } from './group-results.jsx';
import { StepsPanel } from './steps-panel.jsx';
import { timelineOf } from './timeline.js';
import { usualSpan } from './usual-span.js';

/** One deployment: its steps, its reason when it failed, and its log, all live. */
export function DeploymentScreen({ id }: { readonly id: string }) {
  const deployment = useQuery(deploymentQuery(id));
  if (deployment.error && !deployment.data)
    return (
      <>
        <p className="crumbs">
          <Link href="/deployments">Deployments</Link>
        </p>
        <ProblemNote error={deployment.error} />
      </>
    );
  return (
    <Shown query={deployment} rows={12}>
      {(found) => <Known deployment={found} />}
    </Shown>
  );
}

function Known({ deployment }: { readonly deployment: DeploymentView }) {
  const { id, service, environment, version, state } = deployment;
  const client = useQueryClient();
  const events = useQuery(eventsQuery(id));
  const steps = useMemo(() => timelineOf(deployment, events.data ?? []), [deployment, events.data]);
  const [picked, setPicked] = useState<number>();
  useTab(`${service} → ${environment} ${version}`, state);
  const takeLines = useCallback(
    (lines: readonly JournalLine[]) => {
      const fresh = lines.filter(({ kind }) => kind === 'event');
      if (fresh.length === 0) return;
      client.setQueryData<JournalLine[]>(eventsQuery(id).queryKey, (known) => known && merge(known, fresh));
    },
    [client, id],
  );
  const failedAt = events.data?.find(({ level }) => level === 'error')?.n;
  return (
    <article className="deployment">
      <Head deployment={deployment} />
      <div className="deployment-top">
        <div>
          <Reason deployment={deployment} />
          {(state === 'held' || state === 'queued') && <ExplainPanel id={id} />}
          <section className="panel" aria-label="Progress">
            <Shown query={events} rows={5}>
              {() => <StepsPanel steps={steps} onPick={setPicked} />}
            </Shown>
          </section>
          {deployment.groups && <GroupResults groups={deployment.groups} />}
        </div>
        <Facts deployment={deployment} />
      </div>
      <LogViewer
        deployment={deployment}
        picked={picked}
        onPicked={() => setPicked(undefined)}
        firstLook={deployment.terminal && state !== 'succeeded' ? failedAt : undefined}
        onLines={takeLines}
      />
    </article>
  );
}

function Head({ deployment }: { readonly deployment: DeploymentView }) {
  const { id, number, service, environment, version, state, stage, terminal, startedAt, finishedAt, kind } =
    deployment;
  const others = useQuery(deploymentsQuery({ service, environment, state: ['succeeded'], limit: 20 }));
  const usual = usualSpan(others.data?.filter((each) => each.id !== id) ?? []);
  return (
    <header className="head">
      <div>
        <p className="crumbs">
          <Link href="/deployments">Deployments</Link> / <span className="digits">#{number}</span>
          {kind !== 'deploy' && <span className="tag">{kind}</span>}
        </p>
        <h1>
          <Link href={`/targets/${service}/${environment}`}>
            {service} <span className="faint">→</span> {environment}
          </Link>{' '}
          <span className="version">{version}</span>
        </h1>
        <p className="head-state">
          <StateBadge state={state} stage={stage} />
          {startedAt && <Span from={startedAt} to={finishedAt} />}
          {usual !== undefined && <span className="faint">usually {spellSpan(usual)}</span>}
        </p>
      </div>
      <div className="actions">
        <CopyButton text={() => curlOf(id)}>Copy as curl</CopyButton>
        <CopyButton text={() => `beanpod wait ${id}`}>Copy as CLI</CopyButton>
        {!terminal && <NotifyButton id={id} />}
        {deployment.held?.some((hold) => hold.kind === 'approval') && (
          <ApproveButton deployment={deployment} />
        )}
        {terminal ? (
          <LinkButton href={`/new?service=${service}&environment=${environment}&version=${version}`}>
            Deploy again
          </LinkButton>
        ) : (
          <CancelButton deployment={deployment} />
        )}
      </div>
    </header>
  );
}

function curlOf(id: string): string {
  return `curl --fail-with-body -sS --retry 120 --retry-max-time 1800 -H "Authorization: Bearer $BEANPOD_TOKEN" '${addressOf(`v1/deployments/${id}/outcome`)}?wait=50'`;
}

/** Both in the order of their lines; a line that came twice counts once. */
function merge(known: readonly JournalLine[], fresh: readonly JournalLine[]): JournalLine[] {
  const last = known.at(-1)?.n ?? 0;
  return [...known, ...fresh.filter(({ n }) => n > last)];
}
