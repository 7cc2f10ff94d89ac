import type { ExecEnd, ExecTicketView } from '../../../src/shared/contract/live-exec.js';
import { addressOf, call } from '../api/call.js';

/** First byte of every frame. */
const CHANNEL = { input: 0, output: 1, errors: 2, end: 3, size: 4 } as const;

/** A running shell. */
export interface ShellWire {
  type(text: string): void;
  resize(columns: number, rows: number): void;
  close(): void;
}

interface Listener {
  shown(bytes: Uint8Array): void;
  /** Why it is over, in words. */
  ended(why: string): void;
}

/** Which container to start a shell in. */
export interface Where {
  readonly service: string;
  readonly environment: string;
  readonly pod: string;
  /** The first one that is neither init nor sidecar when absent. */
  readonly container?: string;
}

/** Asks for a ticket, which is good once, and opens the shell with it. Throws what the API refuses. */
export async function openShell(
  { service, environment, ...which }: Where,
  listener: Listener,
): Promise<ShellWire> {
  const path = `v1/targets/${service}/${environment}/live/exec`;
  const { url, protocol, ticket } = await call<ExecTicketView>('POST', path, { body: which });
  const address = addressOf(url.replace(/^\//, '')).replace(/^http/, 'ws');
  const socket = new WebSocket(address, [protocol, `ticket.${ticket}`]);
  socket.binaryType = 'arraybuffer';
  let end: ExecEnd | undefined;
  socket.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
    const bytes = new Uint8Array(data);
    const rest = bytes.subarray(1);
    if (bytes[0] === CHANNEL.end) end = JSON.parse(new TextDecoder().decode(rest)) as ExecEnd;
    else if (bytes[0] === CHANNEL.output || bytes[0] === CHANNEL.errors) listener.shown(rest);
  });
  socket.addEventListener('close', ({ reason, code }) =>
    listener.ended(end?.reason ?? (reason === '' ? `The connection ended (${code})` : reason)),
  );
  await new Promise<void>((resolve) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('close', () => resolve(), { once: true });
  });
  return {
    type: (text) => send(socket, CHANNEL.input, text),
    resize: (columns, rows) => send(socket, CHANNEL.size, JSON.stringify({ columns, rows })),
    close: () => socket.close(1000),
  };
}

function send(socket: WebSocket, channel: number, text: string): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  const bytes = new TextEncoder().encode(text);
  const frame = new Uint8Array(bytes.length + 1);
  frame[0] = channel;
  frame.set(bytes, 1);
  socket.send(frame);
}
