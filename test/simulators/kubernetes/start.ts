import { createCallLog, type CallLog } from './api/call-log.js';
import { createFaults, type Faults } from './api/faults.js';
import { ADMIN, createTokens, type IdentityOptions, type Tokens } from './api/identity.js';
import { startApiServer } from './api/server.js';
import { createWatchHub, type WatchHub } from './api/watch.js';
import { createCluster, type Cluster, type ClusterSettings } from './cluster.js';
import { furnish } from './furnish.js';
import { kubeconfigOf } from './kubeconfig.js';
import { startControllers } from './controllers/start-controllers.js';
import { makeCertificate } from './tls.js';

/** How a simulator is started; everything has a default. */
export interface KubernetesOptions extends Partial<ClusterSettings> {
  /** 0 takes any free port. */
  port?: number;
  /** Real milliseconds between bookmarks of a watch. */
  bookmarkMs?: number;
  identities?: IdentityOptions[];
  /** Namespaces besides default and kube-system that exist from the start. */
  namespaces?: string[];
}

/** A running simulator. */
export interface KubernetesSimulator {
  url: string;
  /** The CA certificate, PEM. */
  ca: string;
  /** The administrator's token. */
  token: string;
  /** A kubeconfig for an identity, the administrator when none is named. Throws for a name that is unknown. */
  kubeconfig(identity?: string, namespace?: string): string;
  /** The insides, for tests that look without a call. */
  cluster: Cluster;
  faults: Faults;
  calls: CallLog;
  tokens: Tokens;
  /** The watches that are open now: lets them go silent, and breaks them. */
  watches: Pick<WatchHub, 'mute' | 'end'>;
  close(): Promise<void>;
}

const DEFAULTS: ClusterSettings = {
  speed: 20,
  historySize: 10_000,
  nodes: 3,
  pullMs: 500,
  readyMs: 1000,
  stopMs: 500,
  loadBalancerMs: 5000,
};

/** Starts a cluster and its API on the loopback. */
export async function startKubernetes(options: KubernetesOptions = {}): Promise<KubernetesSimulator> {
  const { port = 0, bookmarkMs = 5000, identities = [], namespaces = [], ...settings } = options;
  const cluster = createCluster({ ...DEFAULTS, ...settings });
  // Before the controllers: what one of them writes while it hears of a change must be told after that change.
  const hub = createWatchHub(cluster, bookmarkMs);
  const kubelet = startControllers(cluster);
  furnish(cluster, namespaces);
  const tokens = createTokens(identities);
  const faults = createFaults();
  const calls = createCallLog();
  const certificate = await makeCertificate();
  const api = await startApiServer({ cluster, kubelet, faults, calls, tokens }, hub, certificate, port);
  const url = `https://127.0.0.1:${api.port}`;
  const token = tokens.tokenOf(ADMIN) ?? '';
  return {
    url,
    ca: certificate.ca,
    token,
    kubeconfig(identity = ADMIN, namespace = 'default') {
      const own = tokens.tokenOf(identity);
      if (own === undefined) throw new Error(`the simulator knows no identity called ${identity}`);
      return kubeconfigOf({ url, ca: certificate.ca, user: identity, token: own, namespace });
    },
    cluster,
    faults,
    calls,
    tokens,
    watches: hub,
    async close() {
      cluster.clock.stop();
      await api.close();
    },
  };
}
