import type { Outcome } from '../shared/domain/outcome.js';

/** What every provider may use of the worker around it. */
export interface Surroundings {
  readonly bundles: BundleSource;
  /** Absent where nothing is read for a target, as in tests of a provider alone. */
  readonly credentials?: CredentialSource;
  /** Absent where calls need not be counted, as in tests. */
  readonly pace?: Pace;
}

/** Bytes of an uploaded bundle. */
export interface BundleSource {
  /** `undefined` when no bundle with this hash was uploaded for the service. */
  open(
    service: string,
    sha256: string,
  ): Promise<{ readonly size: number; readonly stream: AsyncIterable<Uint8Array> } | undefined>;
}

/** Reads the credentials of a target, which its schema marks `writeOnly`; everything else in a target is a value already. */
export interface CredentialSource {
  /**
   * The present value of a reference, of a sealed text or of a plain one. Ask again when a server refuses it or it runs
   * out: what stands behind a reference changes. Keep it in memory alone, and out of errors.
   */
  read(text: string, signal: AbortSignal): Promise<CredentialReading>;
}

/** Answer for a credential: its value, the wish to be asked again, or a reason that only people can remove. */
export type CredentialReading =
  { readonly said: 'found'; readonly value: string } | Exclude<Outcome, { said: 'done' }>;

/** Shares the calls that a foreign API allows among all workers of the installation. */
export interface Pace {
  /** Resolves when one more call may go out that counts for `scope`. Rejects only when the signal aborts. */
  take(scope: string, urgency: Urgency, signal: AbortSignal): Promise<void>;
  /** The API refused a call because of too many: all workers slow down. Never rejects. */
  throttled(scope: string): Promise<void>;
}

/** How much a call matters when a foreign API allows few: a change before a look, a look before a routine one. */
export type Urgency = 'write' | 'read' | 'watch';

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
