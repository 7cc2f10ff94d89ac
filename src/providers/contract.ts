import type { Artifact } from '../shared/contract/artifact.js';
import type { PodsView } from '../shared/contract/live-pods.js';
import type { DroppedLines, TailLine, TailNotice, TailQuery } from '../shared/contract/live-tail.js';
import type { Failure } from '../shared/domain/failures.js';
import type { JolokiaRequest } from '../shared/domain/jolokia.js';
import type { Outcome } from '../shared/domain/outcome.js';
import type { Schema } from '../shared/schema/schema.js';
import { writeOnlyIn } from '../shared/schema/write-only.js';

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

/** What `capture` found before the first write. */
export interface Captured<Baseline> {
  readonly baseline: Baseline;
  /** One line for people: what runs now. */
  readonly summary: string;
  /** Why there is no way back to it, when there is none. */
  readonly noRollback?: Failure;
}

/** Answers of `capture`: the baseline, or the wish to be asked again, or a reason to refuse before any write. */
export type Capture<Baseline> =
  ({ readonly said: 'captured' } & Captured<Baseline>) | Exclude<Outcome, { said: 'done' }>;

/** What is shown of a deployment that went wrong. */
export interface Evidence {
  /** The sentence that a person should read first. */
  readonly firstCause: string;
  /** Events and last log lines of what broke, oldest first. */
  readonly lines: readonly string[];
  /** Longer texts, kept beside the log under their names: letters, digits, dots and dashes. */
  readonly attachments?: readonly Attachment[];
}

/** A text that is too long for the log. */
export interface Attachment {
  readonly name: string;
  readonly text: string;
}

/** What a provider is told about the version to deploy. */
export interface Release {
  readonly deploymentId: string;
  readonly service: string;
  readonly environment: string;
  readonly version: string;
  readonly artifact: Artifact;
  readonly message?: string;
}

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
  /** Collected once, before a rollback destroys it. */
  evidence(turn: Turn, baseline: Baseline): Promise<Evidence>;
  /** What a dry run shows beyond the plan. Read-only. */
  preview?(turn: Turn, baseline: Baseline): Promise<readonly string[]>;
  /** Where active checks with a path but no address go, `http://host:port`; absent when the platform has none. */
  endpoint?(turn: Turn, baseline: Baseline): Promise<string | undefined>;
  /** Resolves when something relevant moved; without it the runner polls. */
  changed?(signal: AbortSignal): Promise<void>;
  close?(): Promise<void>;
}

/** Bytes of an uploaded bundle. */
export interface BundleSource {
  /** `undefined` when no bundle with this hash was uploaded for the service. */
  open(
    service: string,
    sha256: string,
  ): Promise<{ readonly size: number; readonly stream: AsyncIterable<Uint8Array> } | undefined>;
}

