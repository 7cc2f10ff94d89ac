import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { offlineTable } from '../../../scripts/docs/openapi-document.js';
import type { Route } from '../../../src/api/route.js';
import { keysOf } from '../../../src/shared/store/keys.js';
import { ADMIN_TOKEN, ARTIFACT, TARGET } from '../../support/api.js';
import { callerOf } from '../../support/caller.js';
import { useRedis } from '../../support/redis.js';
import { createAttacker, type Tally } from './fuzz/attack.js';
import { requestsOf, type Fuzz } from './fuzz/requests.js';
import { grown, storedByKind } from './fuzz/stored.js';
import { startVictim, type Held, type Victim } from './fuzz/victim.js';

/** Requests for each route, a seed to repeat a run, and a part of a route's name: see `scripts/fuzz.mjs`. */
const REQUESTS = Number(process.env['BEANPOD_FUZZ'] ?? 40);
const SEED = Number(process.env['BEANPOD_FUZZ_SEED'] ?? Date.now() % 1_000_000_000);
const ONLY = process.env['BEANPOD_FUZZ_ROUTE'] ?? '';
/** The same load again and again: what a process holds must not depend on how often. */
const ROUNDS = REQUESTS >= 1_000 ? 10 : 2;
const PER_ROUND = Math.ceil(REQUESTS / ROUNDS);

const MEGABYTE = 1024 ** 2;
/** The round after which the API is warm: of a long run the last six count, of a short one the second. */
const WARM = Math.floor(ROUNDS * 0.4) - (ROUNDS > 2 ? 1 : 0);
/** Most that its heap may grow from then on. */
const MOST_GROWTH = (ROUNDS > 2 ? 10 : 25) * MEGABYTE;

/** Kinds of keys that may grow with the number of accepted requests, and what ends it. */
const KEPT: Readonly<Record<string, string>> = {
  deployment: 'BEANPOD_KEEP_RECORDS_DAYS',
  work: 'ends with the journal',
  journal: 'BEANPOD_KEEP_JOURNALS_DAYS',
  index: 'one entry for each record',
  archive: 'one entry for each journal',
  idempotency: 'a day',
  versions: 'until the service is removed',
  'version-order': 'one entry for each version',
  tokens: 'until they end or are removed',
  'tokens-ends': 'one entry for each token',
  release: 'the last ten thousand',
  releases: 'one entry for each release',
  invitation: 'two days',
};

/** Names that are there before each route has its turn. */
const KNOWN = { service: 'shop-api', environment: 'staging' };

const megabytes = (bytes = 0) => Math.round(bytes / MEGABYTE);
const named = (route: Route) => ({ name: `${route.method} ${route.path}`, route });
const table = offlineTable()
  .map(named)
  .filter(({ name }) => name.includes(ONLY))
  // Each round begins with a new audit log, whose verification reads all of it.
  .toSorted((one, other) => Number(other.name.includes('audit')) - Number(one.name.includes('audit')));

const redis = useRedis();
const folder = mkdtempSync(path.join(tmpdir(), 'beanpod-fuzz-'));
let victim: Victim;
let attacker: ReturnType<typeof createAttacker>;
let deployment: string;
const call = () => callerOf(victim.url, ADMIN_TOKEN);

