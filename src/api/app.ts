import express, { type Express } from 'express';
import type { Catalog } from '../providers/catalog.js';
import type { Blobs } from '../shared/blobs/blobs.js';
import type { Deployment } from '../shared/domain/deployment.js';
import { isDeploymentId } from '../shared/domain/ids.js';
import type { Logger } from '../shared/log/logger.js';
import type { Answered } from '../shared/metrics/http-metrics.js';
import type { Queues } from '../shared/queue/queues.js';
import type { Seal } from '../shared/secrets/seal.js';
import type { AuditHistory } from '../shared/store/audit-history.js';
import type { Bell } from '../shared/store/bell.js';
import type { Clones } from '../shared/store/clones.js';
import type { Configuration } from '../shared/store/configuration.js';
import type { Deployments } from '../shared/store/deployments.js';
import type { Offer } from '../shared/store/offers.js';
import type { Drifts } from '../shared/store/drifts.js';
import type { Journal } from '../shared/store/journal.js';
import type { Deliveries } from '../shared/store/deliveries.js';
import type { Notices } from '../shared/store/notices.js';
import type { Census } from '../shared/store/census.js';
import type { Presences } from '../shared/store/presences.js';
import type { Operations } from '../shared/store/operations.js';
import type { Recordings } from '../shared/store/recordings.js';
import type { Releases } from '../shared/store/releases.js';
import type { Snapshots } from '../shared/store/snapshots.js';
import type { Versions } from '../shared/store/versions.js';
import { createAuditTrail } from './access/audit-trail.js';
import type { AccessParts } from './access/open-access.js';
import { mountDocs } from './docs-page/docs-page.js';
import { mountRoutes } from './http.js';
import type { GatewayClient } from './live/gateway-client.js';
import { createLiveChanges } from './live-changes.js';
import { createLiveJournals } from './live-journals.js';
import { createOperationChanges } from './operation-changes.js';
import { createPodChanges } from './pod-changes.js';
import { mountQueueBoard } from './queue-board.js';
import type { RateLimit } from './rate-limit.js';
import type { Readiness } from './readiness.js';
import { Refusal } from './refusal.js';
import { requestIdOf } from './request-id.js';
import type { Route } from './route.js';
import { bundleRoute } from './routes/bundles.js';
import { approveRoute } from './routes/approvals.js';
import { blockerRoutes } from './routes/blockers.js';
import { auditRoutes } from './routes/audit.js';
import { calendarImportRoute } from './routes/calendar-import.js';
import { canRoute } from './routes/can.js';
import { cloneRoutes } from './routes/clones.js';
import { connectionRoute } from './routes/connection.js';
import { deploymentRoutes } from './routes/deployments.js';
import { driftRoute } from './routes/drift.js';
import { environmentRoutes } from './routes/environments.js';
import { healthRoutes } from './routes/health.js';
import { hookRoutes } from './routes/hooks.js';
import { attachmentRoute } from './routes/attachments.js';
import { journalRoutes } from './routes/journal.js';
import { liveRoutes } from './routes/live.js';
import { livePodsRoute } from './routes/live-pods.js';
import { liveTailRoute } from './routes/live-tail.js';
import { liveJolokiaRoutes } from './routes/live-jolokia.js';
import { liveOperationRoutes } from './routes/live-operations.js';
import { liveExecRoutes } from './routes/live-exec.js';
import { oidcRoutes } from './routes/oidc.js';
import { outcomeRoute } from './routes/outcome.js';
import { queueRoutes } from './routes/queue.js';
import { repetitionRoutes } from './routes/repetitions.js';
import { serviceAccountRoutes } from './routes/service-accounts.js';
import { peopleRoutes } from './routes/people.js';
import { roleRoutes } from './routes/roles.js';
import { releaseRoutes } from './routes/releases.js';
import { serviceRoutes } from './routes/services.js';
import { sessionRoutes } from './routes/session.js';
import { snapshotRoutes } from './routes/snapshots.js';
import { streamRoute } from './routes/stream.js';
import { subscriptionRoutes } from './routes/subscriptions.js';
import { targetRoutes } from './routes/targets.js';
import { tokenRoutes } from './routes/tokens.js';
import { trustRoutes } from './routes/trusts.js';
import { versionRoutes } from './routes/versions.js';
import { sendProblem } from './send.js';
import type { AskLiveDeps } from './use-cases/ask-live.js';
import type { PlanDeps } from './use-cases/plan-deployment.js';
import { readBuiltPage } from './web-page/built-page.js';
import { mountWebPage } from './web-page/web-page.js';

/** What is stored, by noun. */
export interface Store {
  readonly deployments: Deployments;
  readonly journal: Journal;
  readonly bell: Bell;
  readonly configuration: Configuration;
  readonly versions: Versions;
  readonly snapshots: Snapshots;
  readonly drifts: Drifts;
  readonly releases: Releases;
  readonly clones: Clones;
  readonly deliveries: Deliveries;
  readonly notices: Notices;
  readonly blobs: Blobs;
  readonly recordings: Recordings;
  readonly operations: Operations;
  readonly audit: AuditHistory;
  readonly presences: Presences;
  readonly census: () => Promise<Census>;
}

/** How workers are reached. */
export interface Workers {
  readonly offers: { offer(offer: Offer): void };
  readonly plans: PlanDeps['plans'];
  readonly live: AskLiveDeps['live'];
}

