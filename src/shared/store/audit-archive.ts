import type { Redis } from 'ioredis';
import type { Blobs } from '../blobs/blobs.js';
import { putRows, rowsOf } from '../blobs/rows.js';
import type { AuditEntry } from '../domain/audit.js';
import { readEntry, type ChainEnd } from './audit-log.js';
import { keysOf } from './keys.js';
import { script } from './scripts.js';
import { AUDIT_ARCHIVED, DUE_AUDIT } from './scripts/audit.js';

/** Entries of one segment. For good: where an entry is kept is computed from its number. */
export const SEGMENT = 5_000;
const PER_BATCH = 500;

const due = script<[string, string, ...[string, string[]][]] | []>(DUE_AUDIT);
const archived = script<number>(AUDIT_ARCHIVED);

/** First line of a segment: what its entries continue, and where they end. */
interface SegmentHead {
  readonly first: number;
  readonly last: number;
  /** Hash of the entry before the first. */
  readonly previous: string;
  /** Hash of the last entry. */
  readonly hash: string;
}

/**
 * The older part of the audit log, in segments of gzip NDJSON that are never changed. Redis knows where it ends. Nothing
 * leaves Redis before its segment is durable, and then in one step with what Redis knows; so an archiver that dies
 * between the two leaves the entries in both places, and the next one writes the same segment again.
 */
export function createAuditArchive(redis: Redis, namespace: string, blobs: Blobs) {
  const keys = keysOf(namespace);

  /** Number and hash of the last entry that was moved here; number 0 when none was. */
  async function end(): Promise<ChainEnd> {
    const [n, hash] = await redis.hmget(keys.auditArchived, 'n', 'hash');
    return { n: Number(n ?? 0), hash: hash ?? '' };
  }

  async function moveOne(keep: number): Promise<boolean> {
    // Entries go as they are: one that somebody changed or removed is found in the archive just as well.
    const [before, previous = '', ...rows] = await due(redis, keys.root, [SEGMENT, keep]);
    if (before === undefined) return false;
    const entries = rows.map(readEntry);
    const head: SegmentHead = {
      first: Number(before) + 1,
      last: Number(before) + SEGMENT,
      previous,
      hash: entries.at(-1)?.hash ?? '',
    };
    await putRows(
      blobs,
      segmentKey(head.first),
      [head, ...entries].map((row) => JSON.stringify(row)),
    );
    return (await archived(redis, keys.root, [before, head.last, head.hash])) === 1;
  }

  return {
    end,

    /** Moves whole segments while more than `keep` entries would stay in Redis; safe in several processes at once. Answers how many segments moved. */
    async run(keep: number): Promise<number> {
      let moved = 0;
      while (await moveOne(keep)) moved += 1;
      return moved;
    },

    /** Entries after number `after` of the segment that holds the next one, in batches; none when it is not there. */
    async *entriesAfter(after: number): AsyncGenerator<readonly AuditEntry[]> {
      const first = after - (after % SEGMENT) + 1;
      let [isHead, batch]: [boolean, AuditEntry[]] = [true, []];
      for await (const row of rowsOf(blobs, segmentKey(first))) {
        if (isHead) isHead = false;
        else {
          const entry = JSON.parse(row) as AuditEntry;
          if (entry.n > after) batch.push(entry);
        }
        if (batch.length < PER_BATCH) continue;
        yield batch;
        batch = [];
      }
      if (batch.length > 0) yield batch;
    },
  };
}

export type AuditArchive = ReturnType<typeof createAuditArchive>;

function segmentKey(first: number): string {
  return `audit/${String(first).padStart(12, '0')}.ndjson.gz`;
}
