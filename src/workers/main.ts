import { Readable } from 'node:stream';
import { createRegistry } from '../providers/registry.js';
import { openBlobs } from '../shared/blobs/open.js';
import { attachmentKey, bundleKey } from '../shared/blobs/blobs.js';
import type { Config } from '../shared/config/schema.js';
import type { Logger } from '../shared/log/logger.js';
import type { Redactor } from '../shared/log/redact.js';
import { createDispatcher } from '../shared/queue/dispatcher.js';
import { holdsBeforeWriting, reviewHolds } from '../shared/holds/review.js';
import { startReviewer } from '../shared/queue/reviewer.js';
import { startSweeper } from '../shared/queue/sweeper.js';
import { connectRedis, type Profile } from '../shared/redis.js';
import { createExposition } from '../shared/metrics/exposition.js';
import { registerWorkerMetrics } from '../shared/metrics/worker-metrics.js';
import { proveFit, reachable } from '../shared/redis-proof.js';
import { createArchive } from '../shared/store/archive.js';
import { createAuditArchive } from '../shared/store/audit-archive.js';
import { createBell } from '../shared/store/bell.js';
import { createAuditLog } from '../shared/store/audit-log.js';
import { createClones } from '../shared/store/clones.js';
import { createConfiguration } from '../shared/store/configuration.js';
import { createDeployments } from '../shared/store/deployments.js';
import { createDrifts } from '../shared/store/drifts.js';
import { createImageDigests } from '../shared/store/image-digests.js';
import { createJournal } from '../shared/store/journal.js';
import { keysOf } from '../shared/store/keys.js';
import { createLeases } from '../shared/store/lease.js';
import { createNotices } from '../shared/store/notices.js';
import { createOperationLeases } from '../shared/store/operation-leases.js';
import { createOperations } from '../shared/store/operations.js';
import { createSnapshots } from '../shared/store/snapshots.js';
import { createDirectory } from '../shared/store/directory.js';
import { createTokens } from '../shared/store/tokens.js';
import { createVaultLeases } from '../shared/store/vault-leases.js';
import { createVersions } from '../shared/store/versions.js';
import { createPace } from '../shared/store/pace.js';
import { createPresences } from '../shared/store/presences.js';
import { createSeal } from '../shared/secrets/seal.js';
import { startArchiver } from './archiver.js';
import { startCloneRemover } from './clone-remover.js';
import { createAddressGuard } from './checks/address-guard.js';
import { startDeployWorker } from './deploy-worker.js';
import { startDriftWatcher } from './drift-watcher.js';
import type { Leave } from './heartbeat.js';
import { startHealthServer, type HealthServer } from './health-server.js';
import { createImagePins } from './images/pin-images.js';
import { createRegistries } from './images/registries.js';
import { startLiveWorker } from './live-worker.js';
import { startHerald } from './notices/herald.js';
import { createMail } from './notices/mail.js';
import { createSender } from './notices/send-request.js';
import { createCallObserver } from './observe-calls.js';
import { startOperationWorker } from './operations/operation-worker.js';
import { startPlanWorker } from './plan-worker.js';
import { startPresence } from './presence.js';
import { createSecrets } from './secrets/secrets.js';

