import { ApiError, badRequest } from '../api-error.js';
import { clone, isFields, same } from '../json.js';

/** JSON patch (RFC 6902) on a copy of the target. Throws 422 when an operation does not apply. */
export function applyJsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch))
    throw badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  let document = clone(target);
  for (const operation of patch) {
    if (!isFields(operation)) throw badRequest('a json patch operation must be an object');
    document = applyOperation(document, operation);
  }
  return document;
}

function applyOperation(document: unknown, operation: Record<string, unknown>): unknown {
  const path = pointer(operation['path']);
  switch (operation['op']) {
    case 'add':
      return put(document, path, clone(operation['value']), 'insert');
    case 'replace':
      read(document, path);
      return put(document, path, clone(operation['value']), 'overwrite');
    case 'remove':
      return take(document, path);
    case 'test':
      if (!same(lookUp(document, path) ?? null, operation['value'] ?? null)) {
        throw refuse(`testing path ${String(operation['path'])} failed`);
      }
      return document;
    case 'copy':
      return put(document, path, clone(read(document, pointer(operation['from']))), 'insert');
    case 'move': {
      const from = pointer(operation['from']);
      const value = read(document, from);
      return put(take(document, from), path, value, 'insert');
    }
    default:
      throw badRequest(`Unexpected kind: ${String(operation['op'])}`);
  }
}

function pointer(text: unknown): string[] {
  if (typeof text !== 'string') throw badRequest('a json patch operation needs a path');
  if (text === '') return [];
  return text
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function lookUp(document: unknown, path: string[]): unknown {
  let here = document;
  for (const part of path) {
    if (Array.isArray(here)) here = here[Number(part)] as unknown;
    else if (isFields(here)) here = here[part];
    else return undefined;
  }
  return here;
}

function read(document: unknown, path: string[]): unknown {
  const value = lookUp(document, path);
  if (value === undefined) throw refuse(`path /${path.join('/')}: missing value`);
  return value;
}

function put(document: unknown, path: string[], value: unknown, mode: 'insert' | 'overwrite'): unknown {
  const last = path.at(-1);
  if (last === undefined) return value;
  const parent = lookUp(document, path.slice(0, -1));
  if (Array.isArray(parent)) {
    const index = last === '-' ? parent.length : Number(last);
    if (!Number.isInteger(index) || index > parent.length) throw refuse(`invalid index ${last}`);
    parent.splice(index, mode === 'insert' ? 0 : 1, value);
  } else if (isFields(parent)) parent[last] = value;
  else throw refuse(`add operation does not apply: doc is missing path: "/${path.join('/')}": missing value`);
  return document;
}

function take(document: unknown, path: string[]): unknown {
  read(document, path);
  const last = path.at(-1) ?? '';
  const parent = lookUp(document, path.slice(0, -1));
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else if (isFields(parent)) delete parent[last];
  return document;
}

function refuse(message: string): ApiError {
  return new ApiError(
    422,
    'Invalid',
    `the server rejected our request due to an error in our request: ${message}`,
    {},
  );
}
