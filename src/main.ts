import { randomBytes } from 'node:crypto';
import { loadConfig } from './shared/config/load.js';
import { ConfigProblem, type Config } from './shared/config/schema.js';
import { createLogger, type Logger } from './shared/log/logger.js';
import { createRedactor, type Redactor } from './shared/log/redact.js';

/** Exit code for a configuration that somebody has to correct: EX_CONFIG of sysexits.h. */
const EX_CONFIG = 78;

/** How long a process that met an unexpected error may take to hand over, in milliseconds. */
const LAST_WORDS_MS = 5_000;

interface Part {
  /** Settings that the parts started after it need. */
  readonly tells?: Partial<Config>;
  /** `crash`: the process met an error that nobody expected. */
  close(why: 'shutdown' | 'crash'): Promise<void>;
}

type Start = (config: Config, logger: Logger, redactor: Redactor) => Promise<Part>;

// Loaded by role, so that an API process holds no provider code.
const ROLES: Readonly<Record<string, readonly Start[]>> = {
  api: [startApi],
  worker: [startWorker],
  gateway: [startGateway],
  all: [startOwnGateway, startApi, startWorker],
};

async function startApi(config: Config, logger: Logger): Promise<Part> {
  return (await import('./api/main.js')).startApi(config, logger);
}

async function startWorker(config: Config, logger: Logger, redactor: Redactor): Promise<Part> {
  return (await import('./workers/main.js')).startWorker(config, logger, redactor);
}

async function startGateway(config: Config, logger: Logger, redactor: Redactor): Promise<Part> {
  return (await import('./gateway/main.js')).startGateway(config, logger, redactor);
}

async function startTraces(url: string, role: string, logger: Logger): Promise<Part> {
  const [{ startTracing }, { createOtlpProcessor }] = await Promise.all([
    import('./shared/tracing/start-tracing.js'),
    import('./shared/tracing/otlp.js'),
  ]);
  const onError = (error: unknown) => logger.warn('traces were not delivered', { error: String(error) });
  return startTracing(createOtlpProcessor(url, `beanpod-${role}`, onError));
}

/** A gateway that nobody outside of this machine reaches, for the API in the same process. */
async function startOwnGateway(config: Config, logger: Logger, redactor: Redactor): Promise<Part> {
  const { startGateway: start } = await import('./gateway/main.js');
  const gatewayKey = config.gatewayKey ?? randomBytes(32).toString('base64url');
  const own = { ...config, gatewayKey, host: '127.0.0.1', gatewayPort: 0 };
  const { url, close } = await start(own, logger, redactor);
  return { tells: { gatewayUrl: url, gatewayKey }, close };
}

async function main(role: string | undefined): Promise<void> {
  const starts = role !== undefined && Object.hasOwn(ROLES, role) ? ROLES[role] : undefined;
  if (!starts)
    throw new ConfigProblem([
      `The role is ${role ?? 'missing'}; start with one of ${Object.keys(ROLES).join(', ')}`,
    ]);
  let config = loadConfig(process.env);
  const redactor = createRedactor();
  const logger = createLogger(config.logLevel, redactor);
  const parts: Part[] = [];
  let stopping = false;

  async function stop(signal: string, why: 'shutdown' | 'crash'): Promise<void> {
    if (stopping) process.exit(1);
    stopping = true;
    logger.info('shutting down', { signal });
    for (const part of parts.reverse()) await part.close(why);
    logger.info('stopped');
  }

  for (const signal of ['SIGTERM', 'SIGINT'])
    process.on(signal, () => void stop(signal, 'shutdown').then(() => process.exit(0), end));
  // A process in an unknown state must not go on: it hands over what it carries and lets its supervisor start anew.
  for (const surprise of ['uncaughtException', 'unhandledRejection'])
    process.on(surprise, (error: unknown) => {
      logger.error('unexpected error, the process ends', {
        error: String(error),
        stack: error instanceof Error ? error.stack : undefined,
      });
      setTimeout(() => process.exit(1), LAST_WORDS_MS).unref();
      void stop('unexpected error', 'crash').then(() => process.exit(1), end);
    });
  if (config.tracesUrl !== undefined) parts.push(await startTraces(config.tracesUrl, role ?? '', logger));
  for (const start of starts) {
    const part = await start(config, logger, redactor);
    parts.push(part);
    config = { ...config, ...part.tells };
  }
}

function end(error: unknown): void {
  const said =
    error instanceof ConfigProblem
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
  process.stderr.write(`${said}\n`, () => process.exit(error instanceof ConfigProblem ? EX_CONFIG : 1));
}

main(process.argv[2]).catch(end);
