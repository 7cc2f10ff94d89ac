import { isFields, type Fields } from '../json.js';
import { ANY, fieldSchema, OPEN, type LeafType, type Schema } from './schema.js';

/** What a body says that the schema does not allow. */
export interface DecodeProblems {
  /** Paths of fields the schema does not have, as strict decoding names them. */
  unknown: string[];
  /** The first value of a wrong type, in the words of the server; it refuses the body in every mode. */
  wrongType: string | undefined;
}

/** Checks a body against the schema of its kind. */
export function checkBody(body: unknown, schema: Schema): DecodeProblems {
  const problems: DecodeProblems = { unknown: [], wrongType: undefined };
  visit(body, schema, '', '', problems);
  return problems;
}

/** The body without the fields that the schema does not have. */
export function prune(value: unknown, schema: Schema): unknown {
  if (schema.is === 'leaf' || value === null || value === undefined) return value;
  if (schema.is === 'list') return Array.isArray(value) ? value.map((item) => prune(item, schema.of)) : value;
  if (!isFields(value)) return value;
  const kept: Fields = {};
  for (const name in value) {
    const found = fieldSchema(schema, name);
    if (found !== undefined) kept[name] = found === OPEN ? value[name] : prune(value[name], found);
  }
  return kept;
}

function visit(value: unknown, schema: Schema, path: string, owner: string, problems: DecodeProblems): void {
  if (value === null || value === undefined) return;
  if (schema.is === 'leaf') {
    if (!isLeaf(value, schema.type)) mismatch(value, schema.type, path, owner, problems);
    return;
  }
  if (schema.is === 'list') {
    if (!Array.isArray(value)) return mismatch(value, 'list', path, owner, problems);
    value.forEach((item, index) => visit(item, schema.of, `${path}[${index}]`, owner, problems));
    return;
  }
  if (!isFields(value)) return mismatch(value, 'object', path, owner, problems);
  for (const name in value) {
    const below = path === '' ? name : `${path}.${name}`;
    const found = fieldSchema(schema, name);
    if (found === undefined) problems.unknown.push(below);
    else
      visit(
        value[name],
        found === OPEN ? ANY : found,
        below,
        schema.is === 'object' ? schema.name : owner,
        problems,
      );
  }
}

const GO_TYPES: Record<string, string> = {
  string: 'string',
  int: 'int32',
  number: 'float64',
  bool: 'bool',
  list: 'list',
  object: 'map[string]string',
};

function mismatch(value: unknown, type: string, path: string, owner: string, problems: DecodeProblems): void {
  const field = path.replace(/\[\d+\]/g, '');
  problems.wrongType ??=
    `json: cannot unmarshal ${goKind(value)} into Go struct field ${owner}.${field} ` +
    `of type ${GO_TYPES[type] ?? type}`;
}

function goKind(value: unknown): string {
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? 'array' : typeof value;
}

function isLeaf(value: unknown, type: LeafType): boolean {
  switch (type) {
    case 'any':
      return true;
    case 'string':
    case 'time':
      return typeof value === 'string';
    case 'int':
      return typeof value === 'number' && Number.isInteger(value);
    case 'number':
      return typeof value === 'number';
    case 'bool':
      return typeof value === 'boolean';
    case 'quantity':
    case 'intstr':
      return typeof value === 'string' || typeof value === 'number';
  }
}
