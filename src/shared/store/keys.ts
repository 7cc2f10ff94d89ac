/**
 * Every key of the store. All share one hash tag, so that a script may touch any of them and Redis Cluster keeps
 * them together.
 *
 * | key | type | what |
 * |---|---|---|
 * | `deployment:<id>` | hash | the record: request, state, progress, counters |
 * | `work:<id>` | hash | what only workers read: the frozen input and the baseline |
 * | `journal:<id>` | stream | batches of lines; the entry id is the number of the batch's last line |
 * | `mailbox:<target>` | hash | holder, owner, epoch and lease of the target |
 * | `lane:<target>` | sorted set | who waits for the target, by priority, then first come first |
 * | `outbox` | sorted set | holders that no worker has claimed, by the time of their next offer |
 * | `leases` | sorted set | targets with an owner, by the end of the lease |
 * | `expiry` | sorted set | deployments that no worker has started, by their queue deadline |
 * | `live` | sorted set | ids that have not ended, in lexical order |
 * | `index:…` | sorted set | ids by service, environment, target and final state, in lexical order |
 * | `running:<scope>` | set | holders that have a place in a scope with a limit |
 * | `limits` | hash | most places by scope, or by kind of scope |
 * | `admission` | sorted set | holders that wait for a place, in order |
 * | `held:<target>`, `reviews` | sorted set | who is held on a target, and when each hold ends by itself |
 * | `archive`, `history` | sorted set | ended deployments whose journal is to be archived, and whose record is to be forgotten, by their end |
 * | `idempotency:<scope>` | hash | id and body hash of an accepted request |
 * | `configuration…` | hash | services, environments, targets and their common revision |
 * | `versions:<service>` | hash and sorted set | registered versions |
 * | `tokens` | hash | access tokens by the hash of their secret |
 */
export interface Keys {
  readonly root: string;
  deployment(id: string): string;
  work(id: string): string;
  journal(id: string): string;
  bell(id: string): string;
  readonly limits: string;
  readonly configuration: string;
  configured(kind: string): string;
  versions(service: string): string;
  versionOrder(service: string): string;
  readonly tokens: string;
  readonly tokensChanged: string;
  answer(id: string): string;
  /** Prefix of BullMQ's own keys. */
  readonly queuePrefix: string;
}

/** Keys of one installation; several may share a Redis under different namespaces. */
export function keysOf(namespace: string): Keys {
  const root = `{${namespace}}`;
  return {
    root,
    deployment: (id) => `${root}:deployment:${id}`,
    work: (id) => `${root}:work:${id}`,
    journal: (id) => `${root}:journal:${id}`,
    bell: (id) => `${root}:bell:${id}`,
    limits: `${root}:limits`,
    configuration: `${root}:configuration`,
    configured: (kind) => `${root}:configuration:${kind}`,
    versions: (service) => `${root}:versions:${service}`,
    versionOrder: (service) => `${root}:version-order:${service}`,
    tokens: `${root}:tokens`,
    tokensChanged: `${root}:tokens-changed`,
    answer: (id) => `${root}:answer:${id}`,
    queuePrefix: `${root}:bull`,
  };
}
