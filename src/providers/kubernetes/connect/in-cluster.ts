import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClusterAddress } from '../http-transport.js';
import { AccessProblem } from './access-problem.js';
import type { TokenSource } from './token-source.js';

/** Where every pod finds its account: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ */
export const SERVICE_ACCOUNT_FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';
const SERVER = 'https://kubernetes.default.svc';

/** The kubelet renews the token at 80 % of its life, at the latest every day; the file is read again after a minute. */
const FRESH_MS = 60_000;

/** Access to the cluster in which this worker runs. Throws `AccessProblem` outside of one. */
export async function inClusterAccess(
  folder: string,
  server = SERVER,
): Promise<{ readonly address: ClusterAddress; readonly tokens: TokenSource }> {
  try {
    const authority = await readFile(join(folder, 'ca.crt'), 'utf8');
    return { address: { server, authority }, tokens: fileToken(join(folder, 'token')) };
  } catch (error) {
    throw new AccessProblem('This worker does not run in a cluster, or has no service account', {
      cause: error,
    });
  }
}

/** A token that something else keeps fresh in a file. */
export function fileToken(path: string): TokenSource {
  let known: { readonly token: string; readonly at: number } | undefined;
  return {
    async token() {
      if (known && performance.now() - known.at < FRESH_MS) return known.token;
      known = { token: (await readFile(path, 'utf8')).trim(), at: performance.now() };
      return known.token;
    },
    refused(token) {
      if (known?.token === token) known = undefined;
    },
  };
}
