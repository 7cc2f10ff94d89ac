import { createHash } from 'node:crypto';
import type { ObserveCall } from '../../surroundings.js';
import { createDiscovery, type Discovery } from '../discovery/discovery.js';
import { createHttpTransport, type ClusterAddress } from '../http-transport.js';
import type { ClusterAccess } from '../target.js';
import type { KubeTransport } from '../transport.js';
import { createWatchHub, type WatchHub } from '../watch/watch-hub.js';
import { createGkeLookups } from './gke-lookups.js';
import type { OpenGoogleIdentity } from './google-identity.js';
import { inClusterAccess } from './in-cluster.js';
import { readKubeconfig } from './kubeconfig.js';
import { renewedToken, type TokenSource } from './token-source.js';

/** What all deployments to one cluster share. */
export interface Cluster {
  readonly transport: KubeTransport;
  readonly discovery: Discovery;
  readonly hub: WatchHub;
  /** Gives it back; it is closed some time after everybody did. */
  release(): void;
}

/** The value behind a reference; throws `AccessProblem` when there is none. */
type ReadSecret = (reference: string) => Promise<string>;

/** Where access to clusters comes from. */
export interface ClusterSources {
  /** Used where a deployment brings no way of its own. */
  readonly resolveSecret: ReadSecret;
  readonly openGoogleIdentity: OpenGoogleIdentity;
  readonly containerApi: string;
  readonly serviceAccountFolder: string;
  readonly observe?: ObserveCall;
}

/** Connections of this process, one for each cluster and identity. Errors are `AccessProblem` and `KubeConnectionError`. */
export interface Clusters {
  /** Credentials are read anew each time, so that a change of them needs no restart. */
  open(access: ClusterAccess, signal: AbortSignal, read?: ReadSecret): Promise<Cluster>;
}

/** Connections that nobody uses are kept for so long, as deployments come in groups. */
const IDLE_MS = 60_000;

interface Shared {
  readonly transport: KubeTransport;
  readonly discovery: Discovery;
  readonly hub: WatchHub;
  users: number;
  timer?: NodeJS.Timeout;
}

export function createClusters(sources: ClusterSources): Clusters {
  const open = new Map<string, Shared>();
  const findGke = createGkeLookups(sources.openGoogleIdentity, sources.containerApi);

  function acquire(key: string, make: () => KubeTransport): Cluster {
    let shared = open.get(key);
    if (!shared) {
      const transport = make();
      shared = {
        transport,
        discovery: createDiscovery(transport),
        hub: createWatchHub({ transport }),
        users: 0,
      };
      open.set(key, shared);
    }
    const mine = shared;
    clearTimeout(mine.timer);
    mine.users += 1;
    let released = false;
    return {
      transport: mine.transport,
      discovery: mine.discovery,
      hub: mine.hub,
      release() {
        if (released) return;
        released = true;
        mine.users -= 1;
        if (mine.users > 0) return;
        mine.timer = setTimeout(() => {
          open.delete(key);
          mine.hub.close();
          void mine.transport.close();
        }, IDLE_MS).unref();
      },
    };
  }

  return {
    async open(access, signal, read = sources.resolveSecret) {
      const given = { ...sources, resolveSecret: read };
      const { address, tokens, identity } = await accessOf(access, given, findGke);
      signal.throwIfAborted();
      const key = createHash('sha256')
        .update(JSON.stringify([address, identity]))
        .digest('hex');
      return acquire(key, () => createHttpTransport(address, tokens, sources.observe));
    },
  };
}

interface Access {
  readonly address: ClusterAddress;
  readonly tokens: TokenSource;
  /** Tells apart two identities at one address. */
  readonly identity: unknown;
}

async function accessOf(
  access: ClusterAccess,
  sources: ClusterSources,
  findGke: ReturnType<typeof createGkeLookups>,
): Promise<Access> {
  switch (access.type) {
    case 'kubeconfig': {
      const read = async () => readKubeconfig(await sources.resolveSecret(access.kubeconfig), access.context);
      const { address, token } = await read();
      const tokens = renewedToken(token, async () => (await read()).token);
      return { address, tokens, identity: [token, address.certificate] };
    }
    case 'in-cluster':
      return { ...(await inClusterAccess(sources.serviceAccountFolder)), identity: 'in-cluster' };
    case 'gke': {
      const { project, location, cluster: name, endpoint } = access;
      const key = access.credentials && (await sources.resolveSecret(access.credentials));
      const wanted = { project, location, name, ...(endpoint && { endpoint }) };
      return { ...(await findGke(wanted, key)), identity: ['google', key] };
    }
  }
}
