import type { Config } from '../shared/config/schema.js';
import type { Logger } from '../shared/log/logger.js';
import type { Archive } from '../shared/store/archive.js';
import type { AuditArchive } from '../shared/store/audit-archive.js';
import type { Journal } from '../shared/store/journal.js';

/** Pause between two looks, in milliseconds. A day has room for 86 400 deployments at a hundred a look. */
const PERIOD_MS = 60_000;

interface ArchiverDeps {
  readonly archive: Pick<Archive, 'run'>;
  readonly audit: Pick<AuditArchive, 'run'>;
  readonly journal: Journal;
  readonly logger: Logger;
}

/**
 * Moves old journals and old entries of the audit log out of Redis, in every worker; a failed look is tried again, since
 * nothing left before it was safe.
 */
export function startArchiver(
  { archive, audit, journal, logger }: ArchiverDeps,
  retention: Config['retention'],
): { close(): Promise<void> } {
  let running: Promise<void> = Promise.resolve();

  async function moveJournals(): Promise<void> {
    const { moved, forgotten } = await archive.run(journal, retention, Date.now());
    if (moved + forgotten > 0) logger.info('archived', { moved, forgotten });
  }

  async function moveAudit(): Promise<void> {
    const segments = await audit.run(retention.auditEntries);
    if (segments > 0) logger.info('audit log archived', { segments });
  }

  async function look(): Promise<void> {
    // Neither has to wait for the other to succeed.
    for (const move of [moveJournals, moveAudit])
      await move().catch((error: unknown) => logger.warn('archiving failed', { error: String(error) }));
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
