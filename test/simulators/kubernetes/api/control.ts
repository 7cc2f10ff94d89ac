import { badRequest, noSuchPath } from '../api-error.js';
import type { Cluster } from '../cluster.js';
import { fieldsAt, listAt, textAt, type Fields } from '../json.js';
import type { Kubelet } from '../kubelet/kubelet.js';
import type { CallLog } from './call-log.js';
import { FAULT_KINDS, type Faults } from './faults.js';
import type { IdentityOptions, Tokens } from './identity.js';

/** What the control API steers. */
export interface Controls {
  cluster: Cluster;
  kubelet: Kubelet;
  faults: Faults;
  calls: CallLog;
  tokens: Tokens;
}

/** Answers a call of the control API under `/_sim`. It needs no token: the server listens on the loopback only. */
export function control(controls: Controls, method: string, path: string, body: unknown): unknown {
  const handler = ROUTES[`${method} ${path}`];
  if (handler === undefined) throw noSuchPath();
  return handler(controls, fieldsAt(body));
}

const ROUTES: Record<string, (controls: Controls, body: Fields) => unknown> = {
  'GET /_sim/calls': ({ calls }) => ({ calls: calls.list() }),
  'DELETE /_sim/calls': ({ calls, cluster }) => {
    calls.clear();
    cluster.mutations.clear();
    return {};
  },
  'GET /_sim/mutations': ({ cluster }) => ({ mutations: cluster.mutations.list() }),
  'GET /_sim/faults': ({ faults }) => ({ faults: faults.list() }),
  'POST /_sim/faults': ({ faults }, body) => {
    const kind = FAULT_KINDS.find((known) => known === body['kind']);
    if (kind === undefined) throw badRequest(`kind must be one of ${FAULT_KINDS.join(', ')}`);
    return faults.add({ ...body, kind });
  },
  'DELETE /_sim/faults': ({ faults }) => {
    faults.clear();
    return {};
  },
  'POST /_sim/tokens': ({ tokens }, body) => ({ token: tokens.add(body as unknown as IdentityOptions) }),
  'POST /_sim/tokens/expire': ({ tokens }, body) => ({ token: tokens.expire(textAt(body, 'name') ?? '') }),
  'POST /_sim/clock/advance': ({ cluster }, body) => {
    cluster.clock.advance(Number(body['ms'] ?? 0));
    return { now: cluster.clock.now() };
  },
  'POST /_sim/compact': ({ cluster }) => {
    cluster.store.compact(cluster.store.version());
    return { resourceVersion: String(cluster.store.compacted()) };
  },
  'POST /_sim/logs': ({ cluster, kubelet }, body) => {
    const namespace = textAt(body, 'namespace') ?? 'default';
    const pod = cluster.store.collection('pods').get(`${namespace}/${textAt(body, 'pod') ?? ''}`);
    const log = kubelet.logs.current(pod?.metadata.uid ?? '', textAt(body, 'container') ?? '');
    if (log === undefined) throw badRequest('no container of that name has started in that pod');
    for (const line of listAt(body, 'lines')) log.write(String(line));
    return {};
  },
};
