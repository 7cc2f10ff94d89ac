import type { Gateway, Place } from '../gateway.js';
import type { KubernetesTarget } from '../target.js';
import { KubeStatusError } from '../transport.js';
import type { Member } from './member.js';

const NAMESPACES = { group: '', version: 'v1', plural: 'namespaces', namespaced: false } as const;

/** Where a namespace itself is. */
export function namespacePlace(name: string): Place {
  return { resource: NAMESPACES, namespace: undefined, name };
}

/** Namespaces that the deployment makes, by name: those of the set, and that of a clone. */
export function namespacesMade(
  members: readonly Pick<Member, 'kind' | 'name'>[],
  { madeFor, namespace }: Pick<KubernetesTarget, 'madeFor' | 'namespace'>,
): ReadonlySet<string> {
  const own = members.filter(({ kind }) => kind === 'Namespace').map(({ name }) => name);
  return new Set(madeFor ? [...own, namespace] : own);
}

/** Namespaces of a set that neither exist nor are made with it. Those that Beanpod may not look at count as there. */
export async function missingNamespaces(
  members: readonly Member[],
  target: KubernetesTarget,
  gateway: Gateway,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const made = namespacesMade(members, target);
  const used = new Set(members.flatMap(({ namespace }) => (namespace ? [namespace] : [])));
  const missing: string[] = [];
  for (const name of used) {
    if (made.has(name)) continue;
    try {
      const live = await gateway.read(namespacePlace(name), signal);
      if (!live) missing.push(name);
    } catch (error) {
      if (!(error instanceof KubeStatusError && error.status === 403)) throw error;
    }
  }
  return missing;
}
