import type { Gateway } from '../gateway.js';
import { nodePortsOf } from '../manifests/node-ports.js';
import { nameOf } from '../object.js';
import type { Member } from '../set/member.js';
import { KubeStatusError } from '../transport.js';

/** Why node ports of a set cannot be had, and what nobody could find out about them. */
export interface NodePortReview {
  /** Sentences by the Service that wants the port. */
  readonly faults: ReadonlyMap<Member, readonly string[]>;
  readonly unproven: readonly string[];
}

/** What `--service-node-port-range` is unless the API server was started with another one. */
const USUAL_RANGE = { first: 30_000, last: 32_767 };

const SERVICES = {
  resource: { group: '', version: 'v1', plural: 'services', namespaced: true },
  namespace: undefined,
} as const;

/**
 * Names who has the node ports that a set wants: a Service anywhere in the cluster, or another one of the set. The server
 * judges their range when it tries a Service; those that it could not try, `untried`, must be in the usual range.
 */
export async function reviewNodePorts(
  members: readonly Member[],
  untried: ReadonlySet<Member>,
  gateway: Gateway,
  signal: AbortSignal,
): Promise<NodePortReview> {
  const wanting = members.filter(({ object }) => nodePortsOf(object).length > 0);
  if (wanting.length === 0) return { faults: new Map(), unproven: [] };
  const owners = await ownersOf(gateway, signal);
  const promised = new Map<number, string>();
  const faults = new Map<Member, readonly string[]>();
  for (const member of wanting) {
    const own = ownerName(member.namespace, member.name);
    const said = nodePortsOf(member.object).flatMap((port) => {
      const owner = [owners?.get(port), promised.get(port)].find((each) => each && each !== own);
      promised.set(port, own);
      if (owner) return [`node port ${port} belongs to Service ${owner}`];
      return untried.has(member) && isUnusual(port)
        ? [
            `node port ${port} is outside ${USUAL_RANGE.first}-${USUAL_RANGE.last}, and the server could not try it`,
          ]
        : [];
    });
    const start = `${nameOf(member.ref)} (${member.where})`;
    if (said.length > 0)
      faults.set(
        member,
        said.map((each) => `${start}: ${each}`),
      );
  }
  return { faults, unproven: owners ? [] : [UNSEEN] };
}

const UNSEEN =
  'Node ports: the account may not list the Services of all namespaces, so only the API server could say whether they are free';

/** Who has which node port, as `namespace/name`; `undefined` when the account may not see it. */
async function ownersOf(
  gateway: Gateway,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, string> | undefined> {
  try {
    const services = await gateway.list(SERVICES, {}, signal);
    return new Map(
      services.flatMap((service) => {
        const { namespace, name } = service.metadata;
        return nodePortsOf(service).map((port) => [port, ownerName(namespace, name)] as const);
      }),
    );
  } catch (error) {
    if (error instanceof KubeStatusError && error.status === 403) return undefined;
    throw error;
  }
}

function ownerName(namespace = '', name = ''): string {
  return `${namespace}/${name}`;
}

function isUnusual(port: number): boolean {
  return port < USUAL_RANGE.first || port > USUAL_RANGE.last;
}
