import type { Approval } from './approvals.js';
import type { DeploymentId } from './ids.js';
import type { Failure } from './failures.js';
import type { Group } from './groups.js';
import type { Digests } from './image-reference.js';
import type { State } from './state.js';

/** How the deployment came about. */
export type Kind = 'deploy' | 'redeploy' | 'rollback';

/** What a newcomer does when the target is busy: line up, replace those in line, or be refused. */
export type OnBusy = 'queue' | 'supersede' | 'reject';

/** Who asked: the name of a token or a person. */
export interface Actor {
  readonly name: string;
}

/** Where the request came from, as CI told us. Shown, never interpreted. */
export interface CiRun {
  readonly name?: string;
  readonly url?: string;
}

/** What was asked for; written once at acceptance. Holds references to secrets, never secrets. */
export interface Request {
  readonly service: string;
  readonly environment: string;
  readonly version: string;
  readonly provider: string;
  readonly kind: Kind;
  readonly onBusy: OnBusy;
  readonly actor: Actor;
  readonly message?: string;
  readonly commit?: string;
  readonly ci?: CiRun;
  /** The deployment that this one repeats or undoes. */
  readonly of?: string;
  /** The release that it is part of. */
  readonly release?: string;
  /** Blockers that somebody with the right to do so set aside for it. */
  readonly override?: { readonly blockers: readonly string[]; readonly reason: string };
  /** Who wrote the version, as registered. */
  readonly author?: string;
  /** The `traceparent` of the request, which the trace of the work goes on with. */
  readonly trace?: string;
  /** Fingerprint of the frozen input. */
  readonly content?: string;
  /** RFC 3339; it is not begun after this time, whatever has held it. */
  readonly expiresAt?: string;
}

/** A step as it is remembered and shown: its code is rebuilt, never stored. */
export interface StepTitle {
  readonly id: string;
  readonly title: string;
}

/** What the workers have found out so far. Times are milliseconds since the epoch by the clock of Redis. */
export interface Progress {
  readonly forward: readonly StepTitle[];
  readonly back: readonly StepTitle[];
  readonly noRollback?: Failure;
  /** Whether there is something to do once the version is proven. */
  readonly settles?: boolean;
  /** The groups that are deployed as one; absent where there are none. */
  readonly groups?: readonly Group[];
  /** What its images run with; absent where nothing was looked up. */
  readonly digests?: Digests;
  /** One line about what ran before. */
  readonly baseline?: string;
  /** When the current state, step or stage began; deadlines count from here. */
  readonly since: number;
  /** When the present state began. */
  readonly entered?: number;
  /** Last note of each step before a write, by `forward:<id>` or `back:<id>`. */
  readonly intents: Readonly<Record<string, { readonly note: string; readonly at: number }>>;
  /** Unexpected errors in a row at the current step. */
  readonly crashes: number;
}

/** A wish to stop, honoured at the next safe point. */
export interface CancelWish {
  readonly by: string;
  readonly reason: string;
}

/** One attempt to bring a target to a version. */
export interface Deployment {
  readonly id: DeploymentId;
  readonly number: number;
  readonly request: Request;
  readonly state: State;
  readonly progress: Progress;
  readonly acceptedAt: number;
  readonly startedAt?: number;
  readonly updatedAt: number;
  readonly finishedAt?: number;
  /** How many workers have taken it since it last got further. */
  readonly attempts: number;
  /** Grows with every change; the ETag of the deployment. */
  readonly revision: number;
  readonly cancel?: CancelWish;
  readonly approvals?: readonly Approval[];
  /** How many were before it on its target when it was read; only while it is queued. */
  readonly ahead?: number;
}

export const NO_PROGRESS: Progress = { forward: [], back: [], since: 0, intents: {}, crashes: 0 };
