import { Type } from 'typebox';
import { ACCESS_SETTINGS } from './access-settings.js';
import { GATEWAY_SETTINGS } from './gateway-settings.js';
import { RATE_SETTINGS } from './rate-settings.js';
import { REGISTRY_SETTINGS } from './registry-settings.js';
import { setting, type Setting } from './setting.js';
import { VAULT_SETTINGS } from './vault-settings.js';

export type { Setting };

const positive = { minimum: 1, maximum: 1_000_000_000 };

/** Every setting of every role, in the order of the documentation. Keys are the names in the YAML file. */
export const SETTINGS = {
  redisUrl: setting(
    'REDIS_URL',
    Type.String({
      pattern: '^rediss?://|^/',
      description: 'Redis that holds everything; `rediss://` for TLS',
    }),
    'redis://127.0.0.1:6379',
    'secret',
  ),
  namespace: setting(
    'BEANPOD_NAMESPACE',
    Type.String({
      pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
      description: 'Prefix of all keys; several installations may share one Redis',
    }),
    'beanpod',
  ),
  host: setting(
    'BEANPOD_HOST',
    Type.String({ minLength: 1, description: 'Address that the API listens on' }),
    '0.0.0.0',
  ),
  port: setting(
    'BEANPOD_PORT',
    Type.Integer({
      minimum: 0,
      maximum: 65_535,
      description: 'Port that the API listens on; 0 takes any free one',
    }),
    8080,
  ),
  healthPort: setting(
    'BEANPOD_HEALTH_PORT',
    Type.Integer({
      minimum: 0,
      maximum: 65_535,
      description:
        'Port on which a worker answers `/livez`, `/readyz` and `/metrics`; 0 takes any free one, none when unset',
    }),
  ),
  metricsPort: setting(
    'BEANPOD_METRICS_PORT',
    Type.Integer({
      minimum: 0,
      maximum: 65_535,
      description:
        'Port on which the API answers `/metrics`, apart from its callers; 0 takes any free one, none when unset. Workers answer on `BEANPOD_HEALTH_PORT`',
    }),
  ),
  tracesUrl: setting(
    'BEANPOD_TRACES_URL',
    Type.String({
      pattern: '^https?://',
      description:
        'Collector that traces are sent to by OTLP over HTTP, such as `http://collector:4318`; no tracing when unset',
    }),
  ),
  publicUrl: setting(
    'BEANPOD_PUBLIC_URL',
    Type.String({
      pattern: '^https?://',
      description: 'Address by which people and CI reach the API; used in the API description',
    }),
  ),
  ...ACCESS_SETTINGS,
  ...RATE_SETTINGS,
  ...GATEWAY_SETTINGS,
  configDir: setting(
    'BEANPOD_CONFIG_DIR',
    Type.String({
      minLength: 1,
      description:
        'Folder with YAML files of services, environments and targets, written into the store at the start of the API',
    }),
  ),
  blobs: setting(
    'BEANPOD_BLOBS',
    Type.String({
      minLength: 1,
      description:
        'Where uploaded bundles live: a folder that API and workers share, or `s3://bucket/prefix`',
    }),
    './.beanpod/blobs',
  ),
  s3PathStyle: setting(
    'BEANPOD_S3_PATH_STYLE',
    Type.Boolean({ description: 'Address S3 by path instead of host name, as stand-ins for S3 want it' }),
    false,
  ),
  logLevel: setting(
    'BEANPOD_LOG_LEVEL',
    Type.Enum(['error', 'warn', 'info', 'debug', 'silent'], {
      description: 'Least important level of the service log that is written',
    }),
    'info',
  ),
  workerName: setting(
    'BEANPOD_WORKER_NAME',
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'Name of a worker in the events of a deployment; host name and process id when unset',
    }),
    undefined,
  ),
  workerConcurrency: setting(
    'BEANPOD_WORKER_CONCURRENCY',
    Type.Integer({ minimum: 1, maximum: 10_000, description: 'Deployments that one worker carries at once' }),
    500,
  ),
  leaseMs: setting(
    'BEANPOD_LEASE_MS',
    Type.Integer({
      minimum: 1_000,
      maximum: 600_000,
      description: 'Milliseconds after which a silent worker loses its target to another one',
    }),
    15_000,
  ),
  tempo: setting(
    'BEANPOD_TEMPO',
    Type.Number({
      exclusiveMinimum: 0,
      maximum: 10,
      description: 'Factor on the waits of providers; below 1 only for simulators',
    }),
    1,
  ),
  awsCallsPerSecond: setting(
    'BEANPOD_AWS_CALLS_PER_SECOND',
    Type.Number({
      exclusiveMinimum: 0,
      maximum: 1_000,
      description:
        'Calls to Elastic Beanstalk that all workers together send to one account and region, on average; fewer while AWS throttles',
    }),
    5,
  ),
  driftMinutes: setting(
    'BEANPOD_DRIFT_MINUTES',
    Type.Integer({
      minimum: 0,
      maximum: 10_080,
      description:
        'Minutes after which workers look again whether what runs on a target still is what was deployed; 0 switches that off, and people may still ask',
    }),
    60,
  ),
  checkNetworks: setting(
    'BEANPOD_CHECK_NETWORKS',
    Type.Array(Type.String({ pattern: '^[0-9A-Fa-f.:]+/[0-9]{1,3}$' }), {
      description: 'Private networks that checks may call, as CIDRs',
    }),
    [],
  ),
  noticeNetworks: setting(
    'BEANPOD_NOTICE_NETWORKS',
    Type.Array(Type.String({ pattern: '^[0-9A-Fa-f.:]+/[0-9]{1,3}$' }), {
      description: 'Private networks that notices may be sent to, as CIDRs',
    }),
    [],
  ),
  smtpUrl: setting(
    'BEANPOD_SMTP_URL',
    Type.String({
      pattern: '^smtps?://',
      description: 'Mail server for notices, `smtp://user:password@host:587`; without it no mail is sent',
    }),
    undefined,
    'secret',
  ),
  mailFrom: setting(
    'BEANPOD_MAIL_FROM',
    Type.String({ minLength: 3, description: 'Sender of mails' }),
    'beanpod@localhost',
  ),
  providers: setting(
    'BEANPOD_PROVIDERS',
    Type.Array(Type.String({ pattern: '^[@A-Za-z0-9._/-]+$' }), {
      description: 'Packages that bring further providers',
    }),
    [],
  ),
  queuePerTarget: setting(
    'BEANPOD_QUEUE_PER_TARGET',
    Type.Integer({ ...positive, description: 'Deployments that may wait for one target' }),
    100,
  ),
  queueLive: setting(
    'BEANPOD_QUEUE_LIVE',
    Type.Integer({ ...positive, description: 'Deployments that may be under way in all' }),
    20_000,
  ),
  clones: setting(
    'BEANPOD_CLONES',
    Type.Integer({
      minimum: 0,
      maximum: 1_000,
      description:
        'Clones of environments that may be there at once; each costs what its environments in AWS cost',
    }),
    20,
  ),
  secretsFolder: setting(
    'BEANPOD_SECRETS_FOLDER',
    Type.String({
      minLength: 1,
      description:
        'Folder of the files that `file:` references of targets may name; `env:` references may name variables that start with BEANPOD_SECRET_',
    }),
    '/run/secrets/beanpod',
  ),
  encryptionKeys: setting(
    'BEANPOD_ENCRYPTION_KEYS',
    Type.Array(Type.String({ pattern: '^[A-Za-z0-9_-]{1,40}:[A-Za-z0-9+/_=-]{43,44}$' }), {
      description:
        'Keys for what is stored encrypted, newest first, each `id:base64 of 32 bytes`; the same on API and workers',
    }),
    [],
    'secret',
  ),
  ...VAULT_SETTINGS,
  ...REGISTRY_SETTINGS,
  limitGlobal: setting(
    'BEANPOD_LIMIT_GLOBAL',
    Type.Integer({ ...positive, description: 'Deployments that run at once in all; unlimited when unset' }),
  ),
  limitEnvironment: setting(
    'BEANPOD_LIMIT_ENVIRONMENT',
    Type.Integer({
      ...positive,
      description: 'Deployments that run at once in one environment that sets no `concurrency` of its own',
    }),
  ),
  limitAccount: setting(
    'BEANPOD_LIMIT_ACCOUNT',
    Type.Integer({ ...positive, description: 'Deployments that run at once in one cloud account' }),
  ),
  keepJournalsDays: setting(
    'BEANPOD_KEEP_JOURNALS_DAYS',
    Type.Integer({
      minimum: 1,
      maximum: 36_500,
      description: 'Days after its end when the log of a deployment moves from Redis to the blob store',
    }),
    30,
  ),
  keepRecordsDays: setting(
    'BEANPOD_KEEP_RECORDS_DAYS',
    Type.Integer({
      minimum: 1,
      maximum: 36_500,
      description: 'Days after its end when a deployment leaves the lists; it stays readable by its id',
    }),
    400,
  ),
  keepAuditEntries: setting(
    'BEANPOD_KEEP_AUDIT_ENTRIES',
    Type.Integer({
      minimum: 1_000,
      maximum: 10_000_000,
      description:
        'Entries of the audit log that stay in Redis at least; older ones move to the blob store, 5 000 at a time',
    }),
    20_000,
  ),
  journalMaxLines: setting(
    'BEANPOD_JOURNAL_MAX_LINES',
    Type.Integer({
      ...positive,
      description: 'Lines that the log of one deployment may have; events are kept beyond',
    }),
    200_000,
  ),
  redisCheck: setting(
    'BEANPOD_REDIS_CHECK',
    Type.Enum(['strict', 'off'], {
      description: '`strict` refuses to start on a Redis that may lose deployments',
    }),
    'strict',
  ),
} as const;

export type SettingName = keyof typeof SETTINGS;