beforeAll(async () => {
  await redis.start();
  victim = await startVictim({
    REDIS_URL: redis.url,
    BEANPOD_NAMESPACE: redis.namespace,
    BEANPOD_HOST: '127.0.0.1',
    BEANPOD_PORT: '0',
    BEANPOD_ADMIN_TOKEN: ADMIN_TOKEN,
    BEANPOD_BLOBS: path.join(folder, 'blobs'),
    BEANPOD_LOG_LEVEL: process.env['TEST_LOG'] ?? 'silent',
    BEANPOD_REDIS_CHECK: 'off',
    BEANPOD_RATE_CALLER: '0',
    BEANPOD_RATE_ADDRESS: '0',
    BEANPOD_RATE_HOOKS: '0',
    BEANPOD_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
  });
  attacker = createAttacker(victim.url, ADMIN_TOKEN);
  await furnish();
  const asked = { ...KNOWN, version: '1', artifact: ARTIFACT };
  deployment = (await call().post('/v1/deployments').send(asked)).body.id;
});
afterAll(async () => {
  await attacker.close();
  await victim.stop();
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Whatever the route before has removed. */
async function furnish(): Promise<void> {
  await call().put(`/v1/services/${KNOWN.service}`).send({});
  await call().put(`/v1/environments/${KNOWN.environment}`).send({});
  await call().put(`/v1/targets/${KNOWN.service}/${KNOWN.environment}`).send(TARGET);
}

const made = new Map<Route, fc.Arbitrary<Fuzz>>();
function requestsFor(route: Route): fc.Arbitrary<Fuzz> {
  const known = route.path.includes('/deployments/') ? { ...KNOWN, id: deployment } : KNOWN;
  const requests = made.get(route) ?? requestsOf(route, known);
  made.set(route, requests);
  return requests;
}

const NOTHING: ReadonlyMap<string, number> = new Map();

interface Look {
  readonly held: Held;
  readonly stored: ReadonlyMap<string, number>;
}

describe(`${REQUESTS} generated requests for each of ${table.length} routes, seed ${SEED}`, () => {
  const looks: Look[] = [];
  const tally: Tally = new Map();
  const startedAt = performance.now();
  const seconds = () => Math.round((performance.now() - startedAt) / 1_000);

  describe.each(Array.from({ length: ROUNDS }, (_, at) => at))('round %i', (round) => {
    beforeAll(async () => void (await redis.client.del(keysOf(redis.namespace).audit)));
    afterAll(async () => {
      looks.push({ held: await victim.held(), stored: await storedByKind(redis.client, redis.namespace) });
    });

    test.each(table)(
      '$name answers each as it is described, without a 5xx and in time',
      { timeout: Math.max(120_000, PER_ROUND * 200) },
      async ({ route }) => {
        await furnish();

        const seed = SEED + round * PER_ROUND;
        const found = await attacker.send(requestsFor(route), { seed, count: PER_ROUND, tally });

        expect(found.join('\n')).toBe('');
      },
    );
  });

  test('the API still serves', async () => {
    expect((await call().get('/readyz')).status).toBe(200);
    expect((await call().get('/v1/services?limit=1')).status).toBe(200);
  });

  test('the API holds no more than after the first rounds', () => {
    const heaps = looks.map(({ held }) => megabytes(held.heap));
    console.log(`heap ${heaps.join(' ')} MB, resident ${megabytes(looks.at(-1)?.held.rss)} MB`);

    const growth = (looks.at(-1)?.held.heap ?? 0) - (looks[WARM]?.held.heap ?? 0);
    expect(growth, `heaps of ${heaps.join(' ')} MB`).toBeLessThan(MOST_GROWTH);
  });

  test('Redis holds no more than what callers asked to be kept', () => {
    const [warm, last] = [looks[WARM]?.stored ?? NOTHING, looks.at(-1)?.stored ?? NOTHING];
    const accepted = [...tally].filter(([kind]) => /^(PUT|POST) 2/.test(kind));
    const changes = accepted.reduce((sum, [, count]) => sum + count, 0);
    const all = [...last.values()].reduce((sum, size) => sum + size, 0);
    console.log(`Redis ${megabytes(all)} MB after ${changes} accepted changes: ${JSON.stringify([...last])}`);
    console.log(`answers ${JSON.stringify(Object.fromEntries(tally))} in ${seconds()} s`);

    expect(grown(warm, last, 256 * 1_024).filter((kind) => !(kind in KEPT))).toEqual([]);
    expect(all).toBeLessThan(16 * MEGABYTE + changes * 16 * 1_024);
  });
});
