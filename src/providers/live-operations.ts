import type { ConnectionCheck } from '../shared/contract/connection.js';
import type { PodsView } from '../shared/contract/live-pods.js';
import type { DroppedLines, TailLine, TailNotice, TailQuery } from '../shared/contract/live-tail.js';
import type { JolokiaRequest } from '../shared/domain/jolokia.js';
import type { Outcome } from '../shared/domain/outcome.js';

/** What people may look at and do on a target beside deployments. What a platform does not have is absent. */
export interface LiveOperations {
  /**
   * Whether the platform can be reached and lets a deployment do its work, without a version and without a write. Every
   * check is named, also those that could not be made: they are `unknown`. Rejects only when the signal aborts.
   */
  checkConnection?(turn: OwnedTurn): Promise<readonly ConnectionCheck[]>;
  instances?(turn: LiveTurn): Promise<LiveAnswer<readonly LiveInstance[]>>;
  /** Asks the instances for their logs now. */
  logs?(turn: LiveTurn, kind: 'tail' | 'bundle'): Promise<LiveAnswer<LiveLogs>>;
  /** Removes registered versions that nothing needs any more; with `dryRun` only says which. Sources stay. */
  cleanUp?(turn: LiveTurn, wish: CleanUpWish): Promise<LiveAnswer<CleanUp>>;
  /**
   * Removes what deployments made for the target alone, and nothing that is not marked as made for it. Looks first, acts
   * once; `wait` until it is gone, `done` with what was seen then. Call it again at any moment.
   */
  remove?(turn: LiveTurn): Promise<LiveAnswer<string>>;
  /** The pods of the target now, and again after each change, until the signal aborts. Whose a pod is, is looked up in the cluster. */
  pods?(turn: OwnedTurn): Promise<LiveAnswer<AsyncIterable<PodsView>>>;
  /** The logs of all containers of the target as one, also of those that come later, until the signal aborts. */
  tail?(turn: OwnedTurn, wish: TailWish): Promise<LiveAnswer<AsyncIterable<TailBatch>>>;
  /** A shell in a container of the target, until either side ends it or the signal aborts. */
  exec?(turn: OwnedTurn, wish: ExecWish): Promise<LiveAnswer<RemoteShell>>;
  /** What the Jolokia agent of a pod answers to these requests, one answer for each. */
  jolokia?(turn: OwnedTurn, pod: SeenPod, requests: readonly JolokiaRequest[]): Promise<LiveAnswer<unknown>>;
  /** Has the workload of a pod make it anew. */
  restartPod?(turn: OperationTurn, pod: SeenPod): Promise<LiveAnswer<Operated>>;
  /** Replaces all pods, one after the other, or restarts the processes of all instances. */
  restart?(turn: OperationTurn): Promise<LiveAnswer<Operated>>;
  /** Has a pod leave its node as soon as its disruption budget allows it. */
  evict?(turn: OperationTurn, pod: SeenPod): Promise<LiveAnswer<Operated>>;
  scale?(turn: OperationTurn, wish: ScaleWish): Promise<LiveAnswer<Operated>>;
  /** Holds a rollout where it is, or lets it go on. `workload` is `Kind/name`; the only one of the target when absent. */
  pause?(turn: OperationTurn, workload: string | undefined): Promise<LiveAnswer<Operated>>;
  resume?(turn: OperationTurn, workload: string | undefined): Promise<LiveAnswer<Operated>>;
}

/**
 * One look at an operation. It looks, is done if it is already so, acts once, says what it saw; after `wait` it is called
 * again with the same operation, also by another worker after a crash halfway.
 */
export interface OperationTurn extends OwnedTurn {
  /** Id of the operation. */
  readonly operation: string;
  /** `preview`: only says what it would do. */
  readonly how: 'carry-out' | 'preview';
  /** When it was asked for, in milliseconds since the epoch. */
  readonly askedAt: number;
  /** What an earlier look stored right before it wrote; undefined when nothing was written for sure. */
  readonly intent: string | undefined;
  /** Stores `note` durably and proves that this worker still may do it; call it right before every write. */
  intend(note: string): Promise<void>;
}

