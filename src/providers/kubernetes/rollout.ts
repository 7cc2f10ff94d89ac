import type { Release } from '../contract.js';
import type { Cluster } from './connect/clusters.js';
import type { Gateway } from './gateway.js';
import type { Written } from './health/health.js';
import type { InventoryPlace } from './set/inventory.js';
import type { PreparedSet } from './set/prepared-set.js';
import type { KubernetesTarget } from './target.js';

/** An open way to the cluster of a target. */
export interface Link {
  readonly cluster: Cluster;
  readonly gateway: Gateway;
}

/** What a session has found out. It may be lost with the process at any moment: everything in it can be found again. */
export interface Memory {
  set?: PreparedSet;
  /** What our writes returned, by the key of the member. */
  readonly written: Map<string, Written>;
  /** Generations that are known to be ours, by the key of the member. */
  readonly ours: Map<string, number>;
}

/** One deployment of one target. */
export interface Rollout {
  readonly target: KubernetesTarget;
  readonly release: Release;
  /** The name under which Beanpod owns fields of this target. */
  readonly manager: string;
  readonly inventory: InventoryPlace;
  readonly memory: Memory;
  /** Opens the way at its first use. */
  link(signal: AbortSignal): Promise<Link>;
}