/** What people may look at and do on a target beside deployments. What a platform does not have is absent. */
export interface LiveOperations {
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
  /** Has the workload of a pod make it anew. With `dryRun`, as for the others, only says what it would do. */
  restartPod?(turn: OwnedTurn, pod: SeenPod, dryRun: boolean): Promise<LiveAnswer<Operated>>;
  /** Replaces all pods, one after the other. */
  restart?(turn: OwnedTurn, dryRun: boolean): Promise<LiveAnswer<Operated>>;
  scale?(turn: OwnedTurn, wish: ScaleWish, dryRun: boolean): Promise<LiveAnswer<Operated>>;
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

/** How much a call matters when a foreign API allows few: a change before a look, a look before a routine one. */
export type Urgency = 'write' | 'read' | 'watch';

/** Shares the calls that a foreign API allows among all workers of the installation. */
export interface Pace {
  /** Resolves when one more call may go out that counts for `scope`. Rejects only when the signal aborts. */
  take(scope: string, urgency: Urgency, signal: AbortSignal): Promise<void>;
  /** The API refused a call because of too many: all workers slow down. Never rejects. */
  throttled(scope: string): Promise<void>;
}

/** Answer for a credential: its value, the wish to be asked again, or a reason that only people can remove. */
export type CredentialReading =
  { readonly said: 'found'; readonly value: string } | Exclude<Outcome, { said: 'done' }>;

/** Reads the credentials of a target, which its schema marks `writeOnly`; everything else in a target is a value already. */
export interface CredentialSource {
  /**
   * The present value of a reference, of a sealed text or of a plain one. Ask again when a server refuses it or it runs
   * out: what stands behind a reference changes. Keep it in memory alone, and out of errors.
   */
  read(text: string, signal: AbortSignal): Promise<CredentialReading>;
}

/** A call to a foreign API, as whoever watches the work of a process wants to know it. */
export interface ForeignCall {
  /** `elastic-beanstalk`, `s3`, `kubernetes`. */
  readonly system: string;
  /** `UpdateEnvironment`, `PATCH deployments`: one of a small set, never the name of somebody's thing. */
  readonly operation: string;
  /** Whether an error of this call says that there were too many. */
  isThrottled(error: unknown): boolean;
}

/** Watches one try of a call: sends it at once, and passes on what it answers or throws. */
export type ObserveCall = <T>(call: ForeignCall, send: () => Promise<T>) => Promise<T>;

/** What every provider may use of the worker around it. */
export interface Surroundings {
  readonly bundles: BundleSource;
  /** Absent where nothing is read for a target, as in tests of a provider alone. */
  readonly credentials?: CredentialSource;
  /** Absent where calls need not be counted, as in tests. */
  readonly pace?: Pace;
}

export interface ProviderSpec<Target, Baseline> {
  readonly kind: string;
  readonly target: Schema<Target>;
  /** Guards what was stored by an earlier version of the provider. */
  readonly baseline: Schema<Baseline>;
  open(target: Target, release: Release, surroundings: Surroundings): Promise<Session<Baseline>>;
  /** What people may look at and do beside deployments. */
  live?(target: Target, surroundings: Surroundings): LiveOperations;
}

/** A provider with its private types sealed, so that unlike ones share a registry. */
export interface Provider {
  readonly kind: string;
  /** JSON Pointers of the credentials in a target: what the provider reads itself, by `Surroundings`. */
  credentialsIn(target: unknown): readonly string[];
  open(target: unknown, release: Release, surroundings: Surroundings): Promise<Opened>;
  live?(target: unknown, surroundings: Surroundings): OpenedLive;
}

export type OpenedLive =
  | { readonly ok: true; readonly live: LiveOperations }
  | { readonly ok: false; readonly problems: readonly string[] };

export type Opened =
  | { readonly ok: true; readonly session: Session<unknown> }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Seals a provider. The sealed session refuses, by throwing, a baseline that its schema does not know. */
export function defineProvider<Target, Baseline>(spec: ProviderSpec<Target, Baseline>): Provider {
  const { live } = spec;
  return {
    kind: spec.kind,
    credentialsIn: (target) => writeOnlyIn(spec.target.json, target),
    async open(target, release, surroundings) {
      if (!spec.target.is(target)) return { ok: false, problems: problemsOf(spec.target, target) };
      return { ok: true, session: seal(spec, await spec.open(target, release, surroundings)) };
    },
    ...(live && {
      live(target, surroundings) {
        if (!spec.target.is(target)) return { ok: false, problems: problemsOf(spec.target, target) };
        return { ok: true, live: live.call(spec, target, surroundings) };
      },
    }),
  };
}

function problemsOf(schema: Schema<unknown>, target: unknown): readonly string[] {
  return schema.problems(target).map(({ pointer, detail }) => `${pointer} ${detail}`);
}

function seal<Target, Baseline>(
  spec: ProviderSpec<Target, Baseline>,
  session: Session<Baseline>,
): Session<unknown> {
  function proven(baseline: unknown): Baseline {
    if (spec.baseline.is(baseline)) return baseline;
    throw new Error(`The stored baseline is not one of provider ${spec.kind}`);
  }
  const { changed, close, endpoint, preview } = session;
  return {
    capture: (turn) => session.capture(turn),
    forward: (baseline) => session.forward(proven(baseline)),
    back: (baseline) => session.back(proven(baseline)),
    assess: (turn, baseline) => session.assess(turn, proven(baseline)),
    evidence: (turn, baseline) => session.evidence(turn, proven(baseline)),
    ...(preview && { preview: (turn, baseline) => preview.call(session, turn, proven(baseline)) }),
    ...(endpoint && { endpoint: (turn, baseline) => endpoint.call(session, turn, proven(baseline)) }),
    ...(changed && { changed: (signal) => changed.call(session, signal) }),
    ...(close && { close: () => close.call(session) }),
  };
}
