import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Server } from 'node:https';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { ApiError, badRequest, noSuchPath, notFound } from '../api-error.js';
import { builtIn } from '../registry/registry.js';
import { subjectOf } from '../registry/resource-type.js';
import { openStreams, PROTOCOLS } from '../subresources/channels.js';
import { containerOf } from '../subresources/pod-log.js';
import { REMOTE_HANDLERS, type RemoteCall, type RemoteHandler } from '../subresources/remote-command.js';
import type { Pod } from '../workloads.js';
import { newCall, type LoggedCall } from './call-log.js';
import type { Controls } from './control.js';
import { denied, isAllowed, type Wish } from './rbac.js';
import { targetOf } from './request.js';

/** Serves the subresources that are upgraded to WebSockets; returns how to cut them all. */
export function serveUpgrades(server: Server, controls: Controls): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => PROTOCOLS.find((protocol) => offered.has(protocol)) ?? false,
  });
  server.on('upgrade', (raw: IncomingMessage, socket: Duplex, head: Buffer) => {
    const logged = newCall(raw, new URL(raw.url ?? '/', 'https://localhost'));
    controls.calls.add(logged);
    try {
      const { handler, call } = accept(controls, raw, logged);
      logged.code = 101;
      sockets.handleUpgrade(raw, socket, head, (upgraded) => handler(call, openStreams(upgraded)));
    } catch (error) {
      const refusal = error instanceof ApiError ? error : badRequest(String(error));
      logged.code = refusal.code;
      refuse(socket, refusal);
    }
  });
  return () => {
    for (const client of sockets.clients) client.terminate();
  };
}

function accept(
  controls: Controls,
  raw: IncomingMessage,
  logged: LoggedCall,
): { handler: RemoteHandler; call: RemoteCall } {
  const { cluster, kubelet, tokens } = controls;
  const url = new URL(raw.url ?? '/', 'https://localhost');
  const identity = tokens.authenticate(raw.headers.authorization);
  logged.user = identity.name;
  const target = targetOf(cluster.registry, url.pathname);
  const handler = REMOTE_HANDLERS[target?.subresource ?? ''];
  if (target === undefined || handler === undefined || target.type.kind !== 'Pod') throw noSuchPath();
  const { type, namespace, name, subresource } = target;
  const wish = { verb: 'get', group: type.group, resource: type.plural, subresource, namespace, name };
  Object.assign(logged, wish);
  disturb(controls, wish, url.pathname, identity.name, raw);
  if (!isAllowed(cluster, identity, wish)) throw denied(identity, wish);
  const pod = cluster.store.collection('pods').get(`${namespace ?? ''}/${name ?? ''}`) as Pod | undefined;
  if (pod === undefined) throw notFound(subjectOf(builtIn('Pod'), name));
  return { handler, call: { pod, container: runningContainer(pod, url), query: url.searchParams, kubelet } };
}

// Of the faults, a status and a dropped connection make sense before an upgrade.
function disturb({ faults }: Controls, wish: Wish, path: string, user: string, raw: IncomingMessage): void {
  const fault = faults.take(wish, path, user);
  if (fault?.kind === 'status')
    throw new ApiError(fault.code, 'ServiceUnavailable', fault.message ?? 'unavailable');
  if (fault?.kind === 'drop-connection') raw.socket.destroy();
}

function runningContainer(pod: Pod, url: URL): string {
  const container = containerOf(pod, url.searchParams.get('container'));
  const status = pod.status.containerStatuses?.find((candidate) => candidate.name === container);
  if (status?.state.running !== undefined) return container;
  throw new ApiError(
    500,
    'InternalError',
    `unable to upgrade connection: container not found ("${container}")`,
  );
}

function refuse(socket: Duplex, error: ApiError): void {
  const body = JSON.stringify(error.status());
  const head = [
    `HTTP/1.1 ${error.code} ${STATUS_CODES[error.code] ?? ''}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
