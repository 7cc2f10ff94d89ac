import { STATUS_CODES, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { EXEC_PROTOCOL } from '../../shared/contract/live-exec.js';
import type { Logger } from '../../shared/log/logger.js';
import type { AuditLog } from '../../shared/store/audit-log.js';
import type { Configuration } from '../../shared/store/configuration.js';
import type { Ticket } from '../../shared/live/ticket.js';
import { createAuditTrail, type Call } from '../access/audit-trail.js';
import { NOBODY } from '../access/nobody.js';
import { permitAt } from '../access/permit.js';
import type { Authentication } from '../auth/authenticate.js';
import { createLeash } from '../auth/leash.js';
import { refuseForeign } from '../auth/same-origin.js';
import { toProblem } from '../problem.js';
import { Refusal } from '../refusal.js';
import { requestIdOf } from '../request-id.js';
import type { Caller } from '../access/caller.js';
import { knownGateway } from './ask-gateway.js';
import type { GatewayClient } from './gateway-client.js';
import { openRemoteShell } from './remote-shell.js';
import { bridge } from './bridge.js';
import { allowsShells, proveShells, SHELL_PATH } from './shells-allowed.js';

/** Longest frame that somebody may send. */
const MOST_FRAME_BYTES = 64 * 1024;
/** Between two looks whether the environment still allows shells. */
const LOOK_MS = 2_000;
const TICKET = /^ticket\.([\w.-]{1,4096})$/;

export interface ShellDeps {
  readonly auth: Pick<Authentication, 'authenticate'>;
  readonly auditLog: Pick<AuditLog, 'append'>;
  readonly configuration: Pick<Configuration, 'current' | 'refresh'>;
  readonly gateway?: GatewayClient | undefined;
  readonly logger: Logger;
  readonly closing: AbortSignal;
  readonly publicUrl?: string | undefined;
}

/**
 * Shells on the WebSocket upgrades of the API's server: who calls, from where, with which ticket and right; then the
 * gateway, and only when that has a shell the upgrade. Everything else is refused as problem+json, and recorded.
 */
export function serveShells(server: Server, deps: ShellDeps): { close(): void } {
  const { logger, closing, configuration, publicUrl } = deps;
  const trail = createAuditTrail(deps.auditLog, logger);
  const leash = createLeash(deps.auth);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_FRAME_BYTES,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(EXEC_PROTOCOL) ? EXEC_PROTOCOL : false),
  });

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const call = callOf(request);
    const known = { caller: NOBODY };
    open(request, socket, head, call, known).catch((error: unknown) => {
      trail.refused(call, known.caller, error);
      refuse(socket, error, call, logger);
    });
  });

  async function open(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    call: Call,
    known: { caller: Caller },
  ): Promise<void> {
    const { headers } = request;
    if (call.path !== SHELL_PATH) throw new Refusal('route.unknown', `There is no WebSocket at ${call.path}`);
    refuseForeign({ header: (name) => headers[name] as string | undefined }, publicUrl);
    known.caller = await deps.auth.authenticate(headers);
    const gateway = knownGateway(deps);
    const text = ticketIn(headers['sec-websocket-protocol']);
    const ticket = proveTicket(gateway, text, known.caller);
    await configuration.refresh();
    proveShells(configuration.current(), ticket);
    const rights = leash.hold(headers, known.caller);
    try {
      const gone = new AbortController();
      socket.once('close', () => gone.abort());
      const remote = await openRemoteShell(gateway.url, text, AbortSignal.any([gone.signal, closing]));
      sockets.handleUpgrade(request, socket, head, (client) => {
        const about = aboutOf(ticket);
        void trail.answered(call, known.caller, { kind: 'json', status: 101, about }, 'now');
        const off = watchEnvironment(ticket);
        void bridge({ client, remote, rights: AbortSignal.any([rights.signal, off.signal]), closing }).then(
          (how) => {
            off.release();
            rights.release();
            const ended = { kind: 'json', status: 200, about: `${about}, ended: ${how}` } as const;
            return trail.answered(call, known.caller, ended, 'now');
          },
        );
      });
    } catch (error) {
      rights.release();
      throw error;
    }
  }

  /** Aborts when the environment does not allow shells any more. */
  function watchEnvironment(ticket: Ticket): { readonly signal: AbortSignal; release(): void } {
    const off = new AbortController();
    const timer = setInterval(() => {
      if (!allowsShells(configuration.current(), ticket)) off.abort();
    }, LOOK_MS);
    return { signal: off.signal, release: () => clearInterval(timer) };
  }

  return {
    close() {
      for (const client of sockets.clients) client.close(1012, 'The API shuts down');
    },
  };
}

function ticketIn(offered: string | undefined): string {
  for (const one of offered?.split(',') ?? []) {
    const found = TICKET.exec(one.trim())?.[1];
    if (found !== undefined) return found;
  }
  throw new Refusal('live.ticket-refused', 'No ticket is among the sub-protocols; ask for one first');
}

/** What the ticket says, when it is for this caller and the caller has the right now. That it is used once, the gateway sees to. */
function proveTicket({ tickets }: GatewayClient, text: string, caller: Caller): Ticket {
  const reading = tickets.read(text);
  if (reading.said !== 'good') throw new Refusal('live.ticket-refused', `The ticket is ${reading.said}`);
  const { ticket } = reading;
  const { person, purpose, service, environment } = ticket;
  if (purpose !== 'exec' || person.id !== caller.id)
    throw new Refusal('live.ticket-refused', `The ticket is not one of ${caller.name} for a shell`);
  permitAt(caller, 'exec', { service, environment });
  return ticket;
}

function aboutOf({ service, environment, pod, shell }: Ticket): string {
  return `${shell} in ${service}/${environment} ${pod?.name}/${pod?.container}`;
}

/** An upgrade changes something, unlike the GET that it looks like. */
function callOf({ headers, url = '', socket }: IncomingMessage): Call {
  return {
    method: 'UPGRADE',
    path: url.split('?')[0] ?? '',
    requestId: requestIdOf(headers['x-request-id'] as string | undefined),
    address: socket.remoteAddress ?? 'unknown',
  };
}

function refuse(socket: Duplex, error: unknown, { requestId }: Call, logger: Logger): void {
  const { problem, headers, defect } = toProblem(error, requestId);
  if (defect) logger.error('a shell failed', { requestId, error: String(error) });
  if (!socket.writable) return;
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
