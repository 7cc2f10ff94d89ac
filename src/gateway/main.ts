import { createRegistry } from '../providers/registry.js';
import { openBlobs } from '../shared/blobs/open.js';
import { ConfigProblem, type Config } from '../shared/config/schema.js';
import { createTickets } from '../shared/live/ticket.js';
import type { Logger } from '../shared/log/logger.js';
import type { Redactor } from '../shared/log/redact.js';
import { connectRedis } from '../shared/redis.js';
import { reachable } from '../shared/redis-proof.js';
import { createSeal } from '../shared/secrets/seal.js';
import { createAuditLog } from '../shared/store/audit-log.js';
import { createConfiguration } from '../shared/store/configuration.js';
import { createRecordings } from '../shared/store/recordings.js';
import { createSpentTickets } from '../shared/store/spent-tickets.js';
import { createVaultLeases } from '../shared/store/vault-leases.js';
import { createSecrets } from '../workers/secrets/secrets.js';
import { createAnswer } from './answer.js';
import { serveExec } from './exec.js';
import { createGate } from './gate.js';
import { createSeats, type SeatLimits } from './seats.js';
import { startServer } from './server.js';

/**
 * The gateway: the one process with rights in clusters for what people look at and do live. It listens for the API
 * alone. Throws a `ConfigProblem` without the key that both share.
 */
export async function startGateway(
  config: Config,
  logger: Logger,
  redactor: Redactor,
): Promise<{ url: string; close(): Promise<void> }> {
  const { namespace, gatewayKey } = config;
  if (gatewayKey === undefined)
    throw new ConfigProblem(['BEANPOD_GATEWAY_KEY is not set; set the same on the API and on gateways']);
  const redis = connectRedis(config.redisUrl, 'prompt', (error) =>
    logger.warn('redis connection', { profile: 'prompt', error: error.message }),
  );
  try {
    await reachable(redis);
    const configuration = createConfiguration(redis, namespace);
    const secrets = createSecrets({
      config,
      seal: createSeal(config.encryptionKeys),
      leases: createVaultLeases(redis, namespace),
      redactor,
      logger,
    });
    const provider = createRegistry({
      s3PathStyle: config.s3PathStyle,
      packages: config.providers,
      tempo: config.tempo,
    });
    const gate = createGate({
      tickets: createTickets(gatewayKey),
      spent: createSpentTickets(redis, namespace),
      auditLog: createAuditLog(redis, namespace),
      logger,
    });
    const surroundings = { bundles: { open: () => Promise.resolve(undefined) } };
    const deps = { gate, configuration, secrets, provider, surroundings, redactor };
    const blobs = await openBlobs(config.blobs);
    const server = await startServer({
      host: config.host,
      port: config.gatewayPort,
      logger,
      answer: createAnswer({ ...deps, tails: createSeats('followed logs', tailLimits(config)) }),
      ready: () =>
        redis.ping().then(
          () => true,
          () => false,
        ),
    });
    const shells = serveExec(server.server, {
      ...deps,
      recordings: createRecordings(redis, namespace),
      blobs,
      seats: createSeats('shells', { person: 3, target: 20, all: config.gatewayShells }),
      limits: { idleMs: config.execIdleMinutes * 60_000, totalMs: config.execMaxMinutes * 60_000 },
      logger,
      closing: server.closing,
    });
    logger.info('gateway ready', { url: server.url });
    return {
      url: server.url,
      async close() {
        await Promise.all([server.close(), shells.close()]);
        await secrets.close();
        redis.disconnect();
      },
    };
  } catch (error) {
    redis.disconnect();
    throw error;
  }
}

function tailLimits({ gatewayTails, tailsPerPerson, tailsPerTarget }: Config): SeatLimits {
  return { person: tailsPerPerson, target: tailsPerTarget, all: gatewayTails };
}
