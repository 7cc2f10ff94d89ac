import type { Deployment } from '../domain/deployment.js';
import type { Archive } from './archive.js';
import type { WorkInput } from './acceptance.js';
import type { Line } from './entries.js';
import type { Journal } from './journal.js';

interface HistoryDeps {
  readonly journal: Pick<Journal, 'read' | 'length'>;
  readonly archive: Pick<Archive, 'lines' | 'length' | 'record' | 'input'>;
  load(id: string): Promise<Deployment | undefined>;
  input(id: string): Promise<WorkInput | undefined>;
}

/** Reads deployments and journals wherever they are: callers do not notice that an old one comes from the archive. */
export function createHistory({ journal, archive, load, input }: HistoryDeps) {
  return {
    async load(id: string): Promise<Deployment | undefined> {
      return (await load(id)) ?? archive.record(id);
    },

    /** What a deployment was frozen to at its acceptance; undefined when it is no longer kept. */
    async input(id: string): Promise<WorkInput | undefined> {
      return (await input(id)) ?? archive.input(id);
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
      return length > 0 ? length : archive.length(id);
    },
  };
}

export type History = ReturnType<typeof createHistory>;
