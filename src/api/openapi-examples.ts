import type { TSchema } from 'typebox';
import { REFUSALS } from './refusal.js';

interface Shape {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly TSchema[];
  readonly items?: TSchema;
}

/** A value of a schema, made of the examples of its parts: an object with what it requires, a list with one item. */
export function exampleOf(schema: TSchema): unknown {
  const { examples, items } = schema as Shape;
  if ('const' in schema) return schema.const;
  const [example] = examples ?? [];
  const isEmptyList = Array.isArray(example) && example.length === 0;
  if (isEmptyList && items && exampleOf(items) !== undefined) return [exampleOf(items)];
  return example ?? made(schema);
}

function made(schema: TSchema): unknown {
  const { properties, required, anyOf, items, enum: words, type } = schema as Shape;
  if (properties) return objectOf(properties, required ?? []);
  const [first] = anyOf ?? [];
  if (first) return exampleOf(first);
  return items ? [exampleOf(items)] : (words?.[0] ?? EMPTY[type ?? '']);
}

function objectOf(properties: Readonly<Record<string, TSchema>>, required: readonly string[]): unknown {
  const named = Object.entries(properties).filter(([name]) => required.includes(name));
  return Object.fromEntries(named.map(([name, inner]) => [name, exampleOf(inner)]));
}

const EMPTY: Readonly<Record<string, unknown>> = { object: {}, array: [], string: '', boolean: false };

/** A problem of this status: the first of the catalogue. */
export function problemExample(status: number): unknown {
  const [code, row] = Object.entries(REFUSALS).find(([, each]) => each.status === status) ?? [
    'request.invalid',
    REFUSALS['request.invalid'],
  ];
  return {
    type: `/docs/problems/${code}`,
    title: row.title,
    status: row.status,
    code,
    detail: row.hint,
    requestId: '01kaqv9zc3h8m2x6y7w4t5r0pn',
    ...(code === 'request.invalid' && { errors: [{ pointer: '/version', detail: 'is required' }] }),
  };
}
