import { WebSocket, type ClientOptions } from 'ws';
import type { ExecWish, OwnedTurn, RemoteShell } from '../../live-operations.js';
import type { Cluster } from '../connect/clusters.js';
import { statusError } from '../http-status.js';
import { KubeConnectionError, type Passage } from '../transport.js';
import { findPod, gone, uidNow } from './find-pod.js';
import { openShell } from './remote-shell.js';

/** Sub-protocols, the better one first; the fifth can close single streams. */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const OPEN_MS = 10_000;
const MOST_FRAME_BYTES = 1024 * 1024;
const MOST_REASON_BYTES = 64 * 1024;

/** Starts a shell on a terminal in a container. Throws what `explain` and `LiveFailure` know. */
export async function execInPod(
  cluster: Cluster,
  turn: OwnedTurn & { readonly namespace: string },
  { pod, container, command }: ExecWish,
): Promise<RemoteShell> {
  const { transport } = cluster;
  const found = await findPod(cluster, turn, pod);
  const isRunning = found.pod.containers.some(
    ({ name, state }) => name === container && state.is === 'running',
  );
  if (!isRunning) throw gone(`Container ${container} of ${pod.name} does not run`);
  const query = new URLSearchParams(command.map((word): [string, string] => ['command', word]));
  for (const [name, value] of Object.entries({ container, stdin: 'true', stdout: 'true', tty: 'true' }))
    query.set(name, value);
  const namespace = encodeURIComponent(turn.namespace);
  const path = `/api/v1/namespaces/${namespace}/pods/${encodeURIComponent(pod.name)}/exec?${query.toString()}`;
  let passage = await transport.passage(path, turn.signal);
  let socket = await connect(passage, turn.signal);
  if (socket === 'refused') {
    passage.refused();
    passage = await transport.passage(path, turn.signal);
    socket = await connect(passage, turn.signal);
  }
  if (socket === 'refused') throw statusError(401, '', undefined);
  // The API server knows pods by their names alone: one that came while it connected is found out here.
  if ((await uidNow(transport, turn, pod.name)) !== pod.uid) {
    socket.terminate();
    throw gone(`Another pod has taken the place of ${pod.name}`);
  }
  return openShell(socket, turn.signal);
}

async function connect(passage: Passage, signal: AbortSignal): Promise<WebSocket | 'refused'> {
  const options: ClientOptions = {
    ...passage.tls,
    headers: { ...passage.headers },
    handshakeTimeout: OPEN_MS,
    maxPayload: MOST_FRAME_BYTES,
    perMessageDeflate: false,
  };
  const socket = new WebSocket(passage.url.replace(/^http/, 'ws'), PROTOCOLS, options);
  const abort = () => socket.terminate();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await new Promise<WebSocket | 'refused'>((resolve, reject) => {
      socket.once('open', () => {
        // What the shell says at once must wait for whoever listens.
        socket.pause();
        resolve(socket);
      });
      socket.once('error', (error) => reject(new KubeConnectionError(`exec: ${error.message}`, true, error)));
      socket.once('unexpected-response', (request, response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size <= MOST_REASON_BYTES) chunks.push(chunk);
        });
        response.once('close', () => {
          request.destroy();
          const { statusCode = 0 } = response;
          if (statusCode === 401) resolve('refused');
          else reject(statusError(statusCode, Buffer.concat(chunks).toString('utf8'), undefined));
        });
      });
    });
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
