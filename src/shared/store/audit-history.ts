import type { AuditEntry, ChainPart, ChainVerdict } from '../domain/audit.js';
import type { AuditArchive } from './audit-archive.js';
import { flawOf, type AuditLog, type ChainEnd } from './audit-log.js';

const PER_READ = 500;

interface HistoryDeps {
  readonly log: Pick<AuditLog, 'read'>;
  readonly archive: Pick<AuditArchive, 'end' | 'entriesAfter'>;
}

interface Piece {
  readonly where: ChainPart['where'];
  /** They follow each other; none when the archive should have the next one and has not. */
  readonly entries: readonly AuditEntry[];
}

/** Reads and verifies the audit log wherever it is: callers do not notice that old entries come from the archive. */
export function createAuditHistory({ log, archive }: HistoryDeps) {
  let verifying: Promise<ChainVerdict> | undefined;

  /** All entries after number `after`, until Redis has no more; so many of Redis' at once. */
  async function* walk(after: number, atOnce = PER_READ): AsyncGenerator<Piece> {
    let next = after;
    for (;;) {
      const entries = await log.read(next, atOnce);
      // What leaves Redis is known to be in the archive at the same moment, so this order misses none.
      if (entries[0]?.n !== next + 1 && next < (await archive.end()).n) {
        const before = next;
        for await (const batch of archive.entriesAfter(next)) {
          yield { where: 'archive', entries: batch };
          next = batch.at(-1)?.n ?? next;
        }
        if (next === before) yield { where: 'archive', entries: [] };
        continue;
      }
      if (entries.length === 0) return;
      yield { where: 'redis', entries };
      next = entries.at(-1)?.n ?? next;
    }
  }

  async function verify(): Promise<ChainVerdict> {
    let before: ChainEnd = { n: 0, hash: '' };
    const parts: ChainPart[] = [];
    const broken = (where: ChainPart['where'], why: string): ChainVerdict => {
      return { intact: false, entries: before.n, brokenAt: before.n + 1, brokenIn: where, why, parts };
    };
    const archived = await archive.end();
    try {
      for await (const { where, entries } of walk(0)) {
        if (entries.length === 0) return broken(where, missing(before.n, archived.n));
        for (const entry of entries) {
          const why = flawOf(entry, before) ?? flawAtSeam(entry, archived);
          if (why !== undefined) return broken(where, why);
          before = entry;
          extend(parts, where, entry.n);
        }
      }
    } catch (error) {
      if (!isDamage(error)) throw error;
      return broken('archive', `the archive of entry ${before.n + 1} cannot be read: ${String(error)}`);
    }
    return { intact: true, entries: before.n, hash: before.hash, parts };
  }

  async function* all(after: number, atOnce?: number): AsyncGenerator<readonly AuditEntry[]> {
    let next = after;
    for await (const { entries } of walk(after, atOnce)) {
      if (entries.length === 0) throw new Error(missing(next, (await archive.end()).n));
      yield entries;
      next = entries.at(-1)?.n ?? next;
    }
  }

  return {
    /** Up to `limit` entries after number `after`, oldest first. Throws when the archive has lost them. */
    async read(after: number, limit: number): Promise<readonly AuditEntry[]> {
      const found: AuditEntry[] = [];
      for await (const entries of all(after, limit)) {
        found.push(...entries);
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    },

    /** All entries after number `after`, a few hundred at a time. Throws when the archive has lost some. */
    readAll: (after: number) => all(after),

    /**
     * Looks at every entry, wherever it is; `brokenAt` is the number of the first one that is not what was written, and
     * `parts` what was looked at where. It takes long for a long log: who asks meanwhile is answered by the same look.
     */
    verify(): Promise<ChainVerdict> {
      verifying ??= verify().finally(() => (verifying = undefined));
      return verifying;
    },
  };
}

export type AuditHistory = ReturnType<typeof createAuditHistory>;

/** The archive ends with the very entry that Redis noted when it let its entries go. */
function flawAtSeam({ n, hash }: AuditEntry, archived: ChainEnd): string | undefined {
  return n === archived.n && hash !== archived.hash
    ? `entry ${n} is not the one that was archived`
    : undefined;
}

function missing(after: number, last: number): string {
  return `entries from ${after + 1} are missing in the archive, which ends with ${last}`;
}

function extend(parts: ChainPart[], where: ChainPart['where'], n: number): void {
  const part = parts.at(-1);
  if (part?.where === where) parts[parts.length - 1] = { ...part, last: n };
  else parts.push({ where, first: n, last: n });
}

/** What zlib and JSON say of bytes that are not what was written; a blob store that is away says something else. */
function isDamage(error: unknown): boolean {
  return (
    error instanceof SyntaxError ||
    (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
  );
}
