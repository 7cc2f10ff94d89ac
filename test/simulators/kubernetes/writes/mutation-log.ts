import type { Mutation } from './write-call.js';
import type { Commit } from './writes.js';

/** The committed writes of clients in order; writes of controllers are not in it. */
export interface MutationLog {
  committed(commit: Commit): void;
  list(): readonly Mutation[];
  clear(): void;
}

/** An empty log. */
export function createMutationLog(): MutationLog {
  let mutations: Mutation[] = [];
  let sequence = 0;
  return {
    committed({ type, object, call, verb, subresource }) {
      if (call.origin === 'controller') return;
      sequence += 1;
      mutations.push({
        sequence,
        at: new Date().toISOString(),
        user: call.user,
        fieldManager: call.manager,
        verb,
        group: type.group,
        kind: type.kind,
        namespace: object.metadata.namespace,
        name: object.metadata.name,
        uid: object.metadata.uid,
        resourceVersion: object.metadata.resourceVersion,
        subresource,
      });
    },
    list: () => mutations,
    clear() {
      mutations = [];
    },
  };
}
