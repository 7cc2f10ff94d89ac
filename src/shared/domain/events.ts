/** How loud an entry of the journal is for a person who reads it. */
export type Level = 'debug' | 'info' | 'warn' | 'error';

interface Row {
  readonly level: Level;
  /** `{name}` is replaced by the field of the event's data. */
  readonly sentence: string;
}

/** Every event of a deployment. Codes and data are a public contract; sentences may change. */
export const EVENTS = {
  'deployment.accepted': {
    level: 'info',
    sentence: 'Deployment {number} of {version} to {service}/{environment} accepted from {actor}',
  },
  'deployment.queued': { level: 'info', sentence: 'Waiting: {ahead} before this one on the target' },
  'deployment.held': { level: 'info', sentence: 'Held: {because}' },
  'deployment.approved': { level: 'info', sentence: 'Approved by {by}: {reason}' },
  'deployment.resumed': { level: 'info', sentence: 'No longer held' },
  'deployment.limited': {
    level: 'info',
    sentence: 'Waiting for a place: at most {limit} deployments run at once in {scope}',
  },
  'deployment.offered': { level: 'debug', sentence: 'The target is free, waiting for a worker' },
  'deployment.claimed': { level: 'info', sentence: 'Worker {worker} took the deployment, attempt {attempt}' },
  'deployment.lease-lost': { level: 'warn', sentence: 'The worker fell silent; another one takes over' },
  'deployment.handed-over': {
    level: 'info',
    sentence: 'The worker shuts down and hands the deployment over',
  },
  'deployment.cancel-requested': { level: 'warn', sentence: 'Cancel requested by {by}: {reason}' },
  'deployment.preparing': { level: 'info', sentence: 'Recording what runs now' },
  'secrets.resolved': { level: 'debug', sentence: 'Read {count} secrets that the target refers to' },
  'secrets.waiting': { level: 'warn', sentence: 'Waiting for secrets: {because}' },
  'secrets.short': {
    level: 'warn',
    sentence: 'The value of {reference} has fewer than 6 characters and cannot be hidden in logs',
  },
  'secrets.unresolved': {
    level: 'warn',
    sentence: 'Rolling back without secrets that cannot be read now: {because}',
  },
  'image.pinned': { level: 'info', sentence: 'Image {image} is {digest}' },
  'image.moved': {
    level: 'warn',
    sentence: '{image} names {now} by now; this version stays with {digest}',
  },
  'image.unpinned': {
    level: 'warn',
    sentence: '{image} is deployed by its tag, which may name another image later: {because}',
  },
  'image.unchecked': {
    level: 'warn',
    sentence: 'Nobody could see whether {image} is still there: {because}',
  },
  'images.waiting': { level: 'warn', sentence: 'Waiting for an image registry: {because}' },
  'baseline.captured': { level: 'info', sentence: 'Before this deployment: {summary}' },
  'plan.made': { level: 'info', sentence: 'Plan: {steps}' },
  'deployment.deploying': { level: 'info', sentence: 'Deploying {version}' },
  'step.started': { level: 'info', sentence: '{title}' },
  'step.waiting': { level: 'info', sentence: '{title}: {because}' },
  'step.done': { level: 'info', sentence: '{title}: done' },
  'step.failed': { level: 'error', sentence: '{title}: {detail}' },
  'step.crashed': { level: 'warn', sentence: '{title}: unexpected error, trying again ({crashes}): {error}' },
  'deployment.written': { level: 'info', sentence: 'From here on, giving up means rolling back' },
  'deployment.verifying': { level: 'info', sentence: 'Verifying: {stage}' },
  'deployment.settling': {
    level: 'info',
    sentence: '{version} is proven and stays; cleaning up behind it',
  },
  'stage.waiting': { level: 'info', sentence: '{stage}: {because}' },
  'stage.passed': { level: 'info', sentence: '{stage}: passed' },
  'stage.failed': { level: 'error', sentence: '{stage}: {detail}' },
  'settle.failed': {
    level: 'warn',
    sentence: '{version} runs and stays, but not everything behind it was cleaned up: {detail}. {hint}',
  },
  'deployment.cancel-late': {
    level: 'warn',
    sentence: 'The cancel of {by} came too late: {version} had given all its proofs',
  },
  'deployment.rolling_back': { level: 'error', sentence: 'Rolling back: {detail} (before: {baseline})' },
  'evidence.attached': { level: 'info', sentence: 'Kept as an attachment: {name} ({size} bytes)' },
  'evidence.collected': { level: 'error', sentence: 'First cause: {firstCause}' },
  'deployment.succeeded': { level: 'info', sentence: '{version} runs and is healthy' },
  'deployment.rolled_back': { level: 'error', sentence: 'Rolled back: {detail}' },
  'deployment.rollback_failed': { level: 'error', sentence: 'The rollback failed: {detail}. {hint}' },
  'deployment.failed': { level: 'error', sentence: 'Failed: {detail}. {hint}' },
  'deployment.superseded': { level: 'warn', sentence: 'Superseded: {detail}' },
  'deployment.cancelled': { level: 'warn', sentence: 'Cancelled: {detail}' },
  'deployment.expired': { level: 'error', sentence: 'Expired: {detail}' },
  'group.ended': { level: 'info', sentence: 'Group {group}: {detail}' },
  'log.truncated': {
    level: 'warn',
    sentence: 'The log reached its limit of {limit} lines; later lines are not kept, events are',
  },
} as const satisfies Record<string, Row>;

export type EventCode = keyof typeof EVENTS;

/** What happens to a target between its deployments. Subscriptions are told; no journal has it, since an ended one never grows. */
export const TARGET_EVENTS = {
  'target.drifted': {
    level: 'warn',
    sentence: '{service} {version} → {environment} is no longer as it was deployed',
  },
  'target.restored': {
    level: 'info',
    sentence: '{service} {version} → {environment} is again as it was deployed',
  },
} as const satisfies Record<string, Row>;

export type TargetEvent = keyof typeof TARGET_EVENTS;

export type EventData = Readonly<Record<string, string | number | boolean | null>>;

const ROWS: Readonly<Record<string, Row>> = { ...EVENTS, ...TARGET_EVENTS };

/** What a person reads for an event; an unknown code, as an older reader meets it, is shown as it is. */
export function sentenceOf(code: string, data: EventData): string {
  const row = Object.hasOwn(ROWS, code) ? ROWS[code] : undefined;
  if (!row) return code;
  return row.sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(data[name] ?? '–'));
}

export function levelOf(code: string): Level {
  return Object.hasOwn(EVENTS, code) ? EVENTS[code as EventCode].level : 'info';
}
