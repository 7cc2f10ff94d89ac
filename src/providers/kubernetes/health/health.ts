import type { Failure } from '../../../shared/domain/failures.js';
import type { KubeObject } from '../object.js';
import type { Ages } from '../failure/ages.js';
import type { HealthRule } from './custom-rule.js';

/**
 * How one object is. `suspended` is held on purpose: it neither fails nor counts as a success. A warning is for
 * people and changes nothing.
 */
export type Health =
  | { readonly verdict: 'healthy'; readonly reason: string; readonly warning?: string }
  | { readonly verdict: 'progressing' | 'suspended' | 'unknown'; readonly reason: string }
  | { readonly verdict: 'degraded'; readonly reason: string; readonly failure: Failure };

/** What our own write of an object returned. */
export interface Written {
  readonly uid: string;
  /** Absent for kinds without a generation. */
  readonly generation?: number;
  readonly resourceVersion: string;
  /** When it was written by the clock of the API server, RFC 3339. */
  readonly at?: string;
}

/** Answers about the rest of the cluster. `undefined` means that it cannot be seen, which is never read as "no". */
export interface Surroundings {
  /** The objects of a kind that the judged object controls. */
  owned(kind: 'ReplicaSet'): readonly KubeObject[];
  /** Whether an object of the same namespace exists. */
  exists(kind: 'Service' | 'Secret', name: string): boolean | undefined;
  /** Addresses behind a Service that are ready. */
  readyAddresses(service: string): number | undefined;
  /** Whether workloads of the deployed set that want pods have the labels: `some`, `none`, or no such workload at all. */
  backedBy(selector: Readonly<Record<string, string>>): 'some' | 'none' | 'no workload';
  /** `Immediate` or `WaitForFirstConsumer`. */
  bindingMode(storageClass: string): string | undefined;
  /** The newest message of a Warning about the judged object with this reason. */
  warning(reason: string): string | undefined;
  /** Pods of the judged object on nodes that can run nothing at present. */
  strandedPods(): number;
  /** Those of them that are of the newest revision of the judged DaemonSet. */
  strandedNewPods(): number;
}

/** Beside the object: what we wrote, what surrounds it, and how long a condition has lasted. */
export interface HealthContext {
  readonly written: Written;
  readonly around: Surroundings;
  readonly ages: Ages;
  /** Whether a Job must have ended well, or only begun. */
  readonly jobMust?: 'complete' | 'start';
  /** How the owner of a custom resource says that it reads. */
  readonly rule?: HealthRule;
  /** Whether its kind has a status for a controller to write; false where nobody could tell. */
  readonly hasStatus?: boolean;
}

/** Judges one object; pure. */
export type Judge = (object: KubeObject, context: HealthContext) => Health;

export function healthy(reason: string, warning?: string): Health {
  return { verdict: 'healthy', reason, ...(warning !== undefined && { warning }) };
}

export function progressing(reason: string): Health {
  return { verdict: 'progressing', reason };
}

export function suspended(reason: string): Health {
  return { verdict: 'suspended', reason };
}

export function unknown(reason: string): Health {
  return { verdict: 'unknown', reason };
}

export function degraded(failure: Failure): Health {
  return { verdict: 'degraded', reason: failure.detail, failure };
}
