/**
 * Every key of the store. All share one hash tag, so that a script may touch any of them and Redis Cluster keeps
 * them together.
 *
 * | key | type | what |
 * |---|---|---|
 * | `deployment:<id>` | hash | the record: request, state, progress, counters |
 * | `work:<id>` | hash | what only workers read: the frozen input and the baseline |
 * | `vault-leases:<id>` | set | leases that Vault gave for a deployment that has not ended |
 * | `journal:<id>` | stream | batches of lines; the entry id is the number of the batch's last line |
 * | `mailbox:<target>` | hash | holder, owner, epoch and lease of the target; version that was rolled back last |
 * | `lane:<target>` | sorted set | who waits for the target, by priority, then first come first |
 * | `outbox` | sorted set | holders that no worker has claimed, by the time of their next offer |
 * | `leases` | sorted set | targets with an owner, by the end of the lease |
 * | `expiry` | sorted set | deployments that no worker has started, by their queue deadline |
 * | `live` | sorted set | ids that have not ended, in lexical order |
 * | `index:…` | sorted set | ids by service, environment, target and final state, in lexical order |
 * | `running:<scope>` | set | holders that have a place in a scope with a limit |
 * | `rates:<minute>` | hash | requests of callers and addresses in that minute |
 * | `ended` | hash | how many deployments have ended, by `environment state` |
 * | `limits` | hash | most places by scope, or by kind of scope |
 * | `admission` | sorted set | holders that wait for a place, in order |
 * | `held:<target>` | sorted set | who is held on a target |
 * | `reviews`, `judgements` | sorted set | who is held until a time alone, and who by rules or people, by the time of the next look |
 * | `runs:<environment>` | hash | what runs there, by service |
 * | `snapshots:<environment>` | stream | pictures of the environment, in order; `snapshot-contents:…` hash and `snapshot-used:…` sorted set: what they show, by fingerprint |
 * | `drift:<environment>`, `drift-told:<environment>`, `drift-due` | hash, hash, sorted set | what was last seen of the difference between what runs and what was deployed, by service; deployments whose drift was told and has not ended, by service; targets by the time of their next look |
 * | `deliveries:<hook>`, `delivery-seen:<hook>:<id>`, `delivery-refs:<hook>` | stream, string, sorted set | what was sent to a hook, what was seen, and the newest time of each branch |
 * | `changes` | stream | states that deployments have reached, and drift that began or ended, for whoever is to be told |
 * | `notice:<id>`, `notices:<subscription>`, `notices-due`, `notices-told`, `notice-thread:…` | string, sorted sets, strings | the outbox: notices, those of a subscription, when each is tried, how far changes were told, what a channel keeps of a deployment or a target |
 * | `release:<id>`, `releases`, `releases-live` | hash, sorted set, set | releases: plan and progress; their ids; those that have not ended |
 * | `archive`, `history` | sorted set | ended deployments whose journal is to be archived, and whose record is to be forgotten, by their end |
 * | `pace:<scope>` | hash | calls that a foreign API may be sent now, and at which rate they come back |
 * | `idempotency:<scope>` | hash | id and body hash of an accepted request |
 * | `configuration…` | hash | services, environments, targets and their common revision |
 * | `clones`, `clones-ending`, `clone-lease:<name>` | hash, hash, string | environments made for a review, by name; those that are being removed, and the worker that does it |
 * | `versions:<service>` | hash and sorted set | registered versions |
 * | `image-digests:<service>` | hash | what images of versions were found to be, by `version image`; an entry never changes |
 * | `tokens`, `tokens-used` | hash | access tokens by the hash of their secret, and when each was used last |
 * | `tokens-ends` | sorted set | hashes of access tokens by the time of their end |
 * | `directory…` | hash | roles, people, service accounts and trusts, hashes of passwords, and their common revision |
 * | `session:<hash>`, `invitation:<hash>` | string | what a secret that somebody was given stands for; ends by itself |
 * | `operation:<id>`, `operation-order:<target>` | hash, sorted set | what people have done to a target beside deployments, and its ids in lexical order |
 * | `operation-queue:<target>`, `operation-targets`, `operation-expiry` | sorted sets | who waits for the target or is at work on it, targets by the time of the last look, and until when each may begin |
 * | `operating:<target>` | string | the worker that is at work on it; ends by itself when it is not renewed |
 * | `workers`, `worker-cards` | sorted set, hash | names of workers by the time of their last beat, and what each says of itself |
 * | `recordings:<target>` | hash | recorded shells of a target, by id |
 * | `spent-ticket:<nonce>` | string | a ticket for the gateway that was used; ends by itself |
 * | `sign-ins:<group>` | hash | attempts to sign in under the names of a group, and until when they are locked |
 * | `audit` | stream | who changed what, each entry chained to the one before it by its hash |
 * | `audit-archived` | hash | number and hash of the last entry that moved to the blob store |
 */
