import { Redis } from 'ioredis';
import { createAccess } from '../../src/api/access/open-access.js';
import { createTable } from '../../src/api/app.js';
import { describeApi } from '../../src/api/openapi.js';
import type { Route } from '../../src/api/route.js';
import { CATALOG } from '../../src/providers/catalog.js';
import { createLogger } from '../../src/shared/log/logger.js';
import { createAuditArchive } from '../../src/shared/store/audit-archive.js';
import { createAuditHistory } from '../../src/shared/store/audit-history.js';
import { createAuditLog } from '../../src/shared/store/audit-log.js';
import { createBell } from '../../src/shared/store/bell.js';
import { createClones } from '../../src/shared/store/clones.js';
import { createConfiguration } from '../../src/shared/store/configuration.js';
import { createDeployments } from '../../src/shared/store/deployments.js';
import { createJournal } from '../../src/shared/store/journal.js';
import { createDeliveries } from '../../src/shared/store/deliveries.js';
import { createDrifts } from '../../src/shared/store/drifts.js';
import { createNotices } from '../../src/shared/store/notices.js';
import { createPresences } from '../../src/shared/store/presences.js';
import { createOperations } from '../../src/shared/store/operations.js';
import { createRecordings } from '../../src/shared/store/recordings.js';
import { createReleases } from '../../src/shared/store/releases.js';
import { createSnapshots } from '../../src/shared/store/snapshots.js';
import { createVersions } from '../../src/shared/store/versions.js';

/** With an identity provider too, so that its routes are described. */
const PUBLIC_URL = 'https://beanpod.example.com';

const BLOBS = { put: unreachable, get: unreachable, size: unreachable, remove: unreachable };

/** The description of the API, as it is also served at `/openapi.json`. */
export function openApiDocument(): string {
  return `${JSON.stringify(describeApi(offlineTable()), null, 2)}\n`;
}

/** Every route of the API over a store that is never connected: for looking at, not for calling. */
export function offlineTable(): readonly Route[] {
  const redis = new Redis({ lazyConnect: true });
  return createTable(
    {
      store: {
        deployments: createDeployments(redis, 'docs', { perTarget: 1, live: 1 }),
        journal: createJournal(redis, 'docs'),
        bell: createBell(redis, 'docs'),
        configuration: createConfiguration(redis, 'docs'),
        versions: createVersions(redis, 'docs'),
        snapshots: createSnapshots(redis, 'docs'),
        drifts: createDrifts(redis, 'docs'),
        recordings: createRecordings(redis, 'docs'),
        operations: createOperations(redis, 'docs'),
        audit: createAuditHistory({
          log: createAuditLog(redis, 'docs'),
          archive: createAuditArchive(redis, 'docs', BLOBS),
        }),
        presences: createPresences(redis, 'docs'),
        census: unreachable,
        releases: createReleases(redis, 'docs'),
        clones: createClones(redis, 'docs'),
        deliveries: createDeliveries(redis, 'docs'),
        notices: createNotices(redis, 'docs'),
        blobs: BLOBS,
      },
      workers: {
        offers: { offer: () => undefined },
        plans: { ask: unreachable },
        live: { ask: unreachable },
      },
      catalog: CATALOG,
      access: createAccess(redis, 'docs', {
        publicUrl: PUBLIC_URL,
        oidcIssuer: PUBLIC_URL,
        oidcClientId: 'beanpod',
      }),
      logger: createLogger('silent'),
      mostClones: 1,
      readiness: { checks: unreachable, closing: new AbortController().signal },
    },
    PUBLIC_URL,
  );
}

function unreachable(): Promise<never> {
  return Promise.reject(new Error('This table is only looked at'));
}
