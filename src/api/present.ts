import type { DeploymentView, FailureView } from '../shared/contract/deployment-view.js';
import type { Approval } from '../shared/domain/approvals.js';
import type { Deployment, Progress, StepTitle } from '../shared/domain/deployment.js';
import type { Failure } from '../shared/domain/failures.js';
import { resultOf, type Group } from '../shared/domain/groups.js';
import { isEnded, type Hold, type State } from '../shared/domain/state.js';

/** What callers see of a deployment. */
export function presentDeployment(deployment: Deployment): DeploymentView {
  const { id, number, request, state, progress, attempts, cancel, ahead } = deployment;
  const { service, environment, version, kind, provider, actor, message, commit, ci, of } = request;
  const failure = failureOf(state);
  const rollback = rollbackOf(state);
  return {
    id,
    number,
    state: state.name,
    terminal: isEnded(state),
    service,
    environment,
    version,
    kind,
    provider,
    actor: actor.name,
    ...optionals({ message, commit, ci, of, release: request.release, baseline: progress.baseline, cancel }),
    ...optionals({ digests: progress.digests, rollback }),
    ...(state.name === 'verifying' && { stage: state.stage }),
    wrote: wroteIn(state),
    progress: presentProgress(state, progress),
    ...(progress.groups && { groups: progress.groups.map((group) => presentGroup(state, group)) }),
    ...(state.name === 'held' && { held: state.because.map(presentHold) }),
    ...(ahead !== undefined && { queue: { ahead } }),
    ...(failure && { failure: presentFailure(failure) }),
    ...(state.name === 'succeeded' && state.unsettled && { unsettled: presentFailure(state.unsettled) }),
    ...(deployment.approvals && { approvals: deployment.approvals.map(presentApproval) }),
    ...(request.override && {
      override: { blockers: [...request.override.blockers], reason: request.override.reason },
    }),
    attempts,
    acceptedAt: timestamp(deployment.acceptedAt),
    ...(deployment.startedAt !== undefined && { startedAt: timestamp(deployment.startedAt) }),
    updatedAt: timestamp(deployment.updatedAt),
    ...(deployment.finishedAt !== undefined && { finishedAt: timestamp(deployment.finishedAt) }),
    links: linksOf(id),
  };
}

/** Path of a deployment, as in `Location`. */
export function pathOf(id: string): string {
  return `/v1/deployments/${id}`;
}

/** The failure that explains the state: the first cause where a rollback followed. */
export function failureOf(state: State): Failure | undefined {
  if ('cause' in state) return state.cause;
  return 'failure' in state ? state.failure : undefined;
}

/** Milliseconds since the epoch as the API shows them. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}

function linksOf(id: string): DeploymentView['links'] {
  const self = pathOf(id);
  return {
    self,
    outcome: `${self}/outcome`,
    logs: `${self}/logs`,
    events: `${self}/events`,
    cancel: `${self}/cancel`,
  };
}

function presentFailure({ code, title, blame, detail, hint }: Failure): FailureView {
  return { code, title, blame, detail, hint };
}

/** The values that there are. */
function optionals<T extends Readonly<Record<string, unknown>>>(
  values: T,
): { [K in keyof T]?: NonNullable<T[K]> } {
  const there: Record<string, unknown> = {};
  for (const name of Object.keys(values)) if (values[name] !== undefined) there[name] = values[name];
  return there as { [K in keyof T]?: NonNullable<T[K]> };
}

function presentGroup(state: State, group: Group): NonNullable<DeploymentView['groups']>[number] {
  const { name, because } = group;
  return { name, result: resultOf(state, group), ...optionals({ because }) };
}

function presentApproval({
  by,
  at,
  reason,
  author,
}: Approval): NonNullable<DeploymentView['approvals']>[number] {
  return { by, at: timestamp(at), ...optionals({ reason, author }) };
}

function presentHold({ kind, text, until, blocker }: Hold): NonNullable<DeploymentView['held']>[number] {
  return { kind, text, ...optionals({ blocker }), ...(until !== undefined && { until: timestamp(until) }) };
}

function rollbackOf(state: State): DeploymentView['rollback'] {
  switch (state.name) {
    case 'rolling_back':
      return { outcome: 'running' };
    case 'rolled_back':
      return { outcome: 'done' };
    case 'rollback_failed':
      return { outcome: 'failed', failure: presentFailure(state.failure) };
    case 'failed':
      return state.noRollback && { outcome: 'impossible', failure: presentFailure(state.noRollback) };
    case 'held':
    case 'queued':
    case 'preparing':
    case 'deploying':
    case 'verifying':
    case 'succeeded':
    case 'superseded':
    case 'cancelled':
    case 'expired':
      return undefined;
  }
}

function wroteIn(state: State): boolean {
  if ('wrote' in state) return state.wrote;
  return state.name === 'succeeded' || 'cause' in state;
}

type StepView = DeploymentView['progress']['steps'][number];

function presentProgress(state: State, progress: Progress): DeploymentView['progress'] {
  const { plan, done, current } = placeIn(state, progress);
  const steps = plan.map(({ id, title }, index): StepView => {
    return { id, title, status: index < done ? 'done' : index === done ? current : 'todo' };
  });
  return { done, total: plan.length, steps };
}

interface Place {
  readonly plan: readonly StepTitle[];
  readonly done: number;
  /** Status of the first step that is not done. */
  readonly current: StepView['status'];
}

function placeIn(state: State, { forward, back, intents }: Progress): Place {
  switch (state.name) {
    case 'held':
    case 'queued':
    case 'preparing':
      return { plan: forward, done: 0, current: 'todo' };
    case 'deploying':
      return { plan: forward, done: state.step, current: 'running' };
    case 'verifying':
    case 'succeeded':
      return { plan: forward, done: forward.length, current: 'done' };
    case 'rolling_back':
      return { plan: back, done: state.step, current: 'running' };
    case 'rolled_back':
      return { plan: back, done: back.length, current: 'done' };
    case 'rollback_failed':
      return givenUp(back, 'back', intents);
    case 'failed':
    case 'superseded':
    case 'cancelled':
    case 'expired':
      return givenUp(forward, 'forward', intents);
  }
}

/** An end does not say at which step it came: the last step that announced a write is taken for it. */
function givenUp(plan: readonly StepTitle[], side: 'forward' | 'back', intents: Progress['intents']): Place {
  const last = plan.findLastIndex(({ id }) => Object.hasOwn(intents, `${side}:${id}`));
  return last < 0 ? { plan, done: 0, current: 'todo' } : { plan, done: last, current: 'failed' };
}
