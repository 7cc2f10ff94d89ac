import type { Redis } from 'ioredis';
import type { Blobs } from '../blobs/blobs.js';
import { putRows, rowsOf } from '../blobs/rows.js';
import type { Deployment } from '../domain/deployment.js';
import type { WorkInput } from './acceptance.js';
import type { Line } from './entries.js';
import { keysOf } from './keys.js';
import { readRecord, type Fields } from './records.js';
import { script } from './scripts.js';
import { ARCHIVED, DUE_FOR_ARCHIVE, FORGET } from './scripts/archive.js';

const BATCH = 100;
const PAGE = 5_000;

const dueForArchive = script<string[]>(DUE_FOR_ARCHIVE);
const archived = script<number>(ARCHIVED);
const forget = script<number>(FORGET);

/** The lines of a journal that is still in Redis. */
interface LiveJournal {
  read(id: string, after: number, limit: number): Promise<readonly Line[]>;
}

/** How long ended deployments stay in Redis, in milliseconds since their end: their journals, and their records. */
export interface Retention {
  readonly journalMs: number;
  readonly recordMs: number;
}

/**
 * Ended deployments as gzip NDJSON: the record first, then every line of its journal. Nothing leaves Redis before
 * its blob is durable and of the length that was counted.
 */
export function createArchive(redis: Redis, namespace: string, blobs: Blobs) {
  const keys = keysOf(namespace);

  async function* rowsFrom(
    fields: Fields,
    id: string,
    live: LiveJournal,
    count: { lines: number },
  ): AsyncIterable<string> {
    yield JSON.stringify({ ...fields, id });
    for (let after = 0; ;) {
      const lines = await live.read(id, after, PAGE);
      for (const line of lines) yield JSON.stringify(line);
      count.lines += lines.length;
      after = lines.at(-1)?.n ?? after;
      if (lines.length < PAGE) return;
    }
  }

  async function store(id: string, live: LiveJournal): Promise<boolean> {
    const [record, input] = await Promise.all([
      redis.hgetall(keys.deployment(id)),
      redis.hget(keys.work(id), 'input'),
    ]);
    const fields = { ...record, ...(input !== null && { input }) };
    const key = archiveKey(id);
    const count = { lines: 0 };
    await putRows(blobs, key, rowsFrom(fields, id, live, count));
    return (await archived(redis, keys.root, [id, key, String(count.lines)])) === 1;
  }

  const rows = (id: string) => rowsOf(blobs, archiveKey(id));

  /** The record goes before all lines. */
  async function first(id: string): Promise<Fields | undefined> {
    for await (const row of rows(id)) return JSON.parse(row) as Fields;
    return undefined;
  }

  return {
    /** Moves what is old enough; safe to run in several processes at once. `now` is milliseconds since the epoch. Answers how many moved and were forgotten. */
    async run(
      live: LiveJournal,
      { journalMs, recordMs }: Retention,
      now: number,
    ): Promise<{ moved: number; forgotten: number }> {
      const due = await dueForArchive(redis, keys.root, [now - journalMs, BATCH]);
      let moved = 0;
      for (const id of due) if (await store(id, live)) moved += 1;
      return { moved, forgotten: await forget(redis, keys.root, [now - recordMs, BATCH]) };
    },

    /** Up to `limit` lines after line `after`, oldest first; none when the deployment was not archived. */
    async lines(id: string, after: number, limit: number): Promise<readonly Line[]> {
      const found: Line[] = [];
      let isRecord = true;
      for await (const row of rows(id)) {
        if (isRecord) isRecord = false;
        else if (found.length >= limit) break;
        else {
          const line = JSON.parse(row) as Line;
          if (line.n > after) found.push(line);
        }
      }
      return found;
    },

    /** The record of a deployment that Redis has forgotten. */
    async record(id: string): Promise<Deployment | undefined> {
      const fields = await first(id);
      return fields && readRecord(id, fields);
    },

    /** The input that the deployment was frozen to; undefined when it was not archived, or by a version that did not keep it. */
    async input(id: string): Promise<WorkInput | undefined> {
      const input = (await first(id))?.['input'];
      return input === undefined ? undefined : (JSON.parse(input) as WorkInput);
    },

    /** How many lines its journal has; 0 when it was not archived. */
    async length(id: string): Promise<number> {
      return Number((await first(id))?.['lines'] ?? 0);
    },
  };
}

export type Archive = ReturnType<typeof createArchive>;

/** Ids begin with their time, so that the archives of one period share a prefix. */
function archiveKey(id: string): string {
  return `archive/${id.slice(0, 4)}/${id}.ndjson.gz`;
}
