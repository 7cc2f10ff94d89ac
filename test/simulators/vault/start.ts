import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { handle } from './handler.js';
import { createWorld, makeToken, revokeToken, type Fault, type Policy, type World } from './model.js';

/** A running Vault and what its operators do to it. See SPEC.md. */
export interface VaultSimulator {
  readonly url: string;
  readonly world: World;
  /** Every call that came in, without bodies: method and path. */
  readonly calls: readonly string[];
  /** Writes a secret; of key-value 2 a new version. `path` with its mount. */
  put(path: string, data: Readonly<Record<string, unknown>>): void;
  /** Deletes the newest version. */
  remove(path: string): void;
  policy(name: string, rules: Policy): void;
  /** A token with these policies. */
  issue(...policies: readonly string[]): string;
  revoke(token: string): void;
  seal(): void;
  unseal(): void;
  /** Lets the clock of leases and tokens jump. */
  pass(seconds: number): void;
  /** The next `times` calls of a path are answered like this. */
  fail(path: RegExp, answer: Fault['answer'], times?: number): void;
  close(): Promise<void>;
}

interface VaultOptions {
  readonly namespace?: string;
  /** PEM; plain HTTP without. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** Listens on a free port of the loopback, with key-value 1 at `kv/`, key-value 2 at `secret/` and AWS at `aws/`. */
export async function startVault({ namespace, tls }: VaultOptions = {}): Promise<VaultSimulator> {
  const world = createWorld(namespace);
  world.mounts.set('secret/', { type: 'kv', version: 2 });
  world.mounts.set('kv/', { type: 'kv', version: 1 });
  world.mounts.set('aws/', { type: 'aws', roles: { deployer: { ttlS: 3_600 } } });
  let skewMs = 0;
  world.now = () => Date.now() + skewMs;
  const calls: string[] = [];
  const serve = (req: IncomingMessage, res: ServerResponse) => void answer(world, calls, req, res);
  const server = tls ? createSecureServer(tls, serve) : createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    world,
    calls,
    put(path, data) {
      const versions = world.values.get(path) ?? [];
      const isVersioned = path.startsWith('secret/');
      world.values.set(path, [...(isVersioned ? versions : []), { data, deleted: false }]);
    },
    remove(path) {
      const last = world.values.get(path)?.at(-1);
      if (last) last.deleted = true;
    },
    policy: (name, rules) => void world.policies.set(name, rules),
    issue: (...policies) => makeToken(world, policies, 'issued').id,
    revoke: (token) => revokeToken(world, token),
    seal: () => void (world.isSealed = true),
    unseal: () => void (world.isSealed = false),
    pass: (seconds) => void (skewMs += seconds * 1_000),
    fail: (path, how, times = 1) => void world.faults.push({ path, answer: how, times }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  world: World,
  calls: string[],
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const url = new URL(req.url ?? '/', 'http://vault');
  const path = url.pathname.split('/').slice(2).map(decodeURIComponent).join('/');
  calls.push(`${req.method} ${path}`);
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  const fault = world.faults.find((each) => each.times > 0 && each.path.test(path));
  if (fault) {
    fault.times -= 1;
    if (fault.answer === 'hang') return;
    if (fault.answer === 'reset') return void req.socket.destroy();
    const { status, retryAfterS, location } = fault.answer;
    if (retryAfterS !== undefined) res.setHeader('retry-after', String(retryAfterS));
    if (location !== undefined) res.setHeader('location', location);
    res.writeHead(status, { 'content-type': 'application/json' }).end('{"errors":["simulated"]}');
    return;
  }
  const { status, body } = handle(world, {
    method: req.method ?? 'GET',
    path,
    query: url.searchParams,
    token: one(req.headers['x-vault-token']),
    namespace: one(req.headers['x-vault-namespace']),
    body:
      chunks.length > 0
        ? (JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>)
        : {},
  });
  res
    .writeHead(status, { 'content-type': 'application/json' })
    .end(body === undefined ? '' : JSON.stringify(body));
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
