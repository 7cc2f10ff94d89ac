/** What the cloud of the chaos suite says about a target. A revision is taken by one write only. */
export interface CloudTarget {
  readonly revision: number;
  readonly version: string;
  readonly status: 'ready' | 'updating';
  /** Who wrote last; absent until the first write. */
  readonly deployment?: string;
  readonly direction?: Direction;
}

export type Direction = 'forward' | 'back';

/** A wish to change what a target runs. Carried out when the target is ready and still at `revision`. */
export interface WriteRequest {
  readonly deployment: string;
  readonly direction: Direction;
  readonly epoch: number;
  readonly version: string;
  readonly revision: number;
  /** Lines that the session had said by then. */
  readonly said: number;
}

/** A write as the cloud saw it, in the order of arrival. `at` is milliseconds since the epoch. */
export interface CloudWrite extends WriteRequest {
  readonly target: string;
  readonly at: number;
  readonly answer: 'accepted' | 'conflict' | 'busy';
}

/** Any call as the cloud saw it. */
export interface CloudCall {
  readonly target: string;
  readonly deployment: string;
  readonly epoch: number;
}

/** How the cloud misbehaves for a while; at a standstill no update of it ends. */
export interface CloudFault {
  readonly kind: 'throttle' | 'lost-replies' | 'standstill';
  readonly forMs: number;
}

/** The version on every target that nobody has written to. */
export const FIRST_VERSION = 'v0';

/** A version with this in its name never becomes healthy. */
export const BAD = 'bad';
