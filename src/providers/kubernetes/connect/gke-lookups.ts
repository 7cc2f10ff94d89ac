import { createHash } from 'node:crypto';
import type { ClusterAddress } from '../http-transport.js';
import { findGkeCluster, type GkeCluster } from './gke.js';
import { googleToken, type OpenGoogleIdentity } from './google-identity.js';
import type { TokenSource } from './token-source.js';

/** Where a GKE cluster is and who calls it. */
export interface GkeAccess {
  readonly address: ClusterAddress;
  readonly tokens: TokenSource;
}

/** Addresses and authorities of a cluster change seldom, but they do: https://cloud.google.com/kubernetes-engine/docs/how-to/credential-rotation */
const FRESH_MS = 10 * 60_000;
const LONGEST_MS = 30_000;

/** Finds clusters, each once in ten minutes whoever asks, with one identity for each set of credentials. */
export function createGkeLookups(
  open: OpenGoogleIdentity,
  api: string,
): (cluster: GkeCluster, credentials: string | undefined) => Promise<GkeAccess> {
  const identities = new Map<string, TokenSource>();
  const found = new Map<string, { readonly address: Promise<ClusterAddress>; readonly at: number }>();

  return async (cluster, credentials) => {
    const who = createHash('sha256')
      .update(credentials ?? '')
      .digest('hex');
    const tokens = identities.get(who) ?? googleToken(() => open(credentials));
    identities.set(who, tokens);
    const key = JSON.stringify([cluster, who]);
    const known = found.get(key);
    if (known && performance.now() - known.at < FRESH_MS) return { address: await known.address, tokens };
    // Shared by several sessions, so no single one of them can abort it.
    const address = findGkeCluster(cluster, tokens, AbortSignal.timeout(LONGEST_MS), api);
    found.set(key, { address, at: performance.now() });
    try {
      return { address: await address, tokens };
    } catch (error) {
      found.delete(key);
      throw error;
    }
  };
}
