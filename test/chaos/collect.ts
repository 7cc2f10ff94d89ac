import type { Redis } from 'ioredis';
import { createDeployments } from '../../src/shared/store/deployments.js';
import { createJournal } from '../../src/shared/store/journal.js';
import { keysOf } from '../../src/shared/store/keys.js';
import type { Deployment } from '../../src/shared/domain/deployment.js';
import type { Line } from '../../src/shared/store/entries.js';
import type { Evidence } from '../support/auditor.js';
import type { Cloud } from './cloud-process.js';

const PAGE = 200;

/** Sorted sets that only hold what is under way. */
const SETS = ['live', 'outbox', 'leases', 'expiry', 'admission', 'reviews', 'judgements'];

/** Everything that the auditor looks at, read from the store and the cloud themselves. */
export async function collect(
  redis: Redis,
  namespace: string,
  cloud: Pick<Cloud, 'writes'>,
  accepted: ReadonlyMap<string, string>,
): Promise<Evidence> {
  const store = createDeployments(redis, namespace, { perTarget: 1, live: 1 });
  const journal = createJournal(redis, namespace);
  const deployments: Deployment[] = [];
  for (;;) {
    const before = deployments.at(-1)?.id;
    const page = await store.list({ limit: PAGE, ...(before !== undefined && { before }) });
    deployments.push(...page);
    if (page.length < PAGE) break;
  }
  const journals = new Map<string, readonly Line[]>();
  for (const { id } of deployments) journals.set(id, await journal.read(id, 0, 100_000));
  return {
    accepted,
    deployments,
    journals,
    writes: await cloud.writes(),
    complaints: await store.audit(),
    leftovers: await leftoversIn(redis, namespace),
  };
}

async function leftoversIn(redis: Redis, namespace: string): Promise<Map<string, readonly string[]>> {
  const { root } = keysOf(namespace);
  const left = new Map<string, readonly string[]>();
  for (const name of SETS) left.set(name, await redis.zrange(`${root}:${name}`, '0', '-1'));
  const keys = (await redis.keys(`${root}:*`)).map((key) => key.slice(root.length + 1));
  left.set(
    'the set of keys',
    keys.filter((key) => /^(running|lane|held|answer):/.test(key)),
  );
  left.set(
    'the keys without a meaning',
    keys.filter((key) => !KNOWN.test(key)),
  );
  const boxes: string[] = [];
  for (const key of keys.filter((each) => each.startsWith('mailbox:'))) {
    const { holder, owner, leaseUntil } = await redis.hgetall(`${root}:${key}`);
    if (holder ?? owner ?? leaseUntil) boxes.push(key);
  }
  left.set('the set of occupied mailboxes', boxes);
  return left;
}

const KNOWN = new RegExp(
  `^(${[
    'deployment:|work:|journal:|mailbox:|index:|idempotency:|archive|history$|vault-leases',
    'configuration|environment|version|tokens|directory|session:|invitation:|sign-ins:|audit$|audit-archived$',
    'counters$|limits$|live$|outbox$|leases$|expiry$|admission$|reviews$|judgements$',
    'running:|lane:|held:|answer:|bull:|pace:',
    'runs:|snapshot|ended$|changes$|notice|release|deliver|workers$|worker-cards$|drift:|drift-due$',
  ].join('|')})`,
);
