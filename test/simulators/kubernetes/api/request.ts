import type { IncomingMessage, ServerResponse } from 'node:http';
import { badRequest, unsupportedMediaType } from '../api-error.js';
import type { ResourceType } from '../registry/resource-type.js';
import type { Registry } from '../registry/registry.js';
import type { Identity } from './identity.js';

/** What a resource URL points to. */
export interface Target {
  type: ResourceType;
  namespace: string | undefined;
  name: string | undefined;
  subresource: string | undefined;
  /** What follows the subresource, for proxies. */
  rest: string;
}

/** One call of the API. */
export interface ApiRequest {
  raw: IncomingMessage;
  reply: ServerResponse;
  method: string;
  path: string;
  query: URLSearchParams;
  identity: Identity;
}

/** The largest body that is read, the limit of the API server for one object. */
const MOST_BYTES = 3 * 1024 * 1024;

/** Finds the resource of a path; undefined when the path is none of a served resource. */
export function targetOf(registry: Registry, path: string): Target | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  const [prefix, ...versioned] = parts.map((part) => decodeURIComponent(part));
  if (prefix === 'api') versioned.unshift('');
  else if (prefix !== 'apis') return undefined;
  const [group, version, ...rest] = versioned;
  if (group === undefined || version === undefined || rest.length === 0) return undefined;
  const { namespace, plural = '', name, subresource, more } = partsOf(rest, group);
  const type = registry.byPath(group, version, plural);
  if (type === undefined || (namespace !== undefined && !type.namespaced)) return undefined;
  return { type, namespace, name, subresource, rest: more.join('/') };
}

interface Parts {
  namespace: string | undefined;
  plural: string | undefined;
  name: string | undefined;
  subresource: string | undefined;
  more: string[];
}

// `/namespaces/x` and `/namespaces/x/status` are the namespace itself; anything longer is inside it.
function partsOf(rest: string[], group: string): Parts {
  const ofNamespace = group === '' && (rest[2] === 'status' || rest[2] === 'finalize');
  const inside = rest[0] === 'namespaces' && rest.length > 2 && !ofNamespace;
  const [plural, name, subresource, ...more] = inside ? rest.slice(2) : rest;
  return { namespace: inside ? rest[1] : undefined, plural, name, subresource, more };
}

/** The verb of RBAC for a call. */
export function verbOf(request: ApiRequest, target: Target): string {
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      if (target.subresource !== undefined || target.name !== undefined) return 'get';
      return isWatch(request.query) ? 'watch' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return target.name === undefined ? 'deletecollection' : 'delete';
    default:
      return request.method.toLowerCase();
  }
}

/** Tells whether a GET of a collection asks for a stream of changes. */
export function isWatch(query: URLSearchParams): boolean {
  return query.get('watch') === 'true' || query.get('watch') === '1';
}

/** Reads the whole body. Throws 413 beyond the limit. */
export async function readBody(request: ApiRequest): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.raw as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_BYTES) throw badRequest('Request entity too large: limit is 3145728');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The media type of the body without parameters. */
export function mediaType(request: ApiRequest): string {
  return (
    (request.raw.headers['content-type'] ?? 'application/json').split(';')[0]?.trim().toLowerCase() ?? ''
  );
}

/** Parses a JSON body. Throws 415 for other media types (protobuf among them) and 400 for what is no JSON. */
export function parseJson(request: ApiRequest, text: string): unknown {
  const type = mediaType(request);
  if (text === '') return undefined;
  if (type !== 'application/json' && type !== '*/*') throw unsupportedMediaType(['application/json']);
  return parseText(text);
}

/** Parses JSON text. Throws 400. */
export function parseText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw badRequest(`couldn't get version/kind; json parse error: ${(error as Error).message}`);
  }
}
