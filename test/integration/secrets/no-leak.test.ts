import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openBlobs } from '../../../src/shared/blobs/open.js';
import { createArchive } from '../../../src/shared/store/archive.js';
import { createJournal } from '../../../src/shared/store/journal.js';
import { startElasticBeanstalk, type RunningSimulator } from '../../simulators/elastic-beanstalk/start.js';
import { createRawClient } from '../../simulators/kubernetes/raw-client.js';
import { startKubernetes, type KubernetesSimulator } from '../../simulators/kubernetes/start.js';
import { startVault, type VaultSimulator } from '../../simulators/vault/start.js';
import { awsEnvironment } from '../../support/aws.js';
import { startRedisServer, type RedisServer } from '../../support/redis.js';
import { TEST_KEY } from '../../support/secrets.js';
import { ODD_SECRETS, spellingsOf } from './odd-secrets.js';
import { everythingInRedis, filesBelow } from './stored-texts.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const NAMESPACE = 'leaks';
const ADMIN = 'admin-token-of-the-leak-test-0123456789';
const SPEED = 200;

let folder: string;
let redis: RedisServer;
let vault: VaultSimulator;
let cluster: KubernetesSimulator;
let beanstalk: RunningSimulator;
let api: Overheard;
let worker: Overheard;
let url: string;
/** Everything that was sent to Redis, also what was there for a moment. */
const sentToRedis: string[] = [];
/** Everything that the API answered. */
const answers: string[] = [];

interface Overheard {
  readonly child: ChildProcess;
  output(): string;
  stop(): Promise<void>;
}

/** A process of Beanpod whose whole output is kept. */
function start(role: 'api' | 'worker', settings: Readonly<Record<string, string>>): Overheard {
  const inherited = Object.entries(process.env).filter(
    ([key]) => !/^(BEANPOD_|AWS_|NODE_OPTIONS|VITEST)/.test(key),
  );
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts', role], {
    cwd: ROOT,
    env: { ...Object.fromEntries(inherited), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  return {
    child,
    output: () => output,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        if (child.exitCode !== null || !child.kill()) resolve();
      }),
  };
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'beanpod-leaks-'));
  [redis, vault, cluster, beanstalk] = await Promise.all([
    startRedisServer(),
    startVault(),
    startKubernetes({ speed: SPEED, namespaces: ['shop'] }),
    startElasticBeanstalk({
      speed: SPEED,
      region: 'us-east-1',
      environments: [{ application: 'shop', environment: 'shop-staging', version: 'v0' }],
    }),
  ]);
  const monitor = await new Redis(redis.url).monitor();
  monitor.on('monitor', (_time: string, args: string[]) => sentToRedis.push(args.join('\n')));
  vault.policy('reader', {
    'secret/data/*': ['read'],
    'aws/creds/deployer': ['read'],
    'sys/leases/revoke': ['update'],
  });
  vault.put('secret/odd', Object.fromEntries(ODD_SECRETS.map((value, index) => [`s${index}`, value])));
  vault.put('secret/cluster', { kubeconfig: cluster.kubeconfig() });
  const common = {
    REDIS_URL: redis.url,
    BEANPOD_NAMESPACE: NAMESPACE,
    BEANPOD_BLOBS: path.join(folder, 'blobs'),
    BEANPOD_REDIS_CHECK: 'off',
    BEANPOD_LOG_LEVEL: 'debug',
    BEANPOD_ENCRYPTION_KEYS: TEST_KEY,
  };
  api = start('api', { ...common, BEANPOD_HOST: '127.0.0.1', BEANPOD_PORT: '0', BEANPOD_ADMIN_TOKEN: ADMIN });
  worker = start('worker', {
    ...common,
    ...awsEnvironment(beanstalk.url),
    BEANPOD_S3_PATH_STYLE: 'true',
    BEANPOD_TEMPO: String(1 / SPEED),
    BEANPOD_CHECK_NETWORKS: '127.0.0.0/8',
    BEANPOD_VAULT_ADDR: vault.url,
    BEANPOD_VAULT_TOKEN: vault.issue('reader'),
  });
  await vi.waitUntil(() => api.output().includes('"api ready"'), { timeout: 50_000 });
  await vi.waitUntil(() => worker.output().includes('"worker ready"'), { timeout: 50_000 });
  url = /"url":"([^"]+)"/.exec(api.output())?.[1] ?? '';
});

