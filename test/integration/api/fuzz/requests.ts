import fc from 'fast-check';
import type { Route } from '../../../../src/api/route.js';
import { arbitraryOf, mutated, NASTY } from '../../../support/arbitrary.js';

/** One request as it goes over the wire, without who sends it. */
export interface Fuzz {
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Different valid values of one parameter: so few that later requests find what earlier ones made. */
const NAMES = 40;
/** Always the same ones, so that a run that goes on for long does not fill the store with names alone. */
const NAMES_SEED = 1;

/**
 * Requests for one route: valid ones, valid ones with one place changed, and hostile ones. `known` are values of
 * parameters that are there, so that requests get past the first look.
 */
export function requestsOf(route: Route, known: Readonly<Record<string, string>>): fc.Arbitrary<Fuzz> {
  const { 0: type = 'application/json' } = route.upload ?? [];
  const parts = [pathsOf(route, known), queriesOf(route), bodiesOf(route), HEADERS] as const;
  return fc.tuple(...parts).map(([path, query, body, headers]) => ({
    path: `${path}${query}`,
    method: route.method.toUpperCase(),
    headers: { ...(body !== undefined && { 'content-type': type }), ...headers },
    body: route.method === 'get' ? undefined : body,
  }));
}

const NASTY_NAMES = NASTY.filter((each) => typeof each === 'string');

function pathsOf({ path, params }: Route, known: Readonly<Record<string, string>>): fc.Arbitrary<string> {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const { properties = {} } = (params ?? {}) as { properties?: Record<string, unknown> };
  // What is live at a target is asked of a worker, and here is none: no target has such a service.
  const isLive = /\/live\/|\/cleanup$|\/drift$|\/connection$/.test(path);
  const one = (name: string) => {
    const sampled = fc.sample(arbitraryOf(properties[name] ?? { type: 'string' }), {
      numRuns: NAMES,
      seed: NAMES_SEED,
    });
    const valid = sampled.map((value) =>
      isLive && name === 'service' ? `nobody-${String(value).slice(0, 8)}` : String(value),
    );
    return fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...valid) },
      { weight: isLive ? 0 : 3, arbitrary: fc.constant(known[name] ?? name) },
      { weight: 1, arbitrary: fc.constantFrom(...NASTY_NAMES.filter((nasty) => !isLive || !isName(nasty))) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
    );
  };
  return fc
    .tuple(...names.map(one))
    .map((values) =>
      names.reduce((made, name, index) => made.replace(`:${name}`, () => encoded(values[index])), path),
    );
}

const isName = (text: string) => /^[a-z]+$/.test(text);

function encoded(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null);
  return encodeURIComponent(text.replaceAll(/[\uD800-\uDFFF]/g, '?')).slice(0, 2_000) || '%00';
}

function queriesOf({ query }: Route): fc.Arbitrary<string> {
  if (!query) return fc.constantFrom('', '', '?x=1', '?a[b]=1&a[b]=2', '?%');
  const valid = arbitraryOf(query);
  return (
    fc
      .oneof(valid, valid.chain(mutated))
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

const CONTENT = fc.record(
  {
    'content-type': fc.constantFrom('application/json', 'text/plain', 'application/json; charset=utf-7', 'x'),
    'content-encoding': fc.constantFrom('gzip', 'identity'),
  },
  { requiredKeys: [] },
);

const OTHERS = fc.record(
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
    cookie: fc.constantFrom('beanpod_session=x', '=;=;', 'beanpod_session=%'),
  },
  { requiredKeys: [] },
);

/** Most requests have none, so that what stands in their bodies is looked at. */
const HEADERS: fc.Arbitrary<Readonly<Record<string, string>>> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({}) },
  { weight: 4, arbitrary: OTHERS },
  { weight: 1, arbitrary: CONTENT },
);