export interface Keys {
  readonly root: string;
  deployment(id: string): string;
  work(id: string): string;
  vaultLeases(id: string): string;
  journal(id: string): string;
  mailbox(target: string): string;
  bell(id: string): string;
  /** Channel of the ids of all deployments whose state or progress changed. */
  readonly bells: string;
  readonly limits: string;
  readonly configuration: string;
  configured(kind: string): string;
  readonly clones: string;
  readonly clonesEnding: string;
  cloneLease(name: string): string;
  versions(service: string): string;
  versionOrder(service: string): string;
  imageDigests(service: string): string;
  readonly tokens: string;
  readonly tokensUsed: string;
  readonly tokensEnds: string;
  /** Channel that tells of every removed token and every change of the directory. */
  readonly accessChanged: string;
  readonly directory: string;
  directoryOf(kind: string): string;
  /** What a secret stands for, by kind and hash of the secret. */
  secret(kind: 'session' | 'invitation', hash: string): string;
  operation(id: string): string;
  /** Channel of the ids of all operations whose state changed. */
  readonly operationBells: string;
  recordings(target: string): string;
  spentTicket(nonce: string): string;
  signIns(group: string): string;
  readonly audit: string;
  readonly auditArchived: string;
  answer(id: string): string;
  runs(environment: string): string;
  drift(environment: string): string;
  release(id: string): string;
  readonly changes: string;
  readonly noticesTold: string;
  idempotency(scope: string): string;
  notice(id: string): string;
  notices(subscription: string): string;
  noticeThread(subscription: string, subject: string): string;
  deliveries(hook: string): string;
  deliverySeen(hook: string, delivery: string): string;
  deliveryRefs(hook: string): string;
  readonly releasesLive: string;
  snapshots(environment: string): string;
  snapshotContents(environment: string): string;
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
    vaultLeases: (id) => `${root}:vault-leases:${id}`,
    journal: (id) => `${root}:journal:${id}`,
    mailbox: (target) => `${root}:mailbox:${target}`,
    bell: (id) => `${root}:bell:${id}`,
    bells: `${root}:bells`,
    limits: `${root}:limits`,
    configuration: `${root}:configuration`,
    configured: (kind) => `${root}:configuration:${kind}`,
    clones: `${root}:clones`,
    clonesEnding: `${root}:clones-ending`,
    cloneLease: (name) => `${root}:clone-lease:${name}`,
    versions: (service) => `${root}:versions:${service}`,
    versionOrder: (service) => `${root}:version-order:${service}`,
    imageDigests: (service) => `${root}:image-digests:${service}`,
    tokens: `${root}:tokens`,
    tokensUsed: `${root}:tokens-used`,
    tokensEnds: `${root}:tokens-ends`,
    accessChanged: `${root}:access-changed`,
    directory: `${root}:directory`,
    directoryOf: (kind) => `${root}:directory:${kind}`,
    secret: (kind, hash) => `${root}:${kind}:${hash}`,
    operation: (id) => `${root}:operation:${id}`,
    operationBells: `${root}:operation-bells`,
    recordings: (target) => `${root}:recordings:${target}`,
    spentTicket: (nonce) => `${root}:spent-ticket:${nonce}`,
    signIns: (group) => `${root}:sign-ins:${group}`,
    audit: `${root}:audit`,
    auditArchived: `${root}:audit-archived`,
    answer: (id) => `${root}:answer:${id}`,
    deliveries: (hook) => `${root}:deliveries:${hook}`,
    deliverySeen: (hook, delivery) => `${root}:delivery-seen:${hook}:${delivery}`,
    deliveryRefs: (hook) => `${root}:delivery-refs:${hook}`,
    changes: `${root}:changes`,
    noticesTold: `${root}:notices-told`,
    idempotency: (scope) => `${root}:idempotency:${scope}`,
    notice: (id) => `${root}:notice:${id}`,
    notices: (subscription) => `${root}:notices:${subscription}`,
    noticeThread: (subscription, subject) => `${root}:notice-thread:${subscription}:${subject}`,
    release: (id) => `${root}:release:${id}`,
    releasesLive: `${root}:releases-live`,
    runs: (environment) => `${root}:runs:${environment}`,
    drift: (environment) => `${root}:drift:${environment}`,
    snapshots: (environment) => `${root}:snapshots:${environment}`,
    snapshotContents: (environment) => `${root}:snapshot-contents:${environment}`,
    queuePrefix: `${root}:bull`,
  };
}