/** A worker process: takes deployments until it is closed, then hands over what it carries. */
export async function startWorker(
  config: Config,
  logger: Logger,
  redactor: Redactor,
): Promise<{ close(why?: Leave): Promise<void> }> {
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
  const exposition = createExposition();
  const connections = [redis, blocking, planning, subscriber];
  let health: HealthServer | undefined;
  try {
    await reachable(redis);
    if (config.redisCheck === 'strict') await proveFit(redis);
    if (config.healthPort !== undefined)
      health = await startHealthServer({ redis, host: config.host, port: config.healthPort, exposition });
  } catch (error) {
    for (const connection of connections) connection.disconnect();
    throw error;
  }
  const keys = keysOf(namespace);
  const deployments = createDeployments(redis, namespace, config.queue);
  const dispatcher = createDispatcher(blocking, keys.queuePrefix);
  const blobs = await openBlobs(config.blobs);
  const secrets = createSecrets({
    config,
    seal: createSeal(config.encryptionKeys),
    leases: createVaultLeases(redis, namespace),
    redactor,
    logger,
  });
  const registries = createRegistries(config.registries);
  const images = createImagePins(registries, createImageDigests(redis, namespace));
  let running = () => 0;
  const metrics = registerWorkerMetrics(exposition, () => running());
  const provider = createRegistry({
    s3PathStyle: config.s3PathStyle,
    packages: config.providers,
    tempo: config.tempo,
    observe: createCallObserver(metrics),
  });
  const surroundings = {
    bundles: { open: (service: string, sha256: string) => blobs.get(bundleKey(service, sha256)) },
    pace: createPace(redis, namespace, config.awsCallsPerSecond / config.tempo),
  };
  const shared = { provider, surroundings, secrets, redact: (line: string) => redactor.redact(line) };
  const sweeper = startSweeper(deployments, dispatcher, (error) =>
    logger.warn('sweep failed', { error: String(error) }),
  );
  const configuration = createConfiguration(redis, namespace);
  const judged = { configuration, deployments, versions: createVersions(redis, namespace) };
  await configuration.refresh();
  configuration.follow();
  const reviewer = startReviewer({
    deployments,
    dispatcher,
    review: (deployment, now) => reviewHolds(judged, deployment, now),
    onError: (error) => logger.warn('review failed', { error: String(error) }),
  });
  const journal = createJournal(redis, namespace);
  const archiver = startArchiver(
    {
      archive: createArchive(redis, namespace, blobs),
      audit: createAuditArchive(redis, namespace, blobs),
      journal,
      logger,
    },
    config.retention,
  );
  const cloneRemover = startCloneRemover({
    ...shared,
    clones: createClones(redis, namespace),
    deployments,
    auditLog: createAuditLog(redis, namespace),
    logger,
    worker: config.workerName,
    leaseMs: config.leaseMs,
    tempo: config.tempo,
    offer: (offer) => dispatcher.offer(offer),
  });
  const herald = startHerald({
    notices: createNotices(redis, namespace),
    configuration,
    secrets,
    send: createSender(createAddressGuard(config.noticeNetworks)),
    mail: config.smtpUrl === undefined ? undefined : createMail(config.smtpUrl, config.mailFrom),
    publicUrl: config.publicUrl,
    logger,
    load: (id) => deployments.load(id),
    redact: (text) => redactor.redact(text),
  });
  const plans = startPlanWorker({
    ...shared,
    images,
    connection: planning,
    redis,
    namespace,
    prefix: keys.queuePrefix,
  });
  const leases = createLeases(redis, namespace, config.leaseMs, config.journalMaxLines);
  const drifting = {
    ...shared,
    leases,
    deployments,
    configuration,
    snapshots: createSnapshots(redis, namespace),
    drifts: createDrifts(redis, namespace),
  };
  const driftWatcher =
    config.driftMinutes === 0
      ? undefined
      : startDriftWatcher({
          ...drifting,
          logger,
          periodMs: config.driftMinutes * 60_000 * config.tempo,
          tempo: config.tempo,
        });
  const live = startLiveWorker({
    ...drifting,
    connection: planning,
    redis,
    namespace,
    prefix: keys.queuePrefix,
    blobs,
    operations: createOperations(redis, namespace),
  });
  const bell = createBell(subscriber, namespace);
  const operations = startOperationWorker({
    ...shared,
    leases: createOperationLeases(redis, namespace, config.leaseMs),
    directory: createDirectory(redis, namespace),
    tokens: createTokens(redis, namespace),
    auditLog: createAuditLog(redis, namespace),
    configuration,
    bell,
    logger,
    tempo: config.tempo,
    name: config.workerName,
  });
  const worker = startDeployWorker({
    ...shared,
    images,
    leases,
    bell,
    guard: createAddressGuard(config.checkNetworks),
    async holds(subject, now) {
      await configuration.refresh();
      return holdsBeforeWriting(judged, subject, now);
    },
    logger,
    tempo: config.tempo,
    attach: (id, name, text) => blobs.put(attachmentKey(id, name), Readable.from([Buffer.from(text)])),
    passed: metrics.passed,
    load: (id) => deployments.load(id),
    offer: (offer) => dispatcher.offer(offer),
    connection: blocking,
    prefix: keys.queuePrefix,
    name: config.workerName,
    concurrency: config.workerConcurrency,
  });
  running = () => worker.carries().length;
  const presence = startPresence({
    presences: createPresences(redis, namespace),
    name: config.workerName,
    places: config.workerConcurrency,
    carries: worker.carries,
    onError: (error) => logger.warn('the worker could not say that it is there', { error: String(error) }),
  });
  logger.info('worker ready', {
    worker: config.workerName,
    concurrency: config.workerConcurrency,
    ...(health && { health: health.url }),
  });
  return {
    async close(why) {
      health?.drain();
      presence.drain();
      configuration.close();
      await Promise.all([
        sweeper.close(),
        reviewer.close(),
        archiver.close(),
        cloneRemover.close(),
        driftWatcher?.close(),
        herald.close(),
      ]);
      await Promise.all([worker.close(why), operations.close()]);
      await presence.close();
      await Promise.all([plans.close(), live.close()]);
      await Promise.all([secrets.close(), registries.close()]);
      await dispatcher.close();
      await health?.close();
      for (const connection of connections) connection.disconnect();
    },
  };
}
