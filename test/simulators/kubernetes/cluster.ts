import { admitByQuota } from './admission/quota.js';
import { fillJobSelector } from './admission/job-selector.js';
import { fillStorageClass } from './admission/storage-class.js';
import { qualityOf } from './admission/quality-of-service.js';
import { allocateService } from './admission/service-allocation.js';
import { createClock, type Clock } from './clock.js';
import { createEventRecorder, type EventRecorder } from './events.js';
import { admitByBehaviour } from './kubelet/admit-by-behaviour.js';
import type { Pod } from './workloads.js';
import { createRegistry, type Registry } from './registry/registry.js';
import { createStore, type Store } from './store/store.js';
import { createDelete, type Delete } from './writes/deletion.js';
import { createMutationLog, type MutationLog } from './writes/mutation-log.js';
import { createWrites, type Admission, type Writes } from './writes/writes.js';

/** How the simulated cluster behaves; every time is simulated milliseconds. */
export interface ClusterSettings {
  /** How many times faster than the wall simulated time runs. */
  speed: number;
  /** Changes that a collection remembers for watches. */
  historySize: number;
  nodes: number;
  /** From the binding of a pod to an image that is there. */
  pullMs: number;
  /** From a started container to a ready one, when it has a readiness probe. */
  readyMs: number;
  /** From SIGTERM to the end of a container. */
  stopMs: number;
  /** From a LoadBalancer service to its address. */
  loadBalancerMs: number;
}

/** Everything that controllers and the API share. */
export interface Cluster {
  settings: ClusterSettings;
  clock: Clock;
  registry: Registry;
  store: Store;
  writes: Writes;
  remove: Delete;
  events: EventRecorder;
  mutations: MutationLog;
}

/** Builds an empty cluster; nothing moves before its controllers are started. */
export function createCluster(settings: ClusterSettings): Cluster {
  const store = createStore(settings.historySize);
  const mutations = createMutationLog();

  const admission: Admission = {
    fill(type, object, live) {
      if (type.kind === 'Service') allocateService(store, object, live);
      if (type.kind === 'Job') fillJobSelector(object, live);
      if (type.kind === 'PersistentVolumeClaim') fillStorageClass(store, object);
    },
    admit(type, object) {
      if (type.custom === undefined && type.kind === 'Pod') {
        object['status'] = { phase: 'Pending', qosClass: qualityOf(object as Pod) };
        admitByBehaviour(object);
      }
      admitByQuota(store, type, object);
    },
  };

  return {
    settings,
    clock: createClock(settings.speed),
    registry: createRegistry(),
    store,
    writes: createWrites(store, admission, (commit) => mutations.committed(commit)),
    remove: createDelete(store, (commit) => mutations.committed(commit)),
    events: createEventRecorder(store),
    mutations,
  };
}
