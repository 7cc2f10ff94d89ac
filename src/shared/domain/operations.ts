import type { Verb } from './access.js';
import type { Failure } from './failures.js';

interface Row {
  /** The right that it takes, when it is asked for and again when it begins. */
  readonly verb: Verb;
  /** How long it may take from its beginning, in milliseconds; what has not come to an end by then failed. */
  readonly withinMs: number;
}

/** Everything that people may have done to what runs, beside deployments. */
export const OPERATIONS = {
  'restart-pod': { verb: 'restart', withinMs: 60_000 },
  // The processes of an environment of Elastic Beanstalk come back within minutes.
  restart: { verb: 'restart', withinMs: 900_000 },
  // A budget may allow another pod once a replacement is ready.
  evict: { verb: 'restart', withinMs: 120_000 },
  scale: { verb: 'scale', withinMs: 60_000 },
  pause: { verb: 'restart', withinMs: 60_000 },
  resume: { verb: 'restart', withinMs: 60_000 },
  logs: { verb: 'logs', withinMs: 60_000 },
} as const satisfies Readonly<Record<string, Row>>;

export type OperationKind = keyof typeof OPERATIONS;

export const OPERATION_KINDS = Object.keys(OPERATIONS) as OperationKind[];

/**
 * `queued` waits for the target; `running` has a worker, or lost one and waits for another. The others are ends and are
 * never left: `expired` and `cancelled` were never begun.
 */
export const OPERATION_STATES = ['queued', 'running', 'succeeded', 'failed', 'expired', 'cancelled'] as const;

export type OperationState = (typeof OPERATION_STATES)[number];

/** What is to be done, and to what. Doing it again does no more than doing it once. */
export type OperationWish =
  | { readonly kind: 'restart-pod' | 'evict'; readonly pod: { readonly name: string; readonly uid: string } }
  | { readonly kind: 'restart' }
  | { readonly kind: 'scale'; readonly replicas: number; readonly workload?: string }
  | { readonly kind: 'pause' | 'resume'; readonly workload?: string };

/** Whose wish it is, as the API knew them; judged again by the same names when it begins. */
export interface Asker {
  readonly id: string;
  readonly name: string;
  readonly owner: {
    readonly kind: 'person' | 'service-account' | 'trust' | 'installation';
    readonly name: string;
  };
  readonly by: 'token' | 'session' | 'ci' | 'nothing';
}

/** An operation as it is stored. Times are milliseconds since the epoch by the clock of Redis. */
export interface Operation {
  readonly id: string;
  readonly service: string;
  readonly environment: string;
  readonly kind: OperationKind;
  readonly subject?: string;
  readonly asker: Asker;
  readonly reason: string;
  readonly state: OperationState;
  readonly queuedAt: number;
  /** It is not begun after this time. */
  readonly expiresAt: number;
  readonly startedAt?: number;
  readonly endedAt?: number;
  /** What it waits for. */
  readonly because?: string;
  readonly done?: readonly string[];
  readonly failure?: Failure;
}

/** Whether it has come to an end, which it does not leave. */
export function hasEnded(state: OperationState): boolean {
  return state !== 'queued' && state !== 'running';
}

/** What a wish is about, in words; undefined when it is about the whole target. */
export function subjectOf(wish: OperationWish): string | undefined {
  switch (wish.kind) {
    case 'restart':
      return undefined;
    case 'restart-pod':
    case 'evict':
      return `pod ${wish.pod.name}`;
    case 'scale':
      return `${wish.workload ?? 'its workload'} to ${wish.replicas} pods`;
    case 'pause':
    case 'resume':
      return wish.workload;
  }
}
