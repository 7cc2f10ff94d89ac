import type { Release } from '../contract.js';
import type { BundleSource } from '../surroundings.js';
import type { Baseline } from './baseline.js';
import type { BundleLocation, Instance } from './environment.js';
import type { Gateway } from './gateway.js';
import type { Following } from './region-watch.js';
import type { Storage } from './storage.js';
import type { ElasticBeanstalkTarget } from './target.js';

/** What a session may use, with or without a baseline. */
export interface Site {
  readonly target: ElasticBeanstalkTarget;
  readonly release: Release;
  /** Version label of the release. */
  readonly to: string;
  readonly eb: Gateway;
  readonly s3: Storage;
  readonly bundles: BundleSource;
  readonly watch: Following;
  readonly memory: Memory;
  /** Between two looks for the logs of the instances. */
  readonly logPauseMs: number;
}

/** One release on its way to one environment whose baseline is known. */
export interface Rollout extends Site {
  readonly baseline: Baseline;
  /** The CNAME that the environment must hold while it is judged. */
  readonly cname?: string;
}

/** A source bundle that is ready in S3, with a mark of its content. */
export interface ReadyBundle {
  readonly location: BundleLocation;
  readonly fingerprint: string;
  /** Names inside the bundle; absent when it is no zip file or too large a one to list. */
  readonly names?: readonly string[];
}

/** What a session remembers. Losing it in a crash costs calls and time, never a wrong verdict. */
export interface Memory {
  /** Whether this session has put events into the log already. */
  told: boolean;
  /** Ids of the requests that were accepted. */
  forwardRequest?: string | undefined;
  backRequest?: string | undefined;
  /** The last update was certainly not carried out. */
  refused: boolean;
  /** A write was just accepted; looking again at once would show nothing new. */
  justSent: boolean;
  expired: number;
  absentLooks: number;
  /** Looks that saw instances which a policy is about to remove. */
  leavingLooks: number;
  instances?: readonly Instance[];
  /** Every instance was seen to run the new version, and no event came since. */
  proven: boolean;
  bundle?: ReadyBundle;
  /** Whether the version label was free when the baseline was captured. */
  labelIsFree: boolean;
}

/** What a new session remembers: nothing. */
export function emptyMemory(): Memory {
  return {
    told: false,
    refused: false,
    justSent: false,
    expired: 0,
    absentLooks: 0,
    leavingLooks: 0,
    proven: false,
    labelIsFree: false,
  };
}