/** One sentence for each object that was touched, or would be. */
export type Operated = readonly string[];

export interface ScaleWish {
  readonly replicas: number;
  /** `Kind/name`; the only one of the target when absent. */
  readonly workload?: string;
}

/** A pod as it was seen; one that has taken its place since is another one. */
export interface SeenPod {
  readonly name: string;
  readonly uid: string;
}

export interface ExecWish {
  readonly pod: SeenPod;
  readonly container: string;
  readonly command: readonly string[];
}

/** A shell on a terminal. Nothing is heard before `listen`. */
export interface RemoteShell {
  listen(listener: {
    output(bytes: Uint8Array): void;
    /** Called once, last. Without an exit code the shell did not end by itself. */
    ended(end: { readonly exitCode?: number; readonly reason: string }): void;
  }): void;
  input(bytes: Uint8Array): void;
  resize(size: { readonly columns: number; readonly rows: number }): void;
  /** Bytes of input that the cluster has not taken yet. */
  readonly waiting: number;
  /** Output is held back in the cluster until `resume`. */
  pause(): void;
  resume(): void;
  close(): void;
}

/** Which lines to follow. */
export interface TailWish extends Omit<TailQuery, 'include' | 'exclude'> {
  /** `position` of the last batch that was read; everything after it comes, and nothing before. */
  readonly after?: string;
  /** Lines that it does not want are forgotten at once. */
  wants(text: string): boolean;
}

/** Lines that came since the batch before, in the order of their times and of each container's own. */
export interface TailBatch {
  readonly lines: readonly TailLine[];
  /** What was lost after these lines: only so many are kept for whoever does not read. */
  readonly dropped: readonly DroppedLines[];
  readonly notices: readonly TailNotice[];
  /** Where to go on after this batch. */
  readonly position: string;
}

/** One live call. It ends when `signal` aborts. */
export interface LiveTurn {
  readonly signal: AbortSignal;
}

/** A live call about things of which a platform holds those of many targets. */
export interface OwnedTurn extends LiveTurn {
  /** Whose things may be looked at and touched. */
  readonly service: string;
  readonly environment: string;
}

/** `wait`: not now; its reason is shown, and the caller may ask again. */
export type LiveAnswer<T> =
  { readonly said: 'done'; readonly value: T } | Exclude<Outcome, { readonly said: 'done' }>;

/** One instance as it is now. */
export interface LiveInstance {
  readonly id: string;
  readonly health: string;
  readonly causes: readonly string[];
  readonly version?: string;
  /** Whether its last deployment is in progress, done or failed, in the words of the platform. */
  readonly deployment?: string;
  /** Number of that deployment; instances of one environment that differ in it run different ones. */
  readonly deploymentId?: number;
  /** Milliseconds since the epoch. */
  readonly launchedAt?: number;
}

/** The logs that came. */
export interface LiveLogs {
  readonly logs: readonly LiveLog[];
  /** Instances whose logs did not come in time. */
  readonly missing: readonly string[];
}

/** The logs of one instance: the ends of its files, the most telling first, or all of them as a zip file. */
export type LiveLog = { readonly instance: string } & (
  | { readonly files: readonly { readonly file: string; readonly lines: readonly string[] }[] }
  | { readonly zip: Uint8Array }
);

export interface CleanUpWish {
  /** Versions of the service that records name: under way, or to go back to. */
  readonly needed: ReadonlySet<string>;
  /** Whether a deployment belongs to the service; one that is not remembered belongs to nobody. */
  isOurs(deploymentId: string): Promise<boolean>;
  /** How many of the newest stay whatever happens. */
  readonly keep: number;
  readonly dryRun: boolean;
}

/** What a clean-up removed, or would, and why the rest stays. */
export interface CleanUp {
  readonly removed: readonly string[];
  readonly kept: readonly { readonly version: string; readonly because: string }[];
}
