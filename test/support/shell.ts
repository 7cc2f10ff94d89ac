import { WebSocket } from 'ws';
import { EXEC_CHANNEL, EXEC_PROTOCOL, type ExecEnd } from '../../src/shared/contract/live-exec.js';

/** Opens a shell by a ticket as a client does. Rejects with status and code of a refusal. */
export async function openShell(url: string, ticket: string, headers: Readonly<Record<string, string>>) {
  const socket = new WebSocket(
    `${url.replace('http', 'ws')}/v1/live/exec`,
    [EXEC_PROTOCOL, `ticket.${ticket}`],
    {
      headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== '')),
    },
  );
  let text = '';
  let end: ExecEnd | undefined;
  let heard = () => undefined as void;
  const ended = new Promise<{ readonly code: number; readonly end: ExecEnd | undefined }>((resolve) =>
    socket.once('close', (code) => resolve({ code, end })),
  );
  socket.on('message', (data: Buffer) => {
    const rest = data.subarray(1).toString('utf8');
    if (data[0] === EXEC_CHANNEL.output) text += rest;
    if (data[0] === EXEC_CHANNEL.end) end = JSON.parse(rest) as ExecEnd;
    heard();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.on('error', reject);
    socket.once('unexpected-response', (_, response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
      response.once('end', () =>
        reject(new Error(`${response.statusCode} ${(JSON.parse(body) as { code: string }).code}`)),
      );
    });
  });
  const send = (channel: number, bytes: string) =>
    socket.send(Buffer.concat([Buffer.of(channel), Buffer.from(bytes)]));
  return {
    ended,
    text: () => text,
    type: (typed: string) => send(EXEC_CHANNEL.input, typed),
    resize: (columns: number, rows: number) => send(EXEC_CHANNEL.size, JSON.stringify({ columns, rows })),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    /** Resolves once this was shown. */
    until: (part: string) =>
      new Promise<void>((resolve) => {
        heard = () => {
          if (text.includes(part)) resolve();
        };
        heard();
      }),
    close: () => socket.close(),
  };
}
