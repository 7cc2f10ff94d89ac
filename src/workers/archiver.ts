import type { Logger } from '../shared/log/logger.js';
import type { Archive, Retention } from '../shared/store/archive.js';
import type { Journal } from '../shared/store/journal.js';

/** Pause between two looks, in milliseconds. A day has room for 86 400 deployments at a hundred a look. */
const PERIOD_MS = 60_000;

/** Moves old journals out of Redis, in every worker; a failed look is tried again, since nothing left before it was safe. */
export function startArchiver(
  archive: Pick<Archive, 'run'>,
  journal: Journal,
  retention: Retention,
  logger: Logger,
): { close(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    try {
      const { moved, forgotten } = await archive.run(journal, retention, Date.now());
      if (moved + forgotten > 0) logger.info('archived', { moved, forgotten });
    } catch (error) {
      logger.warn('archiving failed', { error: String(error) });
    }
  }

  const timer = setInterval(() => {
    running = running.then(look);
  }, PERIOD_MS);
  return {
    async close() {
      clearInterval(timer);
      await running;
    },
  };
}
