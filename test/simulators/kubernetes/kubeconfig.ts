import { stringify } from 'yaml';

/** What a kubeconfig needs to know. */
export interface KubeconfigFacts {
  url: string;
  ca: string;
  user: string;
  token: string;
  namespace: string;
}

/** A kubeconfig with one context, as YAML. */
export function kubeconfigOf({ url, ca, user, token, namespace }: KubeconfigFacts): string {
  const name = 'sim';
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name, cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    users: [{ name: user, user: { token } }],
    contexts: [{ name, context: { cluster: name, user, namespace } }],
    'current-context': name,
  });
}
