import { isIPv6 } from 'node:net';
import type { Turn } from '../contract.js';
import { atOnce } from './at-once.js';
import type { Baseline } from './baseline.js';
import { listAt, textAt, valueAt } from './json.js';
import { annotationOf, DOMAIN } from './manifests/annotations.js';
import type { KubeObject } from './object.js';
import type { Rollout } from './rollout.js';
import { preparedSet } from './set/prepare.js';

/** `"true"` on the Ingress or Service that checks should call, where a set has several. */
const ENDPOINT = `${DOMAIN}/endpoint`;

const KINDS = ['Ingress', 'Service'];

/** The address of what the set offers, as it is live now. */
export async function findEndpoint(
  rollout: Rollout,
  baseline: Baseline,
  { signal }: Turn,
): Promise<string | undefined> {
  const prepared = await preparedSet(rollout, baseline.choices, signal);
  if (prepared.said === 'failed') return undefined;
  const { gateway } = await rollout.link(signal);
  const offers = prepared.value.members.filter(({ kind }) => KINDS.includes(kind));
  const lives = await atOnce(offers, (member) => gateway.read(member, signal));
  return endpointOf(
    lives.filter((live) => live !== undefined),
    rollout.target.cluster.type === 'in-cluster',
  );
}

/**
 * Where a set can be called, `http://host:port`: at the object that says so, else at the first Ingress, else at the first
 * Service with an address of its own. Names of the cluster's own DNS count only for a worker that runs `inside` it.
 */
export function endpointOf(objects: readonly KubeObject[], inside: boolean): string | undefined {
  const chosen = objects.filter((object) => annotationOf(object, ENDPOINT) === 'true');
  const candidates = chosen.length > 0 ? chosen : objects;
  const addresses = KINDS.flatMap((kind) => candidates.filter((object) => object.kind === kind)).map(
    (object) => (object.kind === 'Ingress' ? ingressAddress(object) : serviceAddress(object, inside)),
  );
  return addresses.find((address) => address !== undefined);
}

function ingressAddress(ingress: KubeObject): string | undefined {
  const hosts = listAt(ingress, 'spec', 'rules').flatMap((rule) => textAt(rule, 'host') ?? []);
  const host = hosts.find((name) => !name.startsWith('*'));
  const secured = listAt(ingress, 'spec', 'tls');
  const isSecured = secured.some((tls) => {
    const names = listAt(tls, 'hosts');
    return names.length === 0 || names.includes(host);
  });
  const name = host ?? (hosts.length === 0 ? balancerOf(ingress) : undefined);
  return name && `${isSecured ? 'https' : 'http'}://${name}`;
}

function serviceAddress(service: KubeObject, inside: boolean): string | undefined {
  const port = listAt(service, 'spec', 'ports')[0];
  const number = valueAt(port, 'port');
  const { name = '', namespace = '' } = service.metadata;
  const isOwn = textAt(service, 'spec', 'type') === 'LoadBalancer';
  const host = (isOwn ? balancerOf(service) : undefined) ?? (inside ? `${name}.${namespace}.svc` : undefined);
  if (host === undefined || typeof number !== 'number') return undefined;
  const said = textAt(port, 'appProtocol') ?? textAt(port, 'name') ?? '';
  return `${number === 443 || said === 'https' ? 'https' : 'http'}://${host}:${number}`;
}

function balancerOf(object: KubeObject): string | undefined {
  const [first] = listAt(object, 'status', 'loadBalancer', 'ingress');
  const ip = textAt(first, 'ip');
  return textAt(first, 'hostname') ?? (ip && isIPv6(ip) ? `[${ip}]` : ip);
}
