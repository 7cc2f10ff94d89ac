import type { ConnectionCheck } from '../../../shared/contract/connection.js';
import { checked, failed, notMade, passed, unknown, type Finding } from '../../connection-check.js';
import type { OwnedTurn } from '../../live-operations.js';
import type { Cluster } from '../connect/clusters.js';
import { createGateway, type Gateway } from '../gateway.js';
import { listAt, textAt, type Json } from '../json.js';
import { namespacePlace, namespacesMade } from '../set/namespaces.js';
import { standingOf } from '../steps/make-clone-namespace.js';
import type { KubernetesTarget } from '../target.js';
import { KubeStatusError } from '../transport.js';
import { checkRights, RIGHTS } from './check-rights.js';
import { explainFinding } from './explain-finding.js';
import { neededRights, type Needed } from './needed-rights.js';

/** Longest time for one check, in milliseconds. Rights take many calls. */
const WITHIN_MS = 8_000;
const RIGHTS_WITHIN_MS = 12_000;

const ACCESS = 'Access to the cluster';
const SERVER = 'API server';
const IDENTITY = 'Identity';

/** Looks whether the cluster of a target can be reached, who we are there, and whether a deployment may do its work. */
export async function checkConnection(
  target: KubernetesTarget,
  open: (signal: AbortSignal) => Promise<Cluster>,
  turn: OwnedTurn,
): Promise<readonly ConnectionCheck[]> {
  const opened: Cluster[] = [];
  const access = await make(ACCESS, turn, async (signal) => {
    opened.push(await open(signal));
    return passed(`It is by ${target.cluster.type}`);
  });
  const [cluster] = opened;
  const space = `Namespace ${target.namespace}`;
  if (!cluster) return [access, ...notMade([SERVER, IDENTITY, space, RIGHTS], access)];
  try {
    const server = await make(SERVER, turn, (signal) => seeServer(cluster, signal));
    if (server.verdict !== 'passed') return [access, server, ...notMade([IDENTITY, space, RIGHTS], server)];
    const identity = await make(IDENTITY, turn, (signal) => seeIdentity(cluster, signal));
    if (identity.verdict === 'failed')
      return [access, server, identity, ...notMade([space, RIGHTS], identity)];
    return [access, server, identity, ...(await checkWork(target, cluster, turn, space))];
  } finally {
    cluster.release();
  }
}

/** What a deployment works with, once the cluster has let us in. */
async function checkWork(
  target: KubernetesTarget,
  { discovery, transport }: Cluster,
  turn: OwnedTurn,
  space: string,
): Promise<readonly ConnectionCheck[]> {
  const gateway = createGateway(transport);
  const found: Needed[] = [];
  const kinds = await make('Kinds of the objects', turn, async (signal) => {
    const needed = await neededRights(target, turn, discovery, signal);
    found.push(needed);
    return seenKinds(needed);
  });
  const namespace = await make(space, turn, (signal) => seeNamespace(target, found[0], gateway, signal));
  const [needed] = found;
  if (!needed) return [namespace, kinds, ...notMade([RIGHTS], kinds)];
  const look = { withinMs: RIGHTS_WITHIN_MS, explain: explainFinding };
  return [namespace, kinds, ...(await checkRights(needed.permissions, gateway, look, turn.signal))];
}

function make(
  check: string,
  { signal }: OwnedTurn,
  look: (signal: AbortSignal) => Promise<Finding>,
): Promise<ConnectionCheck> {
  return checked({ check, withinMs: WITHIN_MS, explain: explainFinding, look }, signal);
}

async function seeServer({ transport }: Cluster, signal: AbortSignal): Promise<Finding> {
  const version = await transport
    .send<Json>({ method: 'GET', path: '/version', signal })
    .catch((error: unknown) => {
      // Whom it does not know, or does not show its version, an API server has answered all the same.
      const isRefusal = error instanceof KubeStatusError && [401, 403].includes(error.status);
      if (isRefusal && error.reason !== '') return undefined;
      throw error;
    });
  const { url } = await transport.passage('', signal);
  const address = new URL(url).origin;
  if (!version) return passed(`${address} answers, and does not show its version`);
  const number = textAt(version, 'gitVersion');
  if (number === undefined)
    return failed(
      `${address} answers, and not as a Kubernetes API server does`,
      'Correct the address of the server',
    );
  return passed(`${address} runs Kubernetes ${number}`);
}

/** Served from Kubernetes 1.28 on; an older server has proven the credentials all the same before it says 404. */
async function seeIdentity({ transport }: Cluster, signal: AbortSignal): Promise<Finding> {
  const review = await transport
    .send<Json>({
      method: 'POST',
      path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
      signal,
    })
    .catch((error: unknown) => {
      if (error instanceof KubeStatusError && (error.status === 404 || error.status === 403))
        return undefined;
      throw error;
    });
  if (!review) return passed('The API server takes the credentials; it does not say whose they are');
  const name = textAt(review, 'status', 'userInfo', 'username') ?? 'somebody without a name';
  if (name === 'system:anonymous')
    return failed(
      'The API server takes us for nobody (system:anonymous)',
      'Give the target credentials that are valid for this cluster',
    );
  const groups = listAt(review, 'status', 'userInfo', 'groups').join(', ');
  return passed(`The API server knows us as ${name}${groups === '' ? '' : `, in the groups ${groups}`}`);
}

function seenKinds({ members, unread }: Needed): Finding {
  if (unread === 'with the version')
    return unknown(
      'The target has no manifests: they come with each version',
      'Make a dry run of a version, which asks for the rights of its objects too',
    );
  if (unread) return failed(`${unread.title}: ${unread.detail}`, unread.hint);
  return passed(`The cluster serves the kinds of all ${members.length} objects of the manifests`);
}

async function seeNamespace(
  target: KubernetesTarget,
  needed: Needed | undefined,
  gateway: Gateway,
  signal: AbortSignal,
): Promise<Finding> {
  const { namespace } = target;
  if (target.madeFor) return seeCloneNamespace(target, gateway, signal);
  const live = await gateway.read(namespacePlace(namespace), signal).catch((error: unknown) => {
    if (error instanceof KubeStatusError && error.status === 403) return 'hidden' as const;
    throw error;
  });
  if (live === 'hidden')
    return unknown(
      'The account may not look at namespaces, so nobody knows whether it is there',
      `Let it get namespaces, or look yourself: kubectl get namespace ${namespace}`,
    );
  if (live?.metadata.deletionTimestamp !== undefined)
    return failed('It is being deleted', 'Wait until it is gone, and make it anew');
  if (live) return passed('It is there');
  if (namespacesMade(needed?.members ?? [], target).has(namespace))
    return passed('It is not there yet; the first deployment makes it');
  return failed('There is no such namespace', `Make it: kubectl create namespace ${namespace}`);
}

async function seeCloneNamespace(
  target: KubernetesTarget,
  gateway: Gateway,
  signal: AbortSignal,
): Promise<Finding> {
  const { standing } = await standingOf(target, gateway, signal);
  switch (standing) {
    case 'missing':
      return passed('It is not there yet; the first deployment makes it');
    case 'ours':
      return passed('It is there, and was made for this clone');
    case 'leaving':
      return failed('It is being deleted', 'Wait until it is gone');
    case 'foreign':
      return failed(
        'It is there, and was not made for this clone',
        'Delete the clone, and make one of another name',
      );
  }
}