/** Everything that the API is made of. */
export interface AppDeps {
  readonly store: Store;
  readonly workers: Workers;
  readonly catalog: Catalog;
  /** Seals literal credentials of targets; without one they are refused. */
  readonly seal?: Seal | undefined;
  readonly access: AccessParts;
  /** What is live in clusters; without one it is refused. */
  readonly gateway?: GatewayClient | undefined;
  readonly logger: Logger;
  readonly readiness: Readiness;
  readonly queues: Pick<Queues, 'queues'>;
  readonly rates: Pick<RateLimit, 'take'>;
  /** Most clones of environments at once. */
  readonly mostClones: number;
  /** Proxies of our own before this process. */
  readonly proxies: number;
  /** Told of every request that a route has answered. */
  readonly answered?: (answered: Answered) => void;
}

/** What the routes are made of. */
type TableDeps = Omit<AppDeps, 'queues' | 'rates' | 'proxies' | 'answered'>;

/** The API as an Express application, without a socket. `publicUrl` is where callers reach it, for its description. */
export function createApp(deps: AppDeps, publicUrl?: string): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  const table = createTable(deps, publicUrl);
  const { access, logger, readiness, answered, rates, proxies } = deps;
  const trail = createAuditTrail(access.auditLog, logger);
  mountRoutes(app, table, {
    auth: access.auth,
    trail,
    logger,
    closing: readiness.closing,
    rates,
    proxies,
    publicUrl,
    ...(answered && { answered }),
  });
  mountQueueBoard(app, { auth: access.auth, queues: deps.queues, logger });
  mountDocs(app, table, publicUrl);
  mountWebPage(app, readBuiltPage(), publicUrl);
  app.use((req, res) => {
    const error = new Refusal('route.unknown', `There is nothing at ${req.path}`);
    sendProblem(req, res, error, requestIdOf(req.get('x-request-id')), deps.logger);
  });
  // Express knows an error handler by its four parameters. Broken percent-encoding in an address ends here.
  app.use((error: unknown, req: express.Request, res: express.Response, _next: express.NextFunction) =>
    sendProblem(req, res, error, requestIdOf(req.get('x-request-id')), deps.logger),
  );
  return app;
}

/** Every route; the ones that are called most come first, since Express looks through them in order. */
export function createTable(
  { store, workers, catalog, seal, access, gateway, logger, readiness, mostClones }: TableDeps,
  publicUrl?: string,
): readonly Route[] {
  const { journal, bell, configuration, versions, snapshots, releases, deliveries, notices, blobs } = store;
  const deployments = { ...store.deployments, load: (id: string) => loadIfPossible(store.deployments, id) };
  const onError = (error: unknown) => logger.warn('live reader', { error: String(error) });
  const live = createLiveJournals({ journal, deployments, bell, onError });
  const changes = createLiveChanges({ deployments, bell, onError });
  const operations = createOperationChanges({ operations: store.operations, bell, onError });
  // Whatever leads to a deployment accepts it in the same way.
  const accepting = { ...workers, deployments, configuration, versions, catalog, blobs };
  const cloning = { ...accepting, snapshots, releases, clones: store.clones, mostClones };
  return [
    ...deploymentRoutes({ ...accepting, bell }),
    outcomeRoute({ deployments, bell }),
    ...journalRoutes({ deployments, journal, live }),
    streamRoute({
      deployments,
      configuration,
      changes,
      operations,
      pods: createPodChanges({ gateway }),
      live,
    }),
    ...repetitionRoutes(accepting),
    approveRoute({ deployments, directory: access.directory }),
    ...queueRoutes({ ...store, deployments }),
    ...releaseRoutes({ ...accepting, snapshots, releases }),
    ...cloneRoutes(cloning),
    ...hookRoutes({ ...cloning, deliveries, seal }),
    ...subscriptionRoutes({ configuration, notices, seal }),
    ...snapshotRoutes({ configuration, deployments, versions, snapshots, drifts: store.drifts }),
    ...blockerRoutes({ configuration, deployments, versions }),
    calendarImportRoute({ configuration, deployments }),
    ...serviceRoutes(configuration),
    ...environmentRoutes(configuration, store.clones),
    ...targetRoutes(configuration, catalog, seal),
    ...versionRoutes(versions, configuration),
    bundleRoute(blobs, configuration),
    attachmentRoute({ blobs, deployments }),
    ...liveRoutes({ configuration, blobs, live: workers.live }),
    driftRoute({ configuration, live: workers.live }),
    connectionRoute({ configuration, live: workers.live, catalog }),
    livePodsRoute({ configuration, gateway }),
    liveTailRoute({ configuration, gateway }),
    ...liveOperationRoutes({ configuration, live: workers.live, operations: store.operations, bell }),
    ...liveJolokiaRoutes({ configuration, gateway }),
    ...liveExecRoutes({ configuration, gateway, recordings: store.recordings, blobs }),
    ...sessionRoutes({ ...access, publicUrl, oidc: access.login !== undefined }),
    ...oidcRoutes(access, publicUrl),
    ...tokenRoutes(access),
    ...roleRoutes(access.directory),
    ...peopleRoutes(access),
    ...serviceAccountRoutes(access),
    ...trustRoutes(access),
    canRoute(access.directory),
    ...auditRoutes(store.audit),
    ...healthRoutes(() => readiness.checks()),
  ];
}

/** What callers put into an address is no id yet: one that cannot exist is not looked for, neither here nor in archives. */
async function loadIfPossible(
  deployments: Pick<Deployments, 'load'>,
  id: string,
): Promise<Deployment | undefined> {
  return isDeploymentId(id) ? deployments.load(id) : undefined;
}
