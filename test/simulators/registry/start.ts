import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { serve } from './handler.js';
import { createWorld, push, type Call, type Fault, type World } from './model.js';

/** A running image registry and what its operators do to it. See SPEC.md. */
export interface RegistrySimulator {
  /** `127.0.0.1:port`, as image references name it. */
  readonly host: string;
  /** Another host that gives tokens. */
  readonly tokenHost: string;
  readonly world: World;
  /** Puts another image under a tag; answers its digest. */
  push(name: string, tag: string): string;
  /** Takes a tag or a digest away. */
  remove(name: string, reference: string): void;
  /** The next `times` calls of a path are answered like this. */
  fail(path: RegExp, answer: Fault['answer'], times?: number): void;
  close(): Promise<void>;
}

interface RegistryOptions {
  /** PEM; plain HTTP without. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** Listens on two free ports of the loopback: the registry, and the one for tokens. */
export async function startRegistry({ tls }: RegistryOptions = {}): Promise<RegistrySimulator> {
  const world = createWorld();
  const scheme = tls ? 'https' : 'http';
  const hosts = { registry: '', tokens: '' };
  const listen = async (at: Call['at']): Promise<Server> => {
    const take = (req: IncomingMessage, res: ServerResponse) => {
      const host = world.access === 'tokens-elsewhere' ? hosts.tokens : hosts.registry;
      answer(world, at, `${scheme}://${host}/token`, req, res);
    };
    const server = tls ? createSecureServer(tls, take) : createServer(take);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    hosts[at] = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    return server;
  };
  const servers = [await listen('registry'), await listen('tokens')];
  return {
    host: hosts.registry,
    tokenHost: hosts.tokens,
    world,
    push: (name, tag) => push(world, name, tag),
    remove: (name, reference) => void world.repositories.get(name)?.delete(reference),
    fail: (path, how, times = 1) => void world.faults.push({ path, answer: how, times }),
    async close() {
      await Promise.all(
        servers.map(
          (server) =>
            new Promise<void>((resolve) => {
              server.close(() => resolve());
              server.closeAllConnections();
            }),
        ),
      );
    },
  };
}

function answer(
  world: World,
  at: Call['at'],
  tokenUrl: string,
  req: IncomingMessage,
  res: ServerResponse,
): void {
  const { method = 'GET', headers } = req;
  const url = new URL(req.url ?? '/', tokenUrl);
  const proof = (headers.authorization?.split(' ')[0]?.toLowerCase() ?? 'none') as Call['proof'];
  world.calls.push({ at, method, path: url.pathname, proof });
  const fault = world.faults.find((each) => each.times > 0 && each.path.test(url.pathname));
  if (fault) fault.times -= 1;
  if (fault?.answer === 'hang') return;
  if (fault?.answer === 'reset') return void req.socket.destroy();
  const { authorization, accept } = headers;
  const given = fault?.answer ?? serve(world, { method, url, headers: { authorization, accept } }, tokenUrl);
  res.writeHead(given.status, given.headers).end(method === 'HEAD' ? undefined : given.body);
}
