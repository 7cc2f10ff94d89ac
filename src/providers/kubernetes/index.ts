import { schemaOf } from '../../shared/schema/schema.js';
import type { Release } from '../contract.js';
import { defineProvider, type Provider } from '../define-provider.js';
import { managerOf } from './apply/field-managers.js';
import { Baseline } from './baseline.js';
import { AccessProblem } from './connect/access-problem.js';
import { createClusters, type Cluster, type ClusterSources } from './connect/clusters.js';
import { CONTAINER_API } from './connect/gke.js';
import { openGoogleIdentity } from './connect/google-identity.js';
import { SERVICE_ACCOUNT_FOLDER } from './connect/in-cluster.js';
import { createSecretReferences } from './connect/secret-references.js';
import { createGateway } from './gateway.js';
import { createLive } from './live/live.js';
import type { Link, Rollout } from './rollout.js';
import { createSession } from './session.js';
import { inventoryOf } from './set/inventory.js';
import { KubernetesTarget } from './target.js';

/** What a process gives the provider; everything has a default. */
export interface KubernetesOptions extends Partial<ClusterSources> {
  /** Factor on times, as the runner has it: below 1 only for simulators. */
  readonly tempo?: number;
}

/** The provider of Kubernetes. Connections and watches are shared by all of its sessions. */
export function createKubernetes(options: KubernetesOptions = {}): Provider {
  const { tempo = 1, ...given } = options;
  const sources: ClusterSources = {
    resolveSecret: (reference) =>
      Promise.reject(new AccessProblem(`This worker resolves no references; ${reference} needs one`)),
    openGoogleIdentity,
    containerApi: CONTAINER_API,
    serviceAccountFolder: SERVICE_ACCOUNT_FOLDER,
    ...given,
  };
  const clusters = createClusters(sources);
  return defineProvider({
    kind: 'kubernetes',
    target: schemaOf(KubernetesTarget),
    baseline: schemaOf(Baseline),
    live: (target, { credentials }) => createLive(target, clusters, credentials),
    open: async (target, release, { credentials }) => {
      const read = credentials && createSecretReferences(credentials);
      let cluster: Cluster | undefined;
      let link: Promise<Link> | undefined;
      const rollout: Rollout = {
        ...namesOf(target, release),
        memory: { written: new Map(), ours: new Map() },
        link(signal) {
          link ??= open(signal);
          return link;
        },
      };

      async function open(signal: AbortSignal): Promise<Link> {
        try {
          cluster = await clusters.open(target.cluster, signal, read);
          return { cluster, gateway: createGateway(cluster.transport) };
        } catch (error) {
          link = undefined;
          throw error;
        }
      }

      return createSession({
        rollout,
        hub: () => cluster?.hub,
        now: () => performance.now() / tempo,
        close: () => {
          cluster?.release();
          return Promise.resolve();
        },
      });
    },
  });
}

function namesOf(
  target: KubernetesTarget,
  release: Release,
): Pick<Rollout, 'target' | 'release' | 'manager' | 'inventory'> {
  const { service, environment } = release;
  return {
    target,
    release,
    manager: managerOf(service, environment),
    inventory: inventoryOf(service, environment, target.namespace),
  };
}
