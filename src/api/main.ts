import type { Redis } from 'ioredis';
import { createCatalog } from '../providers/catalog.js';
import { openBlobs } from '../shared/blobs/open.js';
import { ConfigProblem, type Config } from '../shared/config/schema.js';
import type { Logger } from '../shared/log/logger.js';
import { createDispatcher } from '../shared/queue/dispatcher.js';
import { createLive } from '../shared/queue/live.js';
import { createPlans } from '../shared/queue/plans.js';
import { reviewHolds } from '../shared/holds/review.js';
import { openQueues } from '../shared/queue/queues.js';
import { startReviewer } from '../shared/queue/reviewer.js';
import { startSweeper } from '../shared/queue/sweeper.js';
import { createExposition, serveExposition } from '../shared/metrics/exposition.js';
import { registerHttpMetrics } from '../shared/metrics/http-metrics.js';
import { registerStoreMetrics } from '../shared/metrics/store-metrics.js';
import { connectRedis, type Profile } from '../shared/redis.js';
import { proveFit, reachable } from '../shared/redis-proof.js';
import { createSeal } from '../shared/secrets/seal.js';
import { createAuditArchive } from '../shared/store/audit-archive.js';
import { createAuditHistory } from '../shared/store/audit-history.js';
import { createArchive } from '../shared/store/archive.js';
import { createBell } from '../shared/store/bell.js';
import { createCensus } from '../shared/store/census.js';
import { createClones } from '../shared/store/clones.js';
import { createConfiguration } from '../shared/store/configuration.js';
import { createDeployments, type Deployments } from '../shared/store/deployments.js';
import { createHistory } from '../shared/store/history.js';
import { createJournal } from '../shared/store/journal.js';
import { keysOf } from '../shared/store/keys.js';
import { createDeliveries } from '../shared/store/deliveries.js';
import { createNotices } from '../shared/store/notices.js';
import { createRateCounters } from '../shared/store/rates.js';
import { createOperations } from '../shared/store/operations.js';
import { createPresences } from '../shared/store/presences.js';
import { createRecordings } from '../shared/store/recordings.js';
import { createReleases } from '../shared/store/releases.js';
import { createDrifts } from '../shared/store/drifts.js';
import { createSnapshots } from '../shared/store/snapshots.js';
import { createVersions } from '../shared/store/versions.js';
import { createTickets } from '../shared/live/ticket.js';
import { createApp } from './app.js';
import { serveShells } from './live/serve-shells.js';
import { createGatewayClient, type GatewayClient } from './live/gateway-client.js';
import { createAccess, followAccess } from './access/open-access.js';
import { synchronise } from './configuration-files/synchronise.js';
import { startReleaseConductor } from './release-conductor.js';
import { createRateLimit } from './rate-limit.js';
import { createReadiness } from './readiness.js';
import { listen } from './server.js';

/**
 * The API process: listens once Redis is reachable and fit and the configuration files are written into it. Throws a
 * `ConfigProblem` when an operator has to change something first.
 */
