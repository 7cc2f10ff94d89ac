import type { Deployment } from '../domain/deployment.js';
import type { Archive } from './archive.js';
import type { Line } from './entries.js';
import type { Journal } from './journal.js';

interface HistoryDeps {
  readonly journal: Pick<Journal, 'read' | 'length'>;
  readonly archive: Pick<Archive, 'lines' | 'record'>;
  load(id: string): Promise<Deployment | undefined>;
}

/** Reads deployments and journals wherever they are: callers do not notice that an old one comes from the archive. */
export function createHistory({ journal, archive, load }: HistoryDeps) {
  return {
    async load(id: string): Promise<Deployment | undefined> {
      return (await load(id)) ?? archive.record(id);
    },

    async read(id: string, after: number, limit: number): Promise<readonly Line[]> {
      const lines = await journal.read(id, after, limit);
      if (lines.length > 0) return lines;
      // Nothing in Redis: nothing new yet, or the journal has moved.
      const length = await journal.length(id);
      return length > 0 && length <= after ? lines : archive.lines(id, after, limit);
    },

    async length(id: string): Promise<number> {
      const length = await journal.length(id);
      return length > 0 ? length : ((await archive.lines(id, 0, Number.POSITIVE_INFINITY)).at(-1)?.n ?? 0);
    },
  };
}

export type History = ReturnType<typeof createHistory>;
