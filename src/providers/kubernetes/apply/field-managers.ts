import { createHash } from 'node:crypto';
import type { KubeObject, ManagedFields } from '../object.js';

/** Longest name that the API server takes. */
const MOST_CHARACTERS = 128;

/** The name under which Beanpod owns the fields of a target: the same for every deployment. */
export function managerOf(service: string, environment: string): string {
  const name = `beanpod-${service}-${environment}`;
  if (name.length <= MOST_CHARACTERS) return name;
  return `beanpod-${createHash('sha256').update(name).digest('hex')}`;
}

/** Tools that deploy whole objects, as opposed to controllers and to people who edit a field. */
const DEPLOYERS = /^(kubectl-client-side-apply|before-first-apply|helm|argocd-controller)$/;

/** Names that write for a deployer or a person at a terminal; Beanpod takes their fields over. */
const TAKEN_OVER = /^(kubectl($|-)|before-first-apply$|helm$|argocd-controller$|Go-http-client$|beanpod)/;

/** Whether fields of this manager are taken over when the target says nothing about it. */
export function isEarlierDeployer(manager: string): boolean {
  return TAKEN_OVER.test(manager);
}

/**
 * Entries of those who deployed the object as a whole before. What they own and the new set does not name would stay
 * for ever, as nobody else removes it: https://github.com/kubernetes/kubernetes/issues/99003.
 */
export function entriesToMigrate(live: KubeObject, mine: string): readonly ManagedFields[] {
  const entries = live.metadata.managedFields ?? [];
  return entries.filter(
    ({ manager, operation, subresource }) =>
      !subresource &&
      manager !== mine &&
      (DEPLOYERS.test(manager) || (manager === 'kubectl' && operation === 'Apply')),
  );
}

/** Whether an entry is Beanpod's, of any of its writes. */
export function isMine(entry: ManagedFields, mine: string): boolean {
  return entry.manager === mine;
}
