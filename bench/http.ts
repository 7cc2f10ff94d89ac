import { newId } from '../src/shared/new-id.js';
import { startBare, startBeanpod, TOKEN } from './beanpod.js';
import { fire, median, type Burst } from './load.js';
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
  try {
    const base = api.url;
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const id = await prepare(base, headers);
    const post = (url: string, rate?: number) =>
      fire({ url, method: 'POST', headers, body: nextBody, seconds: SECONDS, ...(rate && { rate }) });
    const accepted = await inTurns(
      () => post(`${base}/v1/deployments`),
      () => post(bare.url),
    );
    const halfRate = Math.round(accepted.ours.perSecond / 2);
    const half = await post(`${base}/v1/deployments`, halfRate);
    // What the load generator and the machine do to the tail of any server at that rate.
    const halfOfBare = await post(bare.url, halfRate);
    const get = (url: string) => fire({ url, method: 'GET', headers, seconds: SECONDS });
    const read = await inTurns(
      () => get(`${base}/v1/deployments/${id}`),
      () => get(bare.url),
    );
    return [
      ratioRow('POST /v1/deployments accepted', accepted, '≥ 65 % of the bare route'),
      {
        what: '  p99 at half load',
        ours: `${half.p99} ms`,
        beside: `${halfOfBare.p99} ms bare`,
        verdict: `p50 ${half.p50} ms, bare ${halfOfBare.p50} ms; ${half.failed} failed`,
        budget: '< 30 ms',
      },
      ratioRow('GET /v1/deployments/{id}', read, '≥ 80 % of the bare route'),
    ];
  } finally {
    await api.kill('SIGKILL');
    bare.child.kill('SIGKILL');
  }
}

let version = 0;
function nextBody(): string {
  version += 1;
  return JSON.stringify({ ...BODY, service: `bench-${version % 100}`, version: String(version) });
}

interface Pair {
  readonly ours: { readonly perSecond: number; readonly failed: number };
  readonly bare: { readonly perSecond: number };
  readonly ratio: number;
}

/** A B A B …, so that a machine whose speed drifts treats both alike; the ratio is the median of the pairs. */
async function inTurns(ours: () => Promise<Burst>, bare: () => Promise<Burst>): Promise<Pair> {
  await ours();
  await bare();
  const pairs: { ours: Burst; bare: Burst }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) pairs.push({ ours: await ours(), bare: await bare() });
  return {
    ours: {
      perSecond: median(pairs.map((pair) => pair.ours.perSecond)),
      failed: pairs.reduce((sum, pair) => sum + pair.ours.failed, 0),
    },
    bare: { perSecond: median(pairs.map((pair) => pair.bare.perSecond)) },
    ratio: median(pairs.map((pair) => pair.ours.perSecond / pair.bare.perSecond)),
  };
}

function ratioRow(what: string, { ours, bare, ratio }: Pair, budget: string): Row {
  return {
    what,
    ours: `${Math.round(ours.perSecond)}/s`,
    beside: `${Math.round(bare.perSecond)}/s bare`,
    verdict: `${Math.round(ratio * 100)} %${ours.failed > 0 ? `, ${ours.failed} failed` : ''}`,
    budget,
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
