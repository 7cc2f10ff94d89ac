import { WebSocket } from 'ws';
import { EXEC_CHANNEL, type ExecEnd, type ExecTicketView } from '../shared/contract/live-exec.js';
import type { ApiClient } from './api-client.js';
import { EXIT } from './exit-code.js';
import { Stop } from './stop.js';

const OPEN_MS = 30_000;

/** Connects the terminal of this process with a shell until either ends. Throws a `Stop` when there is none. */
export async function useRemoteShell(
  { url, token }: Pick<ApiClient, 'url' | 'token'>,
  { ticket, protocol, url: path }: ExecTicketView,
  interrupted: AbortSignal,
): Promise<ExecEnd> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${path}`, [protocol, `ticket.${ticket}`], {
    headers: { authorization: `Bearer ${await token()}` },
    handshakeTimeout: OPEN_MS,
    perMessageDeflate: false,
  });
  const { stdin, stdout } = process;
  const send = (channel: number, bytes: Uint8Array) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(Buffer.concat([Buffer.of(channel), bytes]));
  };
  const type = (bytes: Buffer) => send(EXEC_CHANNEL.input, bytes);
  const resize = () => {
    // A pipe has no size.
    const size = { columns: stdout.columns || 80, rows: stdout.rows || 24 };
    send(EXEC_CHANNEL.size, Buffer.from(JSON.stringify(size)));
  };
  // What is piped in ends like a terminal does: with the character for the end of input.
  const endInput = () => type(Buffer.of(4));
  const leave = () => socket.close(1000);

  function begin(): void {
    // From here on Ctrl-C and all other keys are for the shell.
    if (stdin.isTTY) stdin.setRawMode(true);
    stdin.on('data', type).once('end', endInput);
    stdout.on('resize', resize);
    interrupted.addEventListener('abort', leave);
    resize();
  }

  function restore(): void {
    stdin.off('data', type).off('end', endInput).pause();
    stdout.off('resize', resize);
    interrupted.removeEventListener('abort', leave);
    if (stdin.isTTY) stdin.setRawMode(false);
  }

  try {
    return await new Promise<ExecEnd>((resolve, reject) => {
      let end: ExecEnd | undefined;
      socket.once('open', begin);
      socket.on('message', (data: Buffer) => {
        const rest = data.subarray(1);
        if (data[0] === EXEC_CHANNEL.output || data[0] === EXEC_CHANNEL.errors) stdout.write(rest);
        if (data[0] === EXEC_CHANNEL.end) end = JSON.parse(rest.toString('utf8')) as ExecEnd;
      });
      socket.once('close', (code, reason) =>
        resolve(end ?? { reason: reason.toString('utf8') || `The connection ended (${code})` }),
      );
      socket.on('error', (error) => reject(new Stop(EXIT.unreachable, `No shell: ${error.message}`)));
    });
  } finally {
    restore();
  }
}
