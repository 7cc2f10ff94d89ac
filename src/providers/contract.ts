import type { Artifact } from '../shared/contract/artifact.js';
import type { Failure } from '../shared/domain/failures.js';
import type { Group } from '../shared/domain/groups.js';
import type { Outcome } from '../shared/domain/outcome.js';
import type { LiveAnswer } from './live-operations.js';

/** A provider at work on one target for one deployment. */
export interface Session<Baseline> {
  /** Read-only. Its answer is stored before the first write. */
  capture(turn: Turn): Promise<Capture<Baseline>>;
  /** Pure: the same baseline gives the same steps. */
  forward(baseline: Baseline): readonly Step[];
  /** Pure. Ends with steps that see the baseline running and healthy again. */
  back(baseline: Baseline): readonly Step[];
  /** `done` healthy · `wait` progressing or unknown · `failed` degraded, with the reason. Judges the new version only. */
  assess(turn: Turn, baseline: Baseline): Promise<Outcome>;
  /**
   * What must not be undone any more, such as deleting what the version no longer needs: called once it has given all its
   * proofs, and like a step at any moment again. A failure, a deadline or a cancel brings nothing back from here on: the
   * deployment succeeds, says what is left, and the next one has to find and finish it.
   */
  settle?(turn: Turn, baseline: Baseline): Promise<Outcome>;
  /** Collected once, before a rollback destroys it. */
  evidence(turn: Turn, baseline: Baseline): Promise<Evidence>;
  /** What a dry run shows beyond the plan. Read-only. */
  preview?(turn: Turn, baseline: Baseline): Promise<readonly string[]>;
  /**
   * What is not as this release left it, when it was deployed from that baseline; read-only. Empty only after everything
   * was looked at: what could not be is `wait` or `failed`.
   */
  drift?(turn: Turn, baseline: Baseline): Promise<LiveAnswer<readonly Drifted[]>>;
  /** Where active checks with a path but no address go, `http://host:port`; absent when the platform has none. */
  endpoint?(turn: Turn, baseline: Baseline): Promise<string | undefined>;
  /** Resolves when something relevant moved; without it the runner polls. */
  changed?(signal: AbortSignal): Promise<void>;
  close?(): Promise<void>;
}

/** What a provider is told about the version to deploy. */
export interface Release {
  readonly deploymentId: string;
  readonly service: string;
  readonly environment: string;
  readonly version: string;
  /** Its images carry their digests, `name:tag@sha256:…`, where those are known. */
  readonly artifact: Artifact;
  readonly message?: string;
}

/** What `capture` found before the first write. */
export interface Captured<Baseline> {
  readonly baseline: Baseline;
  /** One line for people: what runs now. */
  readonly summary: string;
  /** Names of the groups of a target that has any: they are deployed as one, and reported one by one. */
  readonly groups?: readonly string[];
  /** Why there is no way back to it, when there is none. */
  readonly noRollback?: Failure;
}

/** Answers of `capture`: the baseline, or the wish to be asked again, or a reason to refuse before any write. */
export type Capture<Baseline> =
  ({ readonly said: 'captured' } & Captured<Baseline>) | Exclude<Outcome, { said: 'done' }>;

/** One re-entrant piece of a plan, rebuilt on every run; only its `id` is remembered. */
export interface Step {
  readonly id: string;
  /** Shown to people before it runs. */
  readonly title: string;
  /** Whether it changes what the target runs. Uploading an artifact does not. */
  readonly writes: boolean;
  /** Milliseconds until the runner gives up on it; the policy of the target when absent. */
  readonly deadlineMs?: number;
  /**
   * Looks, is done if it is already so, acts once, says what it saw. It may be called again at any moment,
   * also after a crash halfway. It never sleeps, loops or reads a clock. An ambiguous write is `wait`.
   */
  run(turn: Turn): Promise<Outcome>;
}

/** What a piece of provider code is given for one call. Calls end when `signal` aborts; they never outlive it. */
export interface Turn {
  /** Aborts when this worker must stop touching the target: the lease is lost or the process shuts down. */
  readonly signal: AbortSignal;
  /** Fencing number of this worker's lease: grows with every owner of the target. */
  readonly epoch: number;
  /** Adds a line to the deployment's log. Redacted and cleaned by the receiver. */
  say(line: string, level?: 'debug' | 'info' | 'warn' | 'error'): void;
  /** What this step stored with `intend` before an earlier write, also by a worker that died since. */
  readonly intent: string | undefined;
  /** Seconds or days ago: milliseconds since that intent was stored, by the clock of the store. */
  readonly intentAgeMs: number;
  /** What another step of this deployment stored with `intend`, last; by its id and the plan that it is in. */
  noteOf(plan: 'forward' | 'back', step: string): string | undefined;
  /**
   * Stores `note` durably and proves that this worker still owns the target; call it right before every write.
   * In a step with `writes: true` the deployment counts as having written from here on.
   */
  intend(note: string): Promise<void>;
}

/** What is shown of a deployment that went wrong. */
export interface Evidence {
  /** The sentence that a person should read first. */
  readonly firstCause: string;
  /** Events and last log lines of what broke, oldest first. */
  readonly lines: readonly string[];
  /** Longer texts, kept beside the log under their names: letters, digits, dots and dashes. */
  readonly attachments?: readonly Attachment[];
  /** How the groups looked that had been written; absent for a target without any. */
  readonly groups?: readonly SeenGroup[];
}

/** How a group looked. */
export interface SeenGroup {
  readonly name: string;
  readonly seen: NonNullable<Group['seen']>;
  /** What was seen of one that was not healthy. */
  readonly because?: string;
}

/** A text that is too long for the log. */
export interface Attachment {
  readonly name: string;
  readonly text: string;
}

/** Something of a target that is not as it was deployed. */
export interface Drifted {
  readonly name: string;
  readonly change: 'gone' | 'changed';
  /** Empty when it is gone. */
  readonly fields: readonly DriftedField[];
}

/** A place whose value is not the one that was deployed. */
export interface DriftedField {
  /** In the words of the platform. */
  readonly path: string;
  /** As JSON; absent when there is none, and for what is hidden because it may be a secret. */
  readonly recorded?: string;
  readonly live?: string;
}
