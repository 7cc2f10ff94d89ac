import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { RemoteShell } from '../providers/live-operations.js';
import { recordingKey, type Blobs } from '../shared/blobs/blobs.js';
import { EXEC_PROTOCOL, type ExecEnd, type RecordingView } from '../shared/contract/live-exec.js';
import type { Ticket } from '../shared/live/ticket.js';
import type { Logger } from '../shared/log/logger.js';
import { newId } from '../shared/new-id.js';
import type { Recordings } from '../shared/store/recordings.js';
import { createCast } from './cast.js';
import { runSession, type ExecLimits } from './exec-session.js';
import type { Gate } from './gate.js';
import { GatewayRefusal } from './gateway-refusal.js';
import { openTarget, provided, type OpenTargetDeps } from './open-target.js';
import type { Seats } from './seats.js';

/** Longest frame of what is typed. */
const MOST_FRAME_BYTES = 64 * 1024;
const PATH = '/live/exec';

export interface ExecDeps extends OpenTargetDeps {
  readonly gate: Gate;
  readonly recordings: Recordings;
  readonly blobs: Pick<Blobs, 'put' | 'remove'>;
  readonly limits: ExecLimits;
  readonly seats: Seats;
  readonly logger: Logger;
  /** Aborts when the process shuts down. */
  readonly closing: AbortSignal;
}

/** Serves shells on the WebSocket upgrades of a server. Refusals are answers of HTTP, before the upgrade. */
export function serveExec(server: Server, deps: ExecDeps): { close(): Promise<void> } {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_FRAME_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(EXEC_PROTOCOL) ? EXEC_PROTOCOL : false),
  });
  const sessions = new Set<Promise<void>>();

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    serve(request, socket, head).catch((error: unknown) => refuse(socket, error, deps.logger));
  });

  async function serve(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const [path = ''] = (request.url ?? '').split('?');
    if (path !== PATH) throw new GatewayRefusal('live.unsupported', `There is nothing at ${path}`);
    const { authorization } = request.headers;
    const knock = { path, authorization, address: request.socket.remoteAddress ?? 'unknown' };
    const ticket = await deps.gate.admit(knock, 'exec');
    const leave = deps.seats.take(ticket);
    const session = converse(ticket, (use) => sockets.handleUpgrade(request, socket, head, use));
    const settled = session
      .catch(() => undefined)
      .finally(() => {
        sessions.delete(settled);
        leave();
      });
    sessions.add(settled);
    try {
      await session;
    } catch (error) {
      if (error instanceof GatewayRefusal)
        await deps.gate.record(ticket, knock, error.problem.code, error.message);
      throw error;
    }
  }

  async function converse(
    ticket: Ticket,
    upgrade: (use: (client: WebSocket) => void) => void,
  ): Promise<void> {
    const { pod, shell: name } = ticket;
    if (!pod || name === undefined)
      throw new GatewayRefusal('live.ticket-refused', 'The ticket names no pod');
    const over = new AbortController();
    const signal = AbortSignal.any([deps.closing, over.signal]);
    const target = await openTarget(deps, ticket, signal);
    try {
      const wish = { pod, container: pod.container, command: [name] };
      const shell = provided(await target.live.exec?.(target.turn, wish), 'shell');
      await record(ticket, shell, upgrade, signal);
    } finally {
      over.abort();
      await target.close();
    }
  }

  async function record(
    ticket: Ticket,
    shell: RemoteShell,
    upgrade: (use: (client: WebSocket) => void) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { service, environment, person, pod } = ticket;
    const startedAt = Date.now();
    const recording: RecordingView = {
      id: newId(),
      person: person.name,
      pod: pod?.name ?? '',
      container: pod?.container ?? '',
      shell: ticket.shell ?? '',
      startedAt: new Date(startedAt).toISOString(),
    };
    const cast = createCast({
      title: `${person.name} in ${recording.pod}/${recording.container}`,
      startedAt,
    });
    try {
      // Nobody gets a shell of which nothing is written down.
      await deps.recordings.keep(ticket, recording);
    } catch (error) {
      shell.close();
      throw error;
    }
    const broken = new AbortController();
    const stored = deps.blobs.put(recordingKey(service, environment, recording.id), cast.chunks());
    stored.catch((error: unknown) => {
      deps.logger.error('a shell cannot be recorded, so it ends', { id: recording.id, error: String(error) });
      broken.abort();
    });
    const either = AbortSignal.any([signal, broken.signal]);
    const end = await new Promise<ExecEnd>((resolve) =>
      upgrade((client) => {
        const session = runSession({ client, shell, cast, limits: deps.limits, signal: either });
        void session.then(resolve);
      }),
    );
    cast.end();
    await stored.catch(() => undefined);
    await deps.recordings.keep(ticket, { ...recording, ...end, endedAt: new Date().toISOString() });
    for (const id of await deps.recordings.forgetOldest(ticket))
      await deps.blobs.remove(recordingKey(service, environment, id));
  }

  return {
    /** Resolves when every recording is stored; the shells have ended with `closing`. */
    async close() {
      await Promise.all(sessions);
      for (const client of sockets.clients) client.terminate();
    },
  };
}

function refuse(socket: Duplex, error: unknown, logger: Logger): void {
  const known = error instanceof GatewayRefusal;
  if (!known) logger.error('a shell failed', { error: error instanceof Error ? error.stack : String(error) });
  const status = known ? error.status : 500;
  const body = JSON.stringify(known ? error.problem : { code: 'internal.error' });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  if (socket.writable) socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
