import type { Gateway } from '../gateway.js';
import { KubeStatusError } from '../transport.js';
import type { Member } from './member.js';

const NAMESPACES = { group: '', version: 'v1', plural: 'namespaces', namespaced: false } as const;

/** Namespaces that the set makes itself, by name. */
export function namespacesMade(members: readonly Pick<Member, 'kind' | 'name'>[]): ReadonlySet<string> {
  return new Set(members.filter(({ kind }) => kind === 'Namespace').map(({ name }) => name));
}

/** Namespaces of a set that neither exist nor are part of it. Those that Beanpod may not look at count as there. */
export async function missingNamespaces(
  members: readonly Member[],
  gateway: Gateway,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const made = namespacesMade(members);
  const used = new Set(members.flatMap(({ namespace }) => (namespace ? [namespace] : [])));
  const missing: string[] = [];
  for (const name of used) {
    if (made.has(name)) continue;
    try {
      const live = await gateway.read({ resource: NAMESPACES, namespace: undefined, name }, signal);
      if (!live) missing.push(name);
    } catch (error) {
      if (!(error instanceof KubeStatusError && error.status === 403)) throw error;
    }
  }
  return missing;
}
