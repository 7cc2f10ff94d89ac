import type { KubeRequest } from './transport.js';

/** What a call does, without the names of namespaces and objects: `PATCH deployments`, `GET pods/log`. */
export function operationOf({ method, path }: Pick<KubeRequest, 'method' | 'path'>): string {
  const [root, ...rest] =
    path
      .split('?')[0]
      ?.split('/')
      .filter((part) => part !== '') ?? [];
  const [first, second, ...inside] = rest.slice(root === 'apis' ? 2 : 1);
  if (first === undefined) return `${method} discovery`;
  // Below a namespace come a resource and its name; without more it is the namespace itself.
  const isInside = first === 'namespaces' && inside.length > 0;
  const [resource, , subresource] = isInside ? inside : [first, second, ...inside];
  return `${method} ${[resource, subresource].filter((part) => part !== undefined).join('/')}`;
}
