import { Link } from 'wouter';
import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import { StateBadge } from '../elements/state-badge.jsx';
import { Ago, Span } from '../elements/time.jsx';

/** One deployment of a list; the whole row leads to it. */
export function DeploymentRow({ deployment }: { readonly deployment: DeploymentView }) {
  const { id, number, service, environment, version, state, actor, acceptedAt, startedAt, finishedAt } =
    deployment;
  const said = saidOf(deployment);
  return (
    <Link href={`/deployments/${id}`} className="row deployment-row" data-row>
      <span className="row-number digits">#{number}</span>
      <StateBadge state={state} stage={deployment.stage} />
      <span className="row-target">
        {service} <span className="faint">→</span> {environment}
      </span>
      <span className="row-version">{version}</span>
      <span className="row-said" title={said}>
        {said}
      </span>
      <span className="row-who">{actor}</span>
      <span className="row-span">{startedAt && <Span from={startedAt} to={finishedAt} />}</span>
      <span className="row-ago">
        <Ago at={finishedAt ?? acceptedAt} />
      </span>
    </Link>
  );
}

/** The one thing that is worth knowing now: why it failed, what it waits for, how far it is, or why it was asked for. */
function saidOf({ failure, held, queue, message, progress, terminal, state }: DeploymentView): string {
  if (failure) return failure.detail;
  if (held && held.length > 0) return held.map(({ text }) => text).join(' · ');
  if (queue) return queue.ahead === 0 ? 'next on its target' : `${queue.ahead} before it on its target`;
  if (state === 'queued') return 'waits for its turn';
  if (!terminal && state === 'deploying') {
    const step = progress.steps.find(({ status }) => status === 'running');
    if (step) return `${step.title} (${progress.done + 1} of ${progress.total})`;
  }
  return message ?? '';
}
