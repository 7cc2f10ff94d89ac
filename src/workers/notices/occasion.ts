import type { Deployment } from '../../shared/domain/deployment.js';
import { sentenceOf } from '../../shared/domain/events.js';
import type { Failure } from '../../shared/domain/failures.js';
import { isAboutTarget, type News } from '../../shared/domain/notices.js';
import { isEnded, type State, type StateName } from '../../shared/domain/state.js';
import type { Notice } from '../../shared/store/notices.js';

/** What is told: a state that a deployment has reached, or what happened to a target, with what is known of it now. */
export interface Occasion {
  readonly id: string;
  /** The deployment that it is about, or that what runs is compared with. */
  readonly deployment: Deployment;
  /** What has come to be; a deployment may have gone on since. */
  readonly news: News;
  /** What a message that changes with its subject is to show: where a deployment stands now. */
  readonly shows: News;
  /** What news belong together: the deployment, or the target. */
  readonly subject: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Why it stands where it stands, in one sentence; absent where that needs none. */
  readonly reason?: string;
  /** Where people can look at it; absent without a public address. */
  readonly link?: { readonly title: string; readonly url: string };
}

/** What a notice tells of a deployment as it is now. `publicUrl` is the address of Beanpod without a slash at its end. */
export function occasionOf(
  { id, state: news, about, createdAt: at }: Notice,
  deployment: Deployment,
  publicUrl: string | undefined,
): Occasion {
  const { service, environment } = deployment.request;
  const isTarget = isAboutTarget(news);
  const reason = isTarget ? about : reasonOf(deployment.state);
  const [title, path] = isTarget
    ? ['What differs', `targets/${service}/${environment}?view=drift`]
    : [`Deployment ${deployment.number}`, `deployments/${deployment.id}`];
  return {
    id,
    deployment,
    news,
    shows: isTarget ? news : deployment.state.name,
    subject: isTarget ? `drift:${service}/${environment}` : deployment.id,
    at,
    ...(reason !== undefined && { reason }),
    ...(publicUrl !== undefined && { link: { title, url: `${publicUrl}/${path}` } }),
  };
}

const WORDS: Readonly<Record<StateName, string>> = {
  held: 'is held',
  queued: 'waits for its turn',
  preparing: 'has started',
  deploying: 'is being deployed',
  verifying: 'is being verified',
  rolling_back: 'is being rolled back',
  succeeded: 'succeeded',
  rolled_back: 'was rolled back',
  rollback_failed: 'could not be rolled back',
  failed: 'failed',
  cancelled: 'was cancelled',
  superseded: 'was superseded',
  expired: 'expired',
};

/** One line for people: `shop-api 118 → staging was rolled back`. */
export function headlineOf({ service, environment, version }: Deployment['request'], news: News): string {
  if (isAboutTarget(news)) return sentenceOf(news, { service, environment, version });
  return `${service} ${version} → ${environment} ${WORDS[news]}`;
}

function reasonOf(state: State): string | undefined {
  if (state.name === 'held') return state.because.map(({ text }) => text).join('; ');
  const failure = failureOf(state);
  return failure && `${failure.title}: ${failure.detail}`;
}

/** What a system that only knows a few states is told. */
export type Progress = 'waiting' | 'running' | 'good' | 'bad' | 'broken' | 'gone';

/** How it stands now with what an occasion is about. */
export function progressOf({ news, deployment: { state } }: Occasion): Progress {
  if (isAboutTarget(news)) return news === 'target.drifted' ? 'bad' : 'good';
  if (state.name === 'held' || state.name === 'queued') return 'waiting';
  if (!isEnded(state)) return 'running';
  switch (state.name) {
    case 'succeeded':
      return 'good';
    case 'rolled_back':
    case 'failed':
    case 'expired':
      return 'bad';
    case 'rollback_failed':
      return 'broken';
    case 'cancelled':
    case 'superseded':
      return 'gone';
  }
}

function failureOf(state: State): Failure | undefined {
  if (state.name === 'rollback_failed') return state.failure;
  if ('cause' in state) return state.cause;
  if (state.name === 'succeeded') return state.unsettled;
  return 'failure' in state ? state.failure : undefined;
}