export async function startApi(
  config: Config,
  logger: Logger,
): Promise<{ url: string; close(): Promise<void> }> {
  const { namespace } = config;
  const connections: Redis[] = [];
  const connect = (profile: Profile) => {
    const onError = (error: Error) => logger.warn('redis connection', { profile, error: error.message });
    const redis = connectRedis(config.redisUrl, profile, onError);
    connections.push(redis);
    return redis;
  };
  const disconnect = () => connections.forEach((redis) => redis.disconnect());
  try {
    const [redis, queue, subscriber] = [connect('prompt'), connect('prompt'), connect('blocking')];
    await Promise.all([redis, queue].map(reachable));
    if (config.redisCheck === 'strict') await proveFit(redis);
    const blobs = await openBlobs(config.blobs);
    const recent = createDeployments(redis, namespace, config.queue);
    await recent.limit(config.limits);
    const archive = createArchive(redis, namespace, blobs);
    const history = createHistory({ ...recent, journal: createJournal(redis, namespace), archive });
    const deployments = { ...recent, load: history.load, input: history.input };
    const configuration = createConfiguration(redis, namespace);
    const catalog = await createCatalog(config.providers);
    const seal = createSeal(config.encryptionKeys);
    if (config.configDir !== undefined)
      await synchronise(config.configDir, configuration, { catalog, seal, logger });
    await configuration.refresh();
    configuration.follow();
    const bell = createBell(subscriber, namespace);
    const access = createAccess(redis, namespace, config);
    await followAccess(access, subscriber);
    const prefix = keysOf(namespace).queuePrefix;
    const offers = createDispatcher(queue, prefix);
    const [plans, live] = [createPlans(queue, namespace, bell), createLive(queue, namespace, bell)];
    const exposition = createExposition();
    const census = createCensus(redis, namespace);
    registerStoreMetrics(exposition, {
      census,
      audit: () => auditIfSmall(redis, recent),
      environments: () => [...configuration.current().environments.keys()],
    });
    const readiness = createReadiness(redis, config.redisCheck);
    const queues = openQueues(queue, prefix);
    const rates = createRateLimit(
      createRateCounters(redis, namespace, 120_000),
      { caller: config.rateCaller, address: config.rateAddress, hook: config.rateHooks },
      (error) => logger.warn('rates are kept by this process alone', { error: String(error) }),
    );
    const deps = {
      store: {
        deployments,
        configuration,
        bell,
        blobs,
        journal: history,
        versions: createVersions(redis, namespace),
        snapshots: createSnapshots(redis, namespace),
        drifts: createDrifts(redis, namespace),
        releases: createReleases(redis, namespace),
        clones: createClones(redis, namespace),
        deliveries: createDeliveries(redis, namespace),
        notices: createNotices(redis, namespace),
        recordings: createRecordings(redis, namespace),
        operations: createOperations(redis, namespace),
        audit: createAuditHistory({
          log: access.auditLog,
          archive: createAuditArchive(redis, namespace, blobs),
        }),
        presences: createPresences(redis, namespace),
        census,
      },
      workers: { offers, plans, live },
      catalog,
      seal,
      access,
      gateway: gatewayOf(config),
      logger,
      readiness,
      answered: registerHttpMetrics(exposition),
      queues,
      rates,
      mostClones: config.clones,
      proxies: config.proxies,
    };
    const reviewer = startReviewer({
      deployments: recent,
      dispatcher: offers,
      review: (deployment, now) =>
        reviewHolds({ configuration, deployments: recent, versions: deps.store.versions }, deployment, now),
      onError: (error) => logger.warn('review failed', { error: String(error) }),
    });
    const conductor = startReleaseConductor({ ...deps.store, ...deps.workers, catalog, logger });
    const app = createApp(deps, config.publicUrl);
    const sweeper = startSweeper(deployments, offers, (error) =>
      logger.warn('sweep failed', { error: String(error) }),
    );
    const server = await listen(app, config.host, config.port, config.connections);
    const shells = serveShells(server.http, {
      ...deps,
      configuration,
      auth: access.auth,
      auditLog: access.auditLog,
      closing: readiness.closing,
      publicUrl: config.publicUrl,
    });
    const metrics =
      config.metricsPort === undefined
        ? undefined
        : await serveExposition(exposition, config.host, config.metricsPort);
    logger.info('api ready', { url: server.url, ...(metrics && { metrics: `${metrics.url}/metrics` }) });
    return {
      url: server.url,
      async close() {
        readiness.drain();
        shells.close();
        await server.close();
        await metrics?.close();
        await Promise.all([sweeper.close(), reviewer.close(), conductor.close()]);
        rates.close();
        await queues.close();
        configuration.close();
        access.directory.close();
        await access.auditLog.settled();
        await Promise.all([offers, plans, live].map((each) => each.close()));
        disconnect();
      },
    };
  } catch (error) {
    disconnect();
    throw error;
  }
}

/** An audit reads every key in one step, so a store with more than these is not stopped for it. */
const MOST_AUDITED_KEYS = 100_000;

async function auditIfSmall(
  redis: Redis,
  deployments: Pick<Deployments, 'audit'>,
): Promise<readonly string[] | undefined> {
  return (await redis.dbsize()) <= MOST_AUDITED_KEYS ? deployments.audit() : undefined;
}

function gatewayOf({ gatewayUrl, gatewayKey }: Config): GatewayClient | undefined {
  if (gatewayUrl === undefined) return undefined;
  if (gatewayKey !== undefined) return createGatewayClient(gatewayUrl, createTickets(gatewayKey));
  throw new ConfigProblem(['BEANPOD_GATEWAY_URL is set; set BEANPOD_GATEWAY_KEY too']);
}
