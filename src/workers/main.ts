import { createRegistry } from '../providers/registry.js';
import { openBlobs } from '../shared/blobs/open.js';
import { bundleKey } from '../shared/blobs/blobs.js';
import type { Config } from '../shared/config/schema.js';
import type { Logger } from '../shared/log/logger.js';
import { createRedactor } from '../shared/log/redact.js';
import { createDispatcher } from '../shared/queue/dispatcher.js';
import { startSweeper } from '../shared/queue/sweeper.js';
import { connectRedis, type Profile } from '../shared/redis.js';
import { proveFit, reachable } from '../shared/redis-proof.js';
import { createArchive } from '../shared/store/archive.js';
import { createBell } from '../shared/store/bell.js';
import { createDeployments } from '../shared/store/deployments.js';
import { createJournal } from '../shared/store/journal.js';
import { keysOf } from '../shared/store/keys.js';
import { createLeases } from '../shared/store/lease.js';
import { startArchiver } from './archiver.js';
import { createAddressGuard } from './checks/address-guard.js';
import { startDeployWorker } from './deploy-worker.js';
import { startPlanWorker } from './plan-worker.js';

/** A worker process: takes deployments until it is closed, then hands over what it carries. */
export async function startWorker(config: Config, logger: Logger): Promise<{ close(): Promise<void> }> {
  const { namespace } = config;
  const connect = (profile: Profile) =>
    connectRedis(config.redisUrl, profile, (error) =>
      logger.warn('redis connection', { profile, error: error.message }),
    );
  const [redis, blocking, planning, subscriber] = [
    connect('patient'),
    connect('blocking'),
    connect('blocking'),
    connect('blocking'),
  ];
  const connections = [redis, blocking, planning, subscriber];
  try {
    await reachable(redis);
    if (config.redisCheck === 'strict') await proveFit(redis);
  } catch (error) {
    for (const connection of connections) connection.disconnect();
    throw error;
  }
  const keys = keysOf(namespace);
  const deployments = createDeployments(redis, namespace, config.queue);
  const dispatcher = createDispatcher(blocking, keys.queuePrefix);
  const blobs = await openBlobs(config.blobs);
  const redactor = createRedactor();
  const provider = createRegistry({
    s3PathStyle: config.s3PathStyle,
    packages: config.providers,
    tempo: config.tempo,
    secrets: config.secrets,
  });
  const surroundings = {
    bundles: { open: (service: string, sha256: string) => blobs.get(bundleKey(service, sha256)) },
  };
  const shared = { provider, surroundings, redact: (line: string) => redactor.redact(line) };
  const sweeper = startSweeper(deployments, dispatcher, (error) =>
    logger.warn('sweep failed', { error: String(error) }),
  );
  const journal = createJournal(redis, namespace);
  const archiver = startArchiver(createArchive(redis, namespace, blobs), journal, config.retention, logger);
  const plans = startPlanWorker({
    ...shared,
    connection: planning,
    redis,
    namespace,
    prefix: keys.queuePrefix,
  });
  const worker = startDeployWorker({
    ...shared,
    leases: createLeases(redis, namespace, config.leaseMs, config.journalMaxLines),
    bell: createBell(subscriber, namespace),
    guard: createAddressGuard(config.checkNetworks),
    logger,
    tempo: config.tempo,
    load: (id) => deployments.load(id),
    offer: (offer) => dispatcher.offer(offer),
    connection: blocking,
    prefix: keys.queuePrefix,
    name: config.workerName,
    concurrency: config.workerConcurrency,
  });
  logger.info('worker ready', { worker: config.workerName, concurrency: config.workerConcurrency });
  return {
    async close() {
      await Promise.all([sweeper.close(), archiver.close()]);
      await worker.close();
      await plans.close();
      await dispatcher.close();
      for (const connection of connections) connection.disconnect();
    },
  };
}
