import type { Json } from '../json.js';
import { KubeStatusError, type KubeTransport } from '../transport.js';
import { groupVersionsOf, parseAggregated, parseResourceList } from './parse.js';
import { apiVersionOf, groupVersionOf, type Resource } from './resource.js';

/** Tells how a cluster serves a kind. Shared by everything that talks to the cluster. */
export interface Discovery {
  /** `undefined` when the cluster does not serve it, proven by a look that is not older than this call. */
  find(apiVersion: string, kind: string, signal: AbortSignal): Promise<Resource | undefined>;
  /** Every apiVersion that serves a kind of this name, for people who wrote a wrong one. */
  versionsOf(kind: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Asks again at the next call; for after a CustomResourceDefinition was written. */
  forget(): void;
}

const FRESH_MS = 10 * 60_000;
const LONGEST_MS = 60_000;
const ACCEPT = [
  ...['v2', 'v2beta1'].map((v) => `application/json;g=apidiscovery.k8s.io;v=${v};as=APIGroupDiscoveryList`),
  'application/json',
].join(',');

/** Discovery with a cache of ten minutes; calls that come in while it asks share the answer. */
export function createDiscovery(transport: KubeTransport): Discovery {
  let known: { readonly resources: Promise<readonly Resource[]>; readonly at: number } | undefined;

  async function ask(path: string, signal: AbortSignal): Promise<Resource[]> {
    const answer = await transport.send<Json>({ method: 'GET', path, accept: ACCEPT, signal });
    const aggregated = parseAggregated(answer);
    if (aggregated) return aggregated;
    const lists = groupVersionsOf(answer).map(async (gv) => {
      try {
        const at = gv.includes('/') ? `/apis/${gv}` : `/api/${gv}`;
        return parseResourceList(await transport.send<Json>({ method: 'GET', path: at, signal }));
      } catch (error) {
        // An aggregated API whose server is down must not hide all the others.
        if (error instanceof KubeStatusError && (error.status >= 500 || error.status === 404)) return [];
        throw error;
      }
    });
    return (await Promise.all(lists)).flat();
  }

  /** Shared by several callers, so no single one of them can abort it. */
  function load(): Promise<readonly Resource[]> {
    if (known && performance.now() - known.at < FRESH_MS) return known.resources;
    const signal = AbortSignal.timeout(LONGEST_MS);
    const resources = Promise.all([ask('/api', signal), ask('/apis', signal)]).then((both) => both.flat());
    const mine = { resources, at: performance.now() };
    known = mine;
    resources.catch(() => {
      if (known === mine) known = undefined;
    });
    return resources;
  }

  async function find(apiVersion: string, kind: string, signal: AbortSignal): Promise<Resource | undefined> {
    const { group, version } = groupVersionOf(apiVersion);
    const asked = performance.now();
    for (;;) {
      signal.throwIfAborted();
      const found = (await load()).find(
        (each) => each.group === group && each.version === version && each.kind === kind,
      );
      if (found || (known && known.at >= asked)) return found;
      known = undefined;
    }
  }

  return {
    find,
    async versionsOf(kind, signal) {
      signal.throwIfAborted();
      const named = (await load()).filter((each) => each.kind.toLowerCase() === kind.toLowerCase());
      return [...new Set(named.map((each) => `${apiVersionOf(each)} ${each.kind}`))];
    },
    forget() {
      known = undefined;
    },
  };
}
