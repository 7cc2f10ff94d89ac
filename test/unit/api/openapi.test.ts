import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { offlineTable, openApiDocument } from '../../../scripts/docs/openapi-document.js';
import { CATALOG } from '../../../src/providers/catalog.js';
import { schemaOf } from '../../../src/shared/schema/schema.js';
import type { TSchema } from 'typebox';

const table = offlineTable();

interface Found {
  readonly place: string;
  readonly schema: TSchema & { description?: string; examples?: readonly unknown[]; type?: string };
}

/** Every property of every schema of the API, and the schemas themselves. */
function propertiesOf(place: string, schema: unknown): Found[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const {
    properties = {},
    items,
    anyOf = [],
  } = schema as {
    properties?: Record<string, TSchema>;
    items?: TSchema;
    anyOf?: TSchema[];
  };
  return [
    ...Object.entries(properties).flatMap(([name, inner]) => [
      { place: `${place}/${name}`, schema: inner },
      ...propertiesOf(`${place}/${name}`, inner),
    ]),
    ...propertiesOf(`${place}/items`, items),
    ...anyOf.flatMap((inner, index) => propertiesOf(`${place}/anyOf/${index}`, inner)),
  ];
}

const roots = [
  ...table.flatMap(({ method, path, params, query, body, answers }) => [
    ...[params, query, body?.schema].flatMap((schema) =>
      schema ? [{ place: `${method} ${path}`, schema }] : [],
    ),
    ...Object.entries(answers).flatMap(([status, { schema }]) =>
      schema ? [{ place: `${method} ${path} ${status}`, schema }] : [],
    ),
  ]),
  ...[...CATALOG].map(([kind, { target }]) => ({ place: kind, schema: target.json })),
];
const properties = roots.flatMap(({ place, schema }) => propertiesOf(place, schema));
const isWord = ({ schema }: Found) => 'const' in schema;
const isObject = ({ schema }: Found) => 'properties' in schema || 'anyOf' in schema;

describe('the schemas', () => {
  test('are seen by this test', () => {
    expect(roots.length).toBeGreaterThan(40);
    expect(properties.length).toBeGreaterThan(300);
  });

  test('have a description each, and so has every property', () => {
    const silent = [...roots, ...properties.filter((each) => !isWord(each))].filter(
      ({ schema }) => !(schema as Found['schema']).description,
    );

    expect(silent.map(({ place }) => place)).toEqual([]);
  });

  test('have an example for every property, which they take themselves', () => {
    const wrong = properties
      .filter((each) => !isWord(each) && !isObject(each))
      .filter(({ schema }) => {
        const examples = schema.examples ?? [];
        const { is } = schemaOf(schema);
        return examples.length === 0 || !examples.every((example) => is(example));
      });

    expect(wrong.map(({ place }) => place)).toEqual([]);
  });

  test('of requests are closed', () => {
    const open = table.flatMap(({ method, path, params, query, body }) =>
      [params, query, body?.schema]
        .filter(
          (schema) => schema && (schema as { additionalProperties?: unknown }).additionalProperties !== false,
        )
        .map(() => `${method} ${path}`),
    );

    expect(open).toEqual([]);
  });
});

describe('the description', () => {
  test('in docs/openapi.json is the one of the code', async () => {
    const there = await readFile(new URL('../../../docs/openapi.json', import.meta.url), 'utf8');

    expect(there === openApiDocument(), 'docs/openapi.json is stale: run npm run docs').toBe(true);
  });

  test('gives every call a name of its own, a summary and an answer for success', () => {
    const { paths } = JSON.parse(openApiDocument()) as {
      paths: Record<string, Record<string, { operationId: string; summary: string; responses: object }>>;
    };
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods));

    expect(operations).toHaveLength(table.length);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(table.length);
    for (const { operationId, responses } of operations)
      expect(
        Object.keys(responses).some((status) => status.startsWith('2')),
        operationId,
      ).toBe(true);
  });

  test('refers to nothing that it does not hold', () => {
    const text = openApiDocument();
    const { components } = JSON.parse(text) as { components: Record<string, Record<string, unknown>> };

    const missing = [...text.matchAll(/"#\/components\/(\w+)\/(\w+)"/g)].filter(
      ([, kind = '', name = '']) => components[kind]?.[name] === undefined,
    );

    expect(missing.map(([reference]) => reference)).toEqual([]);
    expect(text).toContain('#/components/schemas/Deployment');
  });

  test('names every parameter of a path', () => {
    const wrong = table.filter(({ path, params }) => {
      const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => String(name));
      const described = params && 'properties' in params ? Object.keys(params.properties as object) : [];
      return inPath.toSorted().join() !== described.toSorted().join();
    });

    expect(wrong.map(({ path }) => path)).toEqual([]);
  });
});
