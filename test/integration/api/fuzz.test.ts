import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { offlineTable } from '../../../scripts/docs/openapi-document.js';
import type { Route } from '../../../src/api/route.js';
import { arbitraryOf, mutated, NASTY } from '../../support/arbitrary.js';
import { useApi } from '../../support/api.js';
import { undescribed } from '../../support/described.js';

/** Requests for each route; `BEANPOD_FUZZ=10000` for a long run. A seed of an earlier run repeats it. */
const REQUESTS = Number(process.env['BEANPOD_FUZZ'] ?? 40);
const SEED = Number(process.env['BEANPOD_FUZZ_SEED'] ?? Date.now() % 1_000_000_000);
const AT_ONCE = 8;
/** Whatever takes longer hangs: nothing here has to wait for a worker, and waits are taken out. */
const HANGS_AFTER_MS = 15_000;

const table = offlineTable();
const api = useApi({ BEANPOD_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}` });
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

beforeAll(async () => {
  await api.start();
  await api.configure();
});
afterAll(() => api.stop());

interface Fuzz {
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Names that are there, so that requests get past the first look. */
const KNOWN: Readonly<Record<string, string>> = { service: 'shop-api', environment: 'staging' };

function pathsOf({ path, params }: Route): fc.Arbitrary<string> {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const { properties = {} } = (params ?? {}) as { properties?: Record<string, unknown> };
  // What is live at a known target is asked of a worker, and here is none.
  const isLive = /\/live|cleanup/.test(path);
  const one = (name: string) =>
    fc.oneof(
      {
        weight: 3,
        arbitrary: arbitraryOf(properties[name] ?? { type: 'string' }).map((value) =>
          isLive ? String(value).replace('shop-api', 'nobody') : String(value),
        ),
      },
      { weight: isLive ? 0 : 3, arbitrary: fc.constant(KNOWN[name] ?? name) },
      { weight: 1, arbitrary: fc.constantFrom(...NASTY.filter((each) => typeof each === 'string')) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
    );
  return fc
    .tuple(...names.map(one))
    .map((values) =>
      names.reduce((made, name, index) => made.replace(`:${name}`, encoded(values[index])), path),
    );
}

function encoded(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  return encodeURIComponent(text.replaceAll(/[\uD800-\uDFFF]/g, '?')).slice(0, 2_000) || '%00';
}

function queriesOf({ query }: Route): fc.Arbitrary<string> {
  if (!query) return fc.constantFrom('', '', '?x=1', '?a[b]=1&a[b]=2', '?%');
  return (
    fc
      .oneof(arbitraryOf(query), arbitraryOf(query).chain(mutated))
      .map((asked) =>
        Object.entries((asked ?? {}) as Record<string, unknown>)
          .filter(([name]) => name !== 'wait')
          .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
          .join('&'),
      )
      // Node refuses heads of more than 16 KB by itself.
      .map((search) => (search === '' ? '' : `?${search.slice(0, 4_000).replace(/%.?$/, '')}`))
  );
}

function bodiesOf({ body, upload }: Route): fc.Arbitrary<string | undefined> {
  if (upload) return fc.oneof(fc.json({ maxDepth: 3 }), fc.string({ unit: 'binary', maxLength: 500 }));
  if (!body) return fc.constantFrom(undefined, undefined, '{}');
  const valid = arbitraryOf(body.schema).map(withoutWaits);
  return fc.oneof(
    { weight: 4, arbitrary: valid.map((value) => JSON.stringify(value)) },
    {
      weight: 5,
      arbitrary: valid.chain(mutated).map((value) => JSON.stringify(withoutWaits(value)) ?? 'null'),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom('', '{', 'null', '[]', '"x"', '{"a":1}}', '['.repeat(90_000)),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  );
}

/** A dry run waits for a worker. */
function withoutWaits(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('dryRun' in value)) return value;
  return { ...value, dryRun: false };
}

const HEADERS = fc.record(
  {
    'idempotency-key': fc.constantFrom('a', 'k'.repeat(255), 'k'.repeat(256), ' '),
    'if-match': fc.constantFrom('*', '"a"', 'W/"a"', ','.repeat(2_000), `"${'0'.repeat(40)}"`),
    'if-none-match': fc.constantFrom('*', '"1"'),
    prefer: fc.constantFrom('wait=x', 'respond-async'),
    accept: fc.constantFrom(
      '*/*',
      'application/json',
      'text/plain',
      'image/png',
      ';;;',
      'application/x-ndjson',
    ),
    'last-event-id': fc.constantFrom('1', '-1', '9'.repeat(30), 'x'),
    traceparent: fc.constantFrom('00-0-0-0', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, 'x'.repeat(3_000)),
    'x-request-id': fc.constantFrom('r', 'x'.repeat(3_000), '<b>'),
    'content-type': fc.constantFrom('application/json', 'text/plain', 'application/json; charset=utf-7', 'x'),
    'content-encoding': fc.constantFrom('gzip', 'identity'),
    cookie: fc.constantFrom('beanpod_session=x', '=;=;', 'beanpod_session=%'),
  },
  { requiredKeys: [] },
);

function requestsOf(route: Route): fc.Arbitrary<Fuzz> {
  const { 0: type = 'application/json' } = route.upload ?? [];
  const parts = [
    pathsOf(route),
    queriesOf(route),
    bodiesOf(route),
    fc.oneof(fc.constant({}), HEADERS),
  ] as const;
  return fc.tuple(...parts).map(([path, query, body, headers]) => ({
    path: `${path}${query}`,
    method: route.method,
    headers: {
      authorization: `Bearer ${api.token}`,
      ...(body !== undefined && { 'content-type': type }),
      ...headers,
    },
    body: route.method === 'get' ? undefined : body,
  }));
}

/** Refusals with a 5xx that are right here: nothing has ended, and there is neither a gateway nor a worker. */
const AWAY = /"code":"(deployment\.unfinished|live\.no-gateway)"/;

/** What is wrong with an answer; undefined when it is one that a caller may get. */
async function complaint({ path, method, headers, body }: Fuzz): Promise<string | undefined> {
  const init = { method: method.toUpperCase(), headers, redirect: 'manual' as const };
  const over = new AbortController();
  const limit = AbortSignal.any([over.signal, AbortSignal.timeout(HANGS_AFTER_MS)]);
  let seen = 'no answer';
  try {
    const answer = await fetch(`${api.url}${path}`, {
      ...init,
      ...(body !== undefined && { body }),
      signal: limit,
    });
    seen = String(answer.status);
    const type = answer.headers.get('content-type') ?? '';
    // Live answers do not end.
    if (type.startsWith('text/event-stream')) {
      over.abort();
      return undefined;
    }
    const text = await answer.text();
    if (answer.status >= 500 && !AWAY.test(text)) return `${answer.status} ${text}`;
    if (type.startsWith('text/html')) return undefined;
    const fields = Object.fromEntries(answer.headers);
    return undescribed(method, path, { status: answer.status, headers: fields, text, body: undefined });
  } catch (error) {
    return `${seen}, then ${error instanceof Error ? `${error.message} ${error.cause instanceof Error ? error.cause.message : ''}` : String(error)}`;
  }
}

async function fuzz(route: Route, seed: number, requests: number): Promise<readonly string[]> {
  const found: string[] = [];
  // In portions, so that a long run does not hold all of its requests.
  for (let done = 0; done < requests; done += 200) {
    const numRuns = Math.min(200, requests - done);
    const wanted = fc.sample(requestsOf(route), { numRuns, seed: seed + done }).values();
    const worker = async () => {
      for (const request of wanted) {
        const wrong = await complaint(request);
        if (wrong !== undefined)
          found.push(`${wrong.slice(0, 600)}\n  after ${JSON.stringify(request).slice(0, 1_500)}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }
  return found;
}

function heapMegabytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 1024 ** 2;
}

// Signing in by password is slow on purpose, and a source of a session would go on.
describe(`${REQUESTS} generated requests for each route, seed ${SEED}`, () => {
  const heaps: number[] = [];
  afterAll(() => {
    const [early = 0, late = 0] = [heaps[Math.floor(heaps.length / 2)], heaps.at(-1)];
    // Half of all requests lie between the two; what they left behind is far below a kilobyte each.
    expect(late - early).toBeLessThan(25 + (REQUESTS * table.length) / 2 / 1_024);
  });

  test.each(table.map((route) => ({ name: `${route.method} ${route.path}`, route })))(
    '$name answers each as it is described, without a 5xx and in time',
    { timeout: Math.max(120_000, REQUESTS * 200) },
    async ({ route }) => {
      const found = await fuzz(route, SEED, REQUESTS);

      heaps.push(heapMegabytes());
      expect(found.slice(0, 5).join('\n')).toBe('');
    },
  );

  test('the API still serves', async () => {
    expect((await api.call().get('/readyz')).status).toBe(200);
    expect((await api.call().get('/v1/services?limit=1')).status).toBe(200);
  });
});
