import { issue, MANIFEST_TYPE, type World } from './model.js';

export interface Request {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** One call of the registry; `tokenUrl` is where callers are sent for tokens. */
export function serve(world: World, request: Request, tokenUrl: string): Answer {
  const { pathname } = request.url;
  if (pathname === '/token') return giveToken(world, request);
  const [, name, reference] = /^\/v2\/(.+)\/manifests\/([^/]+)$/.exec(pathname) ?? [];
  if (name === undefined || reference === undefined) return problem(404, 'UNSUPPORTED');
  return challenge(world, request, name, tokenUrl) ?? manifest(world, request, name, reference);
}

/** What a caller is told who may not pull, or not yet; undefined for one who may. */
function challenge(world: World, { headers }: Request, name: string, tokenUrl: string): Answer | undefined {
  if (world.access === 'open') return undefined;
  const [scheme, proof = ''] = (headers['authorization'] ?? '').split(' ');
  if (world.access === 'basic') {
    return scheme === 'Basic' && userOf(world, proof) !== undefined
      ? undefined
      : unauthorized('Basic realm="registry"');
  }
  if (scheme === 'Bearer' && world.tokens.get(proof) === name) return undefined;
  const wanted = `service="registry.sim",scope="repository:${name}:pull"`;
  const refused = scheme === 'Bearer' ? ',error="insufficient_scope"' : '';
  return unauthorized(`Bearer realm="${world.realm ?? tokenUrl}",${wanted}${refused}`);
}

/** Whoever has no right to a repository is given a token that opens nothing. */
function giveToken(world: World, { url, headers }: Request): Answer {
  const [scheme, proof = ''] = (headers['authorization'] ?? '').split(' ');
  const user = scheme === 'Basic' ? userOf(world, proof) : undefined;
  if (scheme === 'Basic' && user === undefined) return unauthorized('Basic realm="tokens"');
  const [, name = ''] = /^repository:(.+):pull$/.exec(url.searchParams.get('scope') ?? '') ?? [];
  const isRight = url.searchParams.get('service') === 'registry.sim';
  const token = issue(world, isRight && (user !== undefined || world.open.has(name)) ? name : '');
  return json(200, { token, expires_in: 300 });
}

function manifest(world: World, { method, headers }: Request, name: string, reference: string): Answer {
  if (method !== 'GET' && !(method === 'HEAD' && world.head === 'served')) return problem(405, 'UNSUPPORTED');
  const found = world.repositories.get(name)?.get(reference);
  if (!found || !(headers['accept'] ?? '').includes(MANIFEST_TYPE)) return problem(404, 'MANIFEST_UNKNOWN');
  const { digestHeader } = world;
  const digest = typeof digestHeader === 'object' ? digestHeader.says : found.digest;
  return {
    status: 200,
    headers: {
      'content-type': MANIFEST_TYPE,
      ...(digestHeader !== 'none' && { 'docker-content-digest': digest }),
    },
    body: found.bytes,
  };
}

function userOf({ users }: World, proof: string): string | undefined {
  const [name = '', password] = Buffer.from(proof, 'base64').toString('utf8').split(/:(.*)/s);
  return password !== undefined && users.get(name) === password ? name : undefined;
}

function unauthorized(how: string): Answer {
  return { ...problem(401, 'UNAUTHORIZED'), headers: { 'www-authenticate': how } };
}

function problem(status: number, code: string): Answer {
  return json(status, { errors: [{ code, message: code.toLowerCase() }] });
}

function json(status: number, body: object): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
