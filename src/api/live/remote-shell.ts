import { WebSocket } from 'ws';
import { EXEC_PROTOCOL } from '../../shared/contract/live-exec.js';
import { Refusal } from '../refusal.js';
import { refusalOf } from './gateway-client.js';

/** The gateway looks at pods and waits for the cluster before it answers. */
const OPEN_MS = 30_000;
const MOST_FRAME_BYTES = 2 * 1024 * 1024;
const MOST_REASON_BYTES = 64 * 1024;

/** The open shell of a ticket at the gateway, held back until somebody listens. Throws a Refusal. */
export function openRemoteShell(url: string, ticket: string, signal: AbortSignal): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/live/exec`, [EXEC_PROTOCOL], {
    headers: { authorization: `Beanpod-Ticket ${ticket}` },
    handshakeTimeout: OPEN_MS,
    maxPayload: MOST_FRAME_BYTES,
    perMessageDeflate: false,
  });
  const abort = () => socket.terminate();
  signal.addEventListener('abort', abort, { once: true });
  return new Promise<WebSocket>((resolve, reject) => {
    socket.once('open', () => {
      socket.pause();
      resolve(socket);
    });
    socket.on('error', (error) => {
      reject(new Refusal('live.gateway-away', `The gateway did not answer: ${error.message}`));
      socket.terminate();
    });
    socket.once('unexpected-response', (request, response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= MOST_REASON_BYTES) chunks.push(chunk);
      });
      response.once('close', () => {
        reject(refusalOf(response.statusCode ?? 0, Buffer.concat(chunks).toString('utf8')));
        request.destroy();
      });
    });
  }).finally(() => signal.removeEventListener('abort', abort));
}
