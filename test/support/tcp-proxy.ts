import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A wire between clients and a server on this machine that can be cut, silenced and slowed. */
export interface TcpProxy {
  readonly port: number;
  /** Every open connection ends with a reset; new ones work. */
  cut(): void;
  /** Every open connection ends with a reset and new ones are refused, until `heal`. */
  refuse(): Promise<void>;
  /** Nothing passes in either direction and nobody is told, until `heal`; then everything held back arrives in order. */
  blackHole(): void;
  /** Bytes arrive this many milliseconds later, in both directions, until `heal`. */
  delay(ms: number): void;
  /** The next request that contains these bytes reaches the server; its reply does not come back, the connection resets instead. */
  loseReplyTo(bytes: string): void;
  /** Whether the reply that was to be lost has been lost. */
  readonly lostReply: boolean;
  heal(): Promise<void>;
  /** From now on new connections go to another port of the same host, as behind the address of a service after a failover. */
  retarget(port: number): void;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
  /** Its next reply is the one to lose. */
  doomed: boolean;
}

/** Listens on a free loopback port and forwards to `target`; several clients may share it. */
export async function startTcpProxy(target: { host?: string; port: number }): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  let silent = false;
  let delayMs = 0;
  let wanted: string | undefined;
  let lost = false;
  let targetPort = target.port;

  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host: target.host ?? '127.0.0.1', port: targetPort, noDelay: true });
    const pair: Pair = { client, upstream, doomed: false };
    pairs.add(pair);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      const carry = carrierTo(to);
      if (silent) from.pause();
      from.on('error', ignore).on('close', () => end(pair));
      from.on('data', (bytes: Buffer) => {
        if (from === client && wanted !== undefined && bytes.includes(wanted)) {
          wanted = undefined;
          pair.doomed = true;
        }
        if (from === upstream && pair.doomed) {
          lost = true;
          end(pair);
        } else carry(bytes, delayMs);
      });
    }
  });

  function end(pair: Pair): void {
    pairs.delete(pair);
    pair.client.resetAndDestroy();
    pair.upstream.destroy();
  }

  function cut(): void {
    for (const pair of pairs) end(pair);
  }

  async function listen(port: number): Promise<number> {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  async function stopListening(): Promise<void> {
    const closed = server.listening ? once(server, 'close') : undefined;
    server.close();
    cut();
    await closed;
  }

  const port = await listen(0);
  return {
    port,
    cut,
    refuse: stopListening,
    blackHole() {
      silent = true;
      for (const { client, upstream } of pairs) {
        client.pause();
        upstream.pause();
      }
    },
    delay(ms) {
      delayMs = ms;
    },
    loseReplyTo(bytes) {
      wanted = bytes;
      lost = false;
    },
    get lostReply() {
      return lost;
    },
    async heal() {
      silent = false;
      delayMs = 0;
      for (const { client, upstream } of pairs) {
        client.resume();
        upstream.resume();
      }
      if (!server.listening) await listen(port);
    },
    retarget(port) {
      targetPort = port;
    },
    close: stopListening,
  };
}

/** Carries bytes on after a while; what came first arrives first, also when the delay gets shorter. */
function carrierTo(to: Socket): (bytes: Buffer, delayMs: number) => void {
  const waiting: { bytes: Buffer; due: number }[] = [];

  function pump(): void {
    while (waiting[0] && waiting[0].due <= performance.now()) to.write(waiting.shift()?.bytes ?? '');
    if (waiting[0]) setTimeout(pump, waiting[0].due - performance.now());
  }

  return (bytes, delayMs) => {
    waiting.push({ bytes, due: performance.now() + delayMs });
    if (delayMs === 0 && waiting.length === 1) pump();
    else if (waiting.length === 1) setTimeout(pump, delayMs);
  };
}

/** Resets are what this proxy is for. */
function ignore(error: Error): void {
  void error;
}
