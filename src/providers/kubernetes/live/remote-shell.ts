import { WebSocket, type RawData } from 'ws';
import type { RemoteShell } from '../../live-operations.js';
import { listAt, textAt } from '../json.js';

/** Streams of the remote command protocol: https://kubernetes.io/docs/reference/using-api/api-concepts/ */
const CHANNEL = { input: 0, output: 1, errors: 2, status: 3, resize: 4 } as const;
/** Balancers in front of API servers end connections on which nothing passes. */
const PING_MS = 20_000;

/** Speaks channel.k8s.io on an open, paused socket. */
export function openShell(socket: WebSocket, signal: AbortSignal): RemoteShell {
  const ping = setInterval(() => socket.ping(), PING_MS);
  const abort = () => socket.terminate();
  signal.addEventListener('abort', abort, { once: true });
  socket.once('close', () => {
    clearInterval(ping);
    signal.removeEventListener('abort', abort);
  });
  socket.on('error', () => socket.terminate());

  function send(channel: number, bytes: Uint8Array): void {
    if (socket.readyState === WebSocket.OPEN) socket.send(Buffer.concat([Buffer.of(channel), bytes]));
  }

  return {
    listen({ output, ended }) {
      let end: { readonly exitCode?: number; readonly reason: string } | undefined;
      socket.on('message', (data: RawData) => {
        const frame = data as Buffer;
        const rest = frame.subarray(1);
        if (frame[0] === CHANNEL.output || frame[0] === CHANNEL.errors) output(rest);
        if (frame[0] === CHANNEL.status) end = endOf(rest.toString('utf8'));
      });
      const lost = { reason: 'The connection to the cluster broke' };
      if (socket.readyState === WebSocket.CLOSED) return ended(lost);
      socket.once('close', () => ended(end ?? lost));
      socket.resume();
    },
    input: (bytes) => send(CHANNEL.input, bytes),
    resize: ({ columns, rows }) =>
      send(CHANNEL.resize, Buffer.from(JSON.stringify({ Width: columns, Height: rows }))),
    get waiting() {
      return socket.bufferedAmount;
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: () => socket.terminate(),
  };
}

/** The Status with which a command ends. */
function endOf(text: string): { readonly exitCode?: number; readonly reason: string } {
  let status: unknown;
  try {
    status = JSON.parse(text);
  } catch {
    return { reason: 'The cluster ended the shell with words that nobody knows' };
  }
  if (textAt(status, 'status') === 'Success') return { exitCode: 0, reason: 'The shell ended' };
  const cause = listAt(status, 'details', 'causes').find((one) => textAt(one, 'reason') === 'ExitCode');
  const exitCode = Number(textAt(cause, 'message') ?? Number.NaN);
  if (Number.isInteger(exitCode)) return { exitCode, reason: `The shell ended with ${exitCode}` };
  return { reason: textAt(status, 'message') ?? 'The cluster ended the shell' };
}