afterAll(async () => {
  await Promise.all([api?.stop(), worker?.stop()]);
  await Promise.all([vault?.close(), cluster?.close(), beanstalk?.close()]);
  await redis?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(method: string, at: string, body?: object): Promise<{ status: number; text: string }> {
  const answer = await fetch(url + at, {
    method,
    headers: { authorization: `Bearer ${ADMIN}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  answers.push(text);
  return { status: answer.status, text };
}

async function must(method: string, at: string, body?: object): Promise<{ id?: string }> {
  const { status, text } = await ask(method, at, body);
  if (status > 299) throw new Error(`${method} ${at} answered ${status}: ${text}`);
  return (text ? JSON.parse(text) : {}) as { id?: string };
}

/** Deploys and reads everything that the API says about it; answers the final state. */
async function deploy(
  service: string,
  version: string,
  artifact: object,
): Promise<{ state: string; id: string }> {
  const order = { service, environment: 'staging', version, artifact };
  await ask('POST', '/v1/deployments', { ...order, dryRun: true });
  const { id = '' } = await must('POST', '/v1/deployments', order);
  const read = async () =>
    JSON.parse((await ask('GET', `/v1/deployments/${id}`)).text) as { state: string; terminal: boolean };
  await expect.poll(async () => (await read()).terminal, { timeout: 60_000, interval: 200 }).toBe(true);
  for (const part of ['logs?limit=1000', 'events', 'outcome', 'explain'])
    await ask('GET', `/v1/deployments/${id}/${part}`);
  return { state: (await read()).state, id };
}

const reference = (index: number) => `vault:secret/odd#s${index}`;
const every = ODD_SECRETS.map((_, index) => index);

/** A Deployment that takes every secret from a ConfigMap, a Secret and its own variables; `label` may hold anything. */
function manifests(label: string): string {
  const fill = (indent: string) => every.map((index) => `${indent}K${index}: "{{p${index}}}"`).join('\n');
  return [
    `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: open\ndata:\n${fill('  ')}`,
    `apiVersion: v1\nkind: Secret\nmetadata:\n  name: closed\nstringData:\n${fill('  ')}`,
    `apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  labels: { note: "${label}" }
spec:
  replicas: 2
  selector: { matchLabels: { app: api } }
  template:
    metadata: { labels: { app: api } }
    spec:
      containers:
        - name: app
          image: registry.example.com/shop/api
          args: ["--password={{p0}}"]
          env:
${every.map((index) => `            - { name: V${index}, value: "{{p${index}}}" }`).join('\n')}`,
  ].join('\n---\n');
}

/** Every other one is a parameter of the environment. */
function parametersFrom(giver: 'target' | 'environment'): object {
  const own = every.filter((index) => index % 2 === (giver === 'target' ? 0 : 1));
  return Object.fromEntries(own.map((index) => [`p${index}`, reference(index)]));
}

function kubernetesTarget(label: string, kubeconfig: string): object {
  return {
    provider: 'kubernetes',
    spec: {
      cluster: { type: 'kubeconfig', kubeconfig },
      namespace: 'shop',
      manifests: manifests(label),
      parameters: parametersFrom('target'),
    },
    verify: { stabilityMs: 1_000 },
  };
}

function beanstalkTarget(web: string, verify: object): object {
  const short = every.filter((index) => (ODD_SECRETS[index] ?? '').length < 100);
  return {
    provider: 'elastic-beanstalk',
    spec: {
      application: 'shop',
      environment: web,
      region: 'us-east-1',
      credentials: 'vault:aws/creds/deployer',
      options: {
        'aws:elasticbeanstalk:application:environment': Object.fromEntries(
          short.map((index) => [`V${index}`, reference(index)]),
        ),
      },
    },
    verify: { stabilityMs: 1_000, ...verify },
  };
}

function leaksIn(where: string, texts: readonly string[]): readonly string[] {
  const text = texts.join('\n');
  const all = [...ODD_SECRETS, cluster.token, ...vault.world.credentials.keys()];
  return all.flatMap((secret, index) =>
    spellingsOf(secret)
      .filter((spelling) => spelling.length >= 6 && text.includes(spelling))
      .map((spelling) => `${where} shows secret ${index} as ${spelling.slice(0, 60)}`),
  );
}

test('forty odd secrets in every place of both providers are found nowhere but where they belong', async () => {
  await must('PUT', '/v1/environments/staging', { parameters: parametersFrom('environment') });
  for (const service of ['api', 'odd', 'web']) await must('PUT', `/v1/services/${service}`, {});
  await must('PUT', '/v1/targets/api/staging', kubernetesTarget('fine', 'vault:secret/cluster#kubeconfig'));
  // A label that cannot be one, so that the failure quotes the value.
  await must(
    'PUT',
    '/v1/targets/odd/staging',
    kubernetesTarget('{{p1}} {{p13}} {{p19}}', cluster.kubeconfig()),
  );
  const headers = { authorization: reference(0), 'x-url': reference(29) };
  const checks = [
    { type: 'http', url: '/', headers, bodyIncludes: reference(3), graceMs: 0, intervalMs: 100 },
  ];
  await must('PUT', '/v1/targets/web/staging', beanstalkTarget('shop-staging', {}));

  const image = (tag: string) => ({ type: 'images', images: [`registry.example.com/shop/api:${tag}`] });
  const bundle = (of: string) => ({
    type: 'image',
    image: `registry.example.com/shop/web@sha256:${of.repeat(64)}`,
  });
  const states = [
    (await deploy('api', 'v1', image('ok-1'))).state,
    (await deploy('api', 'v2', image('crash-loop-2'))).state,
    (await deploy('odd', 'v1', image('ok-1'))).state,
    (await deploy('web', 'v1', bundle('a'))).state,
  ];
  await must('PUT', '/v1/targets/web/staging', beanstalkTarget('shop-staging', { checks }));
  const last = await deploy('web', 'v2', bundle('b'));
  for (const at of [
    '/v1/targets',
    '/v1/deployments',
    '/v1/environments/staging/status',
    '/v1/services',
    '/metrics',
  ])
    await ask('GET', at);

  expect(states).toEqual(['succeeded', 'rolled_back', 'failed', 'succeeded']);
  expect(last.state).toBe('rolled_back');
  // They did arrive.
  const client = createRawClient(cluster);
  const map = await client.get('/api/v1/namespaces/shop/configmaps/open');
  const tampered = Object.fromEntries(every.map((index) => [`K${index}`, 'tampered']));
  await client.call('PATCH', '/api/v1/namespaces/shop/configmaps/open?fieldManager=kubectl-edit', {
    contentType: 'application/merge-patch+json',
    body: { data: tampered },
  });
  await client.close();
  const drift = await ask('GET', '/v1/targets/api/staging/drift');
  for (const each of ['"state":"drifted"', '"path":".data.K39"']) expect(drift.text).toContain(each);
  for (const [index, secret] of ODD_SECRETS.entries())
    expect(JSON.parse(map.text)).toMatchObject({ data: { [`K${index}`]: secret } });

  const redisClient = new Redis(redis.url);
  const blobs = await openBlobs({ place: path.join(folder, 'blobs'), s3PathStyle: true });
  const archive = createArchive(redisClient, NAMESPACE, blobs);
  const before = await everythingInRedis(redisClient);
  const { moved } = await archive.run(
    createJournal(redisClient, NAMESPACE),
    { journalMs: 0, recordMs: 0 },
    Date.now() + 60_000,
  );
  redisClient.disconnect();
  // The newest success of each target stays in Redis, as a rollback would go back to it.
  expect(moved).toBe(3);
  expect(before.join('')).toContain('vault:secret/odd#s39');
  expect(answers.join('')).toContain('[redacted]');
  expect(answers.join('')).toContain('"kubeconfig":"(sealed)"');
  // One pair for each deployment and dry run to Elastic Beanstalk, one more when a busy machine lost a lease, and all of
  // them have ended.
  const pairs = [...vault.world.credentials.values()];
  expect(pairs.length).toBeGreaterThanOrEqual(4);
  expect(pairs).not.toContain(true);
  const args = [api, worker].map(({ child }) => readFileSync(`/proc/${child.pid}/cmdline`, 'latin1'));
  expect([
    ...leaksIn('Redis', before),
    ...leaksIn('what was sent to Redis', sentToRedis),
    ...leaksIn('the log of the API', [api.output()]),
    ...leaksIn('the log of the worker', [worker.output()]),
    ...leaksIn('an answer of the API', answers),
    ...leaksIn('an archive', filesBelow(path.join(folder, 'blobs'))),
    ...leaksIn('the arguments of a process', args),
  ]).toEqual([]);
}, 240_000);
