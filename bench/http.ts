import { Redis } from 'ioredis';
import { newId } from '../src/shared/new-id.js';
import { startBare, startBeanpod, TOKEN } from './beanpod.js';
import { fire, median, pace, type Burst } from './load.js';
import { ms } from './figures.js';
import type { Row } from './table.js';

const ROUNDS = 5;
const SECONDS = 3;

const BODY = {
  service: 'bench',
  environment: 'staging',
  artifact: { type: 'image', image: `registry.example.com/bench@sha256:${'a'.repeat(64)}` },
  message: 'Faster checkout, smaller basket, and a message of ordinary length',
  commit: '6dcb09b5b57875f3',
  ci: { name: 'jenkins', url: 'https://ci.example.com/job/bench/118' },
};

/** Accepting and reading deployments, each beside a bare Express route on the same Redis, in turns. */
export async function measureHttp(redisUrl: string): Promise<readonly Row[]> {
  const api = await startBeanpod('api', redisUrl, `bench-${newId()}`, {
    BEANPOD_QUEUE_PER_TARGET: '10000000',
    BEANPOD_QUEUE_LIVE: '10000000',
  });
  const bare = await startBare(redisUrl);
  const redis = new Redis(redisUrl);
  try {
    const base = api.url;
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const id = await prepare(base, headers);
    const spent = (server: { cpuMs(): number }) => async () => ({
      server: server.cpuMs(),
      redis: cpuOfRedis(await redis.info('cpu')),
    });
    const post = (url: string) =>
      ({ url, method: 'POST', headers, body: nextBody, seconds: SECONDS }) as const;
    const get = (url: string) => ({ url, method: 'GET', headers, seconds: SECONDS }) as const;
    const accepted = await inTurns(
      costing(() => fire(post(`${base}/v1/deployments`)), spent(api)),
      costing(() => fire(post(bare.url)), spent(bare)),
    );
    const rate = Math.round(accepted.ours.perSecond / 2);
    const half = await inTurns(
      () => pace({ ...post(`${base}/v1/deployments`), rate }),
      () => pace({ ...post(bare.url), rate }),
    );
    const read = await inTurns(
      costing(() => fire(get(`${base}/v1/deployments/${id}`)), spent(api)),
      costing(() => fire(get(bare.url)), spent(bare)),
    );
    return [
      ratioRow('POST /v1/deployments accepted', accepted, '≥ 65 % of the bare route'),
      costRow(accepted),
      {
        what: '  p99 at half load',
        ours: ms(half.ours.p99),
        beside: `${ms(half.bare.p99)} bare`,
        verdict: `p50 ${ms(half.ours.p50)}, bare ${ms(half.bare.p50)}; ${half.ours.failed} failed`,
        budget: '< 30 ms',
      },
      ratioRow('GET /v1/deployments/{id}', read, '≥ 80 % of the bare route'),
      costRow(read),
    ];
  } finally {
    redis.disconnect();
    await api.kill('SIGKILL');
    bare.child.kill('SIGKILL');
  }
}

/** Processor time of the main thread of Redis so far, in milliseconds. */
function cpuOfRedis(info: string): number {
  const of = (kind: string) =>
    Number(new RegExp(`^used_cpu_${kind}_main_thread:([\\d.]+)`, 'm').exec(info)?.[1]) * 1_000;
  return of('user') + of('sys');
}

/** Processor time in milliseconds. */
interface Spent {
  readonly server: number;
  readonly redis: number;
}

type Costly = Burst & { readonly cost: Spent };

/** A burst with the processor microseconds of each of its requests. */
function costing(burst: () => Promise<Burst>, spent: () => Promise<Spent>): () => Promise<Costly> {
  return async () => {
    const before = await spent();
    const done = await burst();
    const after = await spent();
    const each = (name: keyof Spent) => ((after[name] - before[name]) * 1_000) / done.answered;
    return { ...done, cost: { server: each('server'), redis: each('redis') } };
  };
}

let version = 0;
function nextBody(): string {
  version += 1;
  return JSON.stringify({ ...BODY, service: `bench-${version % 100}`, version: String(version) });
}

interface Pair<B extends Burst> {
  readonly ours: B;
  readonly bare: B;
  readonly ratio: number;
}

/**
 * A B A B …, so that a machine whose speed drifts treats both alike. Answers the burst of middling speed of each, with
 * all that failed; the ratio is the median of the pairs.
 */
async function inTurns<B extends Burst>(ours: () => Promise<B>, bare: () => Promise<B>): Promise<Pair<B>> {
  await ours();
  await bare();
  const pairs: { ours: B; bare: B }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) pairs.push({ ours: await ours(), bare: await bare() });
  return {
    ours: middle(pairs.map((pair) => pair.ours)),
    bare: middle(pairs.map((pair) => pair.bare)),
    ratio: median(pairs.map((pair) => pair.ours.perSecond / pair.bare.perSecond)),
  };
}

/** The middling one, by speed and then by tail. */
function middle<B extends Burst>(bursts: readonly B[]): B {
  const sorted = [...bursts].sort((one, other) => one.perSecond - other.perSecond || one.p99 - other.p99);
  const found = sorted[Math.floor(sorted.length / 2)];
  if (!found) throw new Error('There was no burst');
  return { ...found, failed: bursts.reduce((sum, { failed }) => sum + failed, 0) };
}

function ratioRow(what: string, { ours, bare, ratio }: Pair<Burst>, budget: string): Row {
  return {
    what,
    ours: `${Math.round(ours.perSecond)}/s`,
    beside: `${Math.round(bare.perSecond)}/s bare`,
    verdict: `${Math.round(ratio * 100)} %${ours.failed > 0 ? `, ${ours.failed} failed` : ''}`,
    budget,
  };
}

/** What a request costs; unlike speed it says the same on a machine that has other work. */
function costRow({ ours, bare }: Pair<Costly>): Row {
  const text = ({ cost }: Costly) => `${Math.round(cost.server)} + ${Math.round(cost.redis)} µs`;
  return {
    what: '  its processor time, server + Redis',
    ours: text(ours),
    beside: `${text(bare)} bare`,
    verdict: `${Math.round((bare.cost.server / ours.cost.server) * 100)} % of the server`,
    budget: '',
  };
}

/** Registers a hundred targets and one deployment to read; answers its id. */
async function prepare(base: string, headers: Record<string, string>): Promise<string> {
  const put = (path: string, body: unknown) => call('PUT', `${base}${path}`, headers, body);
  await put('/v1/environments/staging', {});
  for (let nth = 0; nth < 100; nth += 1) {
    await put(`/v1/services/bench-${nth}`, {});
    await put(`/v1/targets/bench-${nth}/staging`, {
      provider: 'elastic-beanstalk',
      spec: { application: `bench-${nth}`, environment: `bench-${nth}`, region: 'us-east-1' },
    });
  }
  const made = await call('POST', `${base}/v1/deployments`, headers, JSON.parse(nextBody()) as unknown);
  return (made as { id: string }).id;
}

async function call(
  method: string,
  url: string,
  headers: Record<string, string>,
  body: unknown,
): Promise<unknown> {
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}
