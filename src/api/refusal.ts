import type { Violation } from '../shared/schema/schema.js';
import { ACCESS_REFUSALS } from './access/refusals.js';
import { HOOK_REFUSALS } from './hooks/refusals.js';
import { LIVE_REFUSALS } from './live/refusals.js';
import { REQUEST_REFUSALS } from './request-refusals.js';

interface Row {
  readonly status: number;
  readonly title: string;
  /** What the caller can do, for the page of the code. */
  readonly hint: string;
}

/** Every reason for which the API says no, with its HTTP status. Codes are a public contract, titles may change. */
export const REFUSALS = {
  ...REQUEST_REFUSALS,
  ...ACCESS_REFUSALS,
  ...HOOK_REFUSALS,
  ...LIVE_REFUSALS,
  'service.unknown': {
    status: 404,
    title: 'There is no such service',
    hint: 'Register it with PUT /v1/services/{service}.',
  },
  'environment.unknown': {
    status: 404,
    title: 'There is no such environment',
    hint: 'Register it with PUT /v1/environments/{environment}.',
  },
  'clone.unknown': {
    status: 404,
    title: 'There is no such clone',
    hint: 'Only environments that were made by POST /v1/environments/{environment}/clone can be ended this way.',
  },
  'clone.refused': {
    status: 422,
    title: 'The environment cannot be cloned like this',
    hint: 'Correct everything that `errors` names; nothing was made.',
  },
  'target.unknown': {
    status: 404,
    title: 'There is no such target',
    hint: 'Register it with PUT /v1/targets/{service}/{environment}.',
  },
  'provider.unknown': {
    status: 422,
    title: 'The provider of the target is not known here',
    hint: 'List its package in BEANPOD_PROVIDERS of the API and of the workers.',
  },
  'configuration.changed': {
    status: 412,
    title: 'Somebody else has changed it',
    hint: 'Read it again, look what has changed, and repeat the change with the new ETag in If-Match.',
  },
  'configuration.used': {
    status: 409,
    title: 'It is still used',
    hint: 'Remove what the detail names first.',
  },
  'version.unknown': {
    status: 404,
    title: 'There is no such version',
    hint: 'Register it with POST /v1/services/{service}/versions.',
  },
  'version.ambiguous': {
    status: 422,
    title: 'The start of a commit fits several versions',
    hint: 'Name the version, or more of its commit.',
  },
  'version.unregistered': {
    status: 422,
    title: 'Nothing is known of what this version is made of',
    hint: 'Register the version first, or send its artifact with the request.',
  },
  'version.conflict': {
    status: 409,
    title: 'The version exists with other content',
    hint: 'A version never changes: choose a new name.',
  },
  'bundle.unknown': {
    status: 422,
    title: 'The bundle was not uploaded',
    hint: 'Upload it with PUT /v1/services/{service}/bundles/{sha256}, then deploy.',
  },
  'bundle.mismatch': {
    status: 422,
    title: 'The bundle is not the one that was announced',
    hint: 'Compute the SHA-256 of the file again and upload it once more; nothing was kept.',
  },
  'deployment.unknown': {
    status: 404,
    title: 'There is no such deployment',
    hint: 'Check the id; old deployments end with their retention.',
  },
  'deployment.ended': { status: 409, title: 'The deployment has ended', hint: 'Nothing is left to cancel.' },
  'deployment.proven': {
    status: 409,
    title: 'It is too late to cancel the deployment',
    hint: 'Wait for its end, which is near, then roll it back.',
  },
  'deployment.unended': {
    status: 409,
    title: 'The deployment is still under way',
    hint: 'Cancel it instead; what it wrote is rolled back.',
  },
  'rollback.needless': {
    status: 409,
    title: 'The deployment left nothing that could be rolled back',
    hint: 'Name the deployment whose version runs on the target now.',
  },
  'rollback.unknown': {
    status: 409,
    title: 'Nothing is known of what ran before',
    hint: 'Deploy a version by its name instead.',
  },
  'repetition.forgotten': {
    status: 409,
    title: 'What the deployment was made of is no longer kept',
    hint: 'Deploy the version with its artifact instead.',
  },
  'repetition.outdated': {
    status: 409,
    title: 'The target has another provider now',
    hint: 'Deploy the version with an artifact for the provider of today.',
  },
  'deployment.not-held': {
    status: 409,
    title: 'The deployment waits for nobody',
    hint: 'Read its state; only a deployment that is held can be approved.',
  },
  'deployment.unsuccessful': {
    status: 424,
    title: 'The deployment did not succeed',
    hint: 'Read the detail and the log of the deployment.',
  },
  'deployment.unfinished': {
    status: 503,
    title: 'The deployment has not ended yet',
    hint: 'Ask again after the time in Retry-After.',
  },
  'target.busy': {
    status: 409,
    title: 'The target is busy',
    hint: 'Wait for the deployment that the detail names, or let yours line up with onBusy.',
  },
  'target.blocked': {
    status: 409,
    title: 'A blocker refuses the deployment',
    hint: 'Wait until it clears, or ask somebody with the right to override it.',
  },
  'target.held': {
    status: 409,
    title: 'This version failed on the target',
    hint: 'Deploy another version, or say with `retry` why it should be tried again.',
  },
  'release.unknown': {
    status: 404,
    title: 'There is no such release',
    hint: 'List them with GET /v1/releases.',
  },
  'release.ended': { status: 409, title: 'The release has ended', hint: 'Nothing is left to cancel.' },
  'release.invalid': {
    status: 422,
    title: 'Members of the release cannot be deployed',
    hint: 'Correct every member that `errors` names; nothing was stored.',
  },
  'restore.needless': {
    status: 409,
    title: 'The environment runs this already',
    hint: 'Compare them with GET /v1/environments/{environment}/diff.',
  },
  'subscription.unknown': {
    status: 404,
    title: 'There is no such subscription',
    hint: 'List them with GET /v1/subscriptions.',
  },
  'notice.unknown': {
    status: 404,
    title: 'There is no such notice',
    hint: 'List them with GET /v1/subscriptions/{subscription}/notices; the last 500 are kept.',
  },
  'snapshot.unknown': {
    status: 404,
    title: 'There is no such snapshot',
    hint: 'List them with GET /v1/environments/{environment}/snapshots; an environment keeps its last 1000.',
  },
  'blocker.unknown': {
    status: 404,
    title: 'There is no such blocker',
    hint: 'List them with GET /v1/blockers.',
  },
  'target.full': {
    status: 409,
    title: 'Too many deployments wait for the target',
    hint: 'Wait until some have ended, or replace those in line with onBusy: supersede.',
  },
  'idempotency.conflict': {
    status: 422,
    title: 'The idempotency key was used for another request',
    hint: 'Use a new key for a new request.',
  },
  'plan.failed': {
    status: 422,
    title: 'The deployment could not be planned',
    hint: 'The detail says what the worker saw; correct it before you deploy.',
  },
  'plan.timeout': {
    status: 504,
    title: 'No worker answered in time',
    hint: 'Check that a worker runs, then ask again.',
  },
  'attachment.unknown': {
    status: 404,
    title: 'The deployment has no such attachment',
    hint: 'The events evidence.attached of the deployment name what it has.',
  },
  'store.unavailable': {
    status: 503,
    title: 'The store cannot be reached',
    hint: 'Nothing was accepted; try again after the time in Retry-After.',
  },
  'configuration.moving': {
    status: 503,
    title: 'The configuration keeps changing',
    hint: 'Nothing was accepted; try again after the time in Retry-After.',
  },
  'store.full': {
    status: 503,
    title: 'The store is nearly full',
    hint: 'What runs goes on. Give Redis more memory, or let logs leave it sooner; then try again.',
  },
  'queue.overloaded': {
    status: 503,
    title: 'Too many deployments are under way',
    hint: 'Try again after the time in Retry-After, or add workers.',
  },
  'api.draining': {
    status: 503,
    title: 'This process shuts down',
    hint: 'Try again; another process will answer.',
  },
  'internal.error': {
    status: 500,
    title: 'Something went wrong on our side',
    hint: 'Quote the request id when you report it.',
  },
} as const satisfies Record<string, Row>;

/** Stable code of a refusal. */
export type RefusalCode = keyof typeof REFUSALS;

interface More {
  readonly errors?: readonly Violation[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Whom or what it was about, for the audit log alone. */
  readonly about?: string;
  /** Further members of the problem. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** A no to a caller: thrown in the API, becomes problem+json, and nothing is stored or enqueued. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly code: RefusalCode;
  readonly more: More;

  constructor(code: RefusalCode, detail: string, more: More = {}) {
    super(detail);
    this.code = code;
    this.more = more;
  }
}
