import { request } from 'undici';
import type { ClusterAddress } from '../http-transport.js';
import { jsonAt, textAt, valueAt, type Json } from '../json.js';
import { KubeConnectionError } from '../transport.js';
import { AccessProblem } from './access-problem.js';
import type { TokenSource } from './token-source.js';

/** Names one GKE cluster. */
export interface GkeCluster {
  readonly project: string;
  readonly location: string;
  readonly name: string;
  /** Which of its endpoints to use; the first of dns, private and public that is open when absent. */
  readonly endpoint?: 'dns' | 'private' | 'public';
}

export const CONTAINER_API = 'https://container.googleapis.com';

/**
 * Finds the address of a GKE cluster:
 * https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters/get
 */
export async function findGkeCluster(
  cluster: GkeCluster,
  tokens: TokenSource,
  signal: AbortSignal,
  api = CONTAINER_API,
): Promise<ClusterAddress> {
  const [project, location, name] = [cluster.project, cluster.location, cluster.name].map(encodeURIComponent);
  const url = `${api}/v1/projects/${project}/locations/${location}/clusters/${name}`;
  const label = `${cluster.project}/${cluster.location}/${cluster.name}`;
  const { status, body } = await get(url, tokens, signal);
  if (status === 200) return addressOf(body, cluster.endpoint, label);
  const said = textAt(body, 'error', 'message') ?? `HTTP ${status}`;
  if (status === 429 || status >= 500) {
    throw new KubeConnectionError(`Google did not find cluster ${label}: ${said}`, false, undefined);
  }
  throw new AccessProblem(`Google refuses to show cluster ${label}: ${said}`);
}

async function get(
  url: string,
  tokens: TokenSource,
  signal: AbortSignal,
): Promise<{ status: number; body: Json }> {
  const token = await tokens.token(signal);
  try {
    const headers = { accept: 'application/json', authorization: `Bearer ${token ?? ''}` };
    const answer = await request(url, { headers, signal });
    const body = (await answer.body.json().catch(() => ({}))) as Json;
    if (answer.statusCode === 401 && token) tokens.refused(token);
    return { status: answer.statusCode, body };
  } catch (error) {
    signal.throwIfAborted();
    throw new KubeConnectionError('The Container API of Google did not answer', false, error);
  }
}

function addressOf(body: Json, wanted: GkeCluster['endpoint'], label: string): ClusterAddress {
  const choices = {
    dns: dnsAddress(body),
    private: ipAddress(body, 'private'),
    public: ipAddress(body, 'public'),
  };
  const found = wanted ? choices[wanted] : (choices.dns ?? choices.private ?? choices.public);
  if (found) return found;
  const open = Object.entries(choices).flatMap(([name, address]) => (address ? [name] : []));
  const which = wanted ? `no ${wanted} endpoint` : 'no endpoint';
  throw new AccessProblem(
    `Cluster ${label} has ${which} that is open; open are: ${open.join(', ') || 'none'}`,
  );
}

/** Served with a certificate of a public authority, so the cluster's own authority must not be asked for. */
function dnsAddress(body: Json): ClusterAddress | undefined {
  const dns = jsonAt(body, 'controlPlaneEndpointsConfig', 'dnsEndpointConfig');
  const name = textAt(dns, 'endpoint');
  return name && dns['allowExternalTraffic'] === true ? { server: `https://${name}` } : undefined;
}

function ipAddress(body: Json, kind: 'private' | 'public'): ClusterAddress | undefined {
  const ip = jsonAt(body, 'controlPlaneEndpointsConfig', 'ipEndpointsConfig');
  const closed =
    valueAt(ip, 'enabled') === false || (kind === 'public' && ip['enablePublicEndpoint'] === false);
  const older =
    kind === 'public' ? textAt(body, 'endpoint') : textAt(body, 'privateClusterConfig', 'privateEndpoint');
  const host = textAt(ip, `${kind}Endpoint`) ?? older;
  const authority = textAt(body, 'masterAuth', 'clusterCaCertificate');
  if (closed || !host || !authority) return undefined;
  return { server: `https://${host}`, authority: Buffer.from(authority, 'base64').toString('utf8') };
}
