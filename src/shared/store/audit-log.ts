import { hash as digest } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { AuditedCall, AuditEntry } from '../domain/audit.js';
import { keysOf } from './keys.js';
import { script } from './scripts.js';
import { APPEND_AUDIT } from './scripts/audit.js';

const append = script<string[]>(APPEND_AUDIT);

/** Most entries that travel together. */
const BATCH = 200;
/** Other processes append too; each time that one was faster, the batch is chained anew. */
const MOST_TRIES = 50;
/** Milliseconds for which entries that nobody waits for are gathered. */
const GATHER_MS = 25;

/** The last entry of a chain; number 0 and no hash before the first. */
export interface ChainEnd {
  readonly n: number;
  readonly hash: string;
}

interface Waiting {
  readonly call: AuditedCall;
  done(): void;
  failed(error: unknown): void;
}

/**
 * The end of the audit log that is in Redis: entries are only ever appended, and each holds the hash of the one before it, so that none can be
 * changed, removed or put in between without a trace.
 */
export function createAuditLog(redis: Redis, namespace: string) {
  const keys = keysOf(namespace);
  let waiting: Waiting[] = [];
  let flushing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let end: ChainEnd = { n: 0, hash: '' };

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    // What the same turn of the event loop brings travels together.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH);
      waiting = waiting.slice(BATCH);
      try {
        await appendAll(batch.map(({ call }) => call));
        for (const { done } of batch) done();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    flushing = undefined;
  }

  /** A flush under way takes what was gathered; what comes after it is gathered anew. */
  function flushGathered(): void {
    timer = undefined;
    flushing ??= flush();
  }

  async function appendAll(calls: readonly AuditedCall[]): Promise<void> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const entries = chain(calls, end);
      const args = entries.flatMap(({ hash, text }) => [hash, text]);
      const [said, n, hash] = await append(redis, keys.root, [end.n, end.hash, ...args]);
      const last = entries.at(-1);
      if (said === 'done') {
        if (last) end = { n: last.n, hash: last.hash };
        return;
      }
      end = { n: Number(n), hash: hash ?? '' };
    }
    throw new Error(`Other processes were faster ${MOST_TRIES} times`);
  }

  return {
    /**
     * Resolves once the entry is stored. Those that come together are stored together; one that nobody waits for may
     * come `soon`, with others of the next moments.
     */
    append(call: AuditedCall, pace: 'now' | 'soon' = 'now'): Promise<void> {
      return new Promise((done, failed) => {
        waiting.push({ call, done, failed });
        if (pace === 'now') flushing ??= flush();
        else timer ??= setTimeout(flushGathered, GATHER_MS);
      });
    },

    /** Resolves once everything that was appended so far is stored, or has failed. */
    async settled(): Promise<void> {
      await (flushing ??= flush());
    },

    /** Up to `limit` entries after number `after` that are still in Redis, oldest first; see `audit-history.ts` for all. */
    async read(after: number, limit: number): Promise<readonly AuditEntry[]> {
      return (await redis.xrange(keys.audit, `${after + 1}-0`, '+', 'COUNT', limit)).map(readEntry);
    },
  };
}

export type AuditLog = ReturnType<typeof createAuditLog>;

interface Chained {
  readonly n: number;
  readonly hash: string;
  /** JSON of all the entry but its hash. */
  readonly text: string;
}

function chain(calls: readonly AuditedCall[], end: ChainEnd): readonly Chained[] {
  let { n, hash } = end;
  return calls.map((call) => {
    n += 1;
    const text = JSON.stringify({ ...call, n, previous: hash });
    hash = hashOf(text);
    return { n, hash, text };
  });
}

/** An entry as Redis streams answer it. */
export function readEntry([, fields]: readonly [string, readonly string[]]): AuditEntry {
  return { ...(JSON.parse(fields[3] ?? '') as Omit<AuditEntry, 'hash'>), hash: fields[1] ?? '' };
}

/** Why an entry is not what was written after the one before it; undefined when it is. */
export function flawOf({ hash, ...entry }: AuditEntry, before: ChainEnd): string | undefined {
  if (entry.n !== before.n + 1) return `entry ${before.n + 1} is missing; ${entry.n} comes next`;
  if (entry.previous !== before.hash) return `entry ${entry.n} does not continue entry ${before.n}`;
  return hashOf(JSON.stringify(entry)) === hash ? undefined : `entry ${entry.n} was changed`;
}

function hashOf(text: string): string {
  return digest('sha256', text, 'hex');
}
