import type { ClusterAddress } from '../http-transport.js';
import { isJson, jsonAt, listAt, textAt, valueAt, type Json } from '../json.js';
import { readYaml } from '../manifests/read-yaml.js';
import { AccessProblem } from './access-problem.js';

/** What a kubeconfig says about one context. */
export interface KubeconfigAccess {
  readonly address: ClusterAddress;
  readonly token?: string;
}

/**
 * Keys that would run programs or read files on the worker, trust anybody, or act as somebody else. Kubeconfigs come
 * from people who may configure targets, not from people who may log in to workers.
 */
const REFUSED: readonly (readonly [part: 'cluster' | 'user', key: string, instead: string])[] = [
  ['cluster', 'certificate-authority', 'put the certificate into certificate-authority-data'],
  ['cluster', 'insecure-skip-tls-verify', 'put the certificate into certificate-authority-data'],
  ['cluster', 'proxy-url', 'reach the cluster directly'],
  ['user', 'exec', 'use a token, or access of type gke'],
  ['user', 'auth-provider', 'use a token, or access of type gke'],
  ['user', 'tokenFile', 'put the token into the file'],
  ['user', 'client-certificate', 'put the certificate into client-certificate-data'],
  ['user', 'client-key', 'put the key into client-key-data'],
  ['user', 'username', 'use a token'],
  ['user', 'as', 'give the user the rights itself'],
  ['user', 'as-groups', 'give the user the rights itself'],
];

/** Reads one context of a kubeconfig, the current one unless named. Throws `AccessProblem`, which never quotes the file. */
export function readKubeconfig(text: string, contextName?: string): KubeconfigAccess {
  const config = parsed(text);
  const name = contextName ?? textAt(config, 'current-context');
  if (!name) throw new AccessProblem('The kubeconfig has no current-context; name a context in the target');
  const { cluster, user } = partsOf(config, name);
  refuse(name, { cluster, user });
  const token = textAt(user, 'token');
  const certificate = certificateOf(user);
  if (!token && !certificate) {
    throw new AccessProblem(`The user of context ${name} has neither a token nor a client certificate`);
  }
  return {
    address: { ...addressOf(cluster), ...(certificate && { certificate }) },
    ...(token && { token }),
  };
}

function partsOf(config: Json, name: string): { readonly cluster: Json; readonly user: Json } {
  const context = jsonAt(entry(config, 'contexts', name), 'context');
  return {
    cluster: jsonAt(entry(config, 'clusters', textAt(context, 'cluster') ?? ''), 'cluster'),
    user: jsonAt(entry(config, 'users', textAt(context, 'user') ?? ''), 'user'),
  };
}

function refuse(context: string, parts: { readonly cluster: Json; readonly user: Json }): void {
  for (const [part, key, instead] of REFUSED) {
    const value = parts[part][key];
    if (value === undefined || value === false || value === '') continue;
    throw new AccessProblem(`The ${part} of context ${context} uses ${key}, which is refused; ${instead}`);
  }
}

function addressOf(cluster: Json): ClusterAddress {
  const authority = decoded(cluster, 'certificate-authority-data');
  const serverName = textAt(cluster, 'tls-server-name');
  return {
    server: serverOf(cluster),
    ...(authority && { authority }),
    ...(serverName && { serverName }),
  };
}

function parsed(text: string): Json {
  const config = readYaml(text, 'kubeconfig').documents[0]?.value;
  // What the reader reports quotes the text, which holds secrets.
  if (!isJson(config)) throw new AccessProblem('The kubeconfig is not readable YAML');
  return config;
}

function entry(config: Json, list: string, name: string): unknown {
  const found = listAt(config, list).find((each) => valueAt(each, 'name') === name);
  if (found === undefined) throw new AccessProblem(`The kubeconfig has no entry "${name}" in ${list}`);
  return found;
}

function serverOf(cluster: Json): string {
  const server = textAt(cluster, 'server') ?? '';
  if (!URL.canParse(server) || new URL(server).protocol !== 'https:') {
    throw new AccessProblem('The server of the kubeconfig is not an https address');
  }
  return server;
}

function certificateOf(user: Json): { cert: string; key: string } | undefined {
  const cert = decoded(user, 'client-certificate-data');
  const key = decoded(user, 'client-key-data');
  return cert && key ? { cert, key } : undefined;
}

function decoded(from: Json, key: string): string | undefined {
  const text = textAt(from, key);
  return text && Buffer.from(text, 'base64').toString('utf8');
}
