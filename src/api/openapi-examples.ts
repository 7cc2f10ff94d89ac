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
  const { examples, properties, required = [], anyOf, items, enum: words, type } = schema as Shape;
  if ('const' in schema) return schema.const;
  const [example] = examples ?? [];
  const isEmptyList = Array.isArray(example) && example.length === 0;
  if (isEmptyList && items && isTelling(items)) return [exampleOf(items)];
  if (example !== undefined) return example;
  if (properties) {
    const named = Object.entries(properties).filter(([name]) => required.includes(name));
    return Object.fromEntries(named.map(([name, inner]) => [name, exampleOf(inner)]));
  }
  if (anyOf?.[0]) return exampleOf(anyOf[0]);
  if (words) return words[0];
  return items ? [exampleOf(items)] : EMPTY[type ?? ''];
}

/** A list of what has no example of its own shows nothing. */
function isTelling(items: TSchema): boolean {
  return exampleOf(items) !== undefined;
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
