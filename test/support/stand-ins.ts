import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';

/** One request that a stand-in was sent. */
export interface Seen {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly body: Record<string, unknown>;
}

/** An HTTP server of somebody else: remembers what it was sent, and answers as it is told. */
export async function startStandIn() {
  const seen: Seen[] = [];
  let answers: ((one: Seen) => { status: number; body?: object }) | undefined;
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const body = JSON.parse(text === '' ? '{}' : text) as Record<string, unknown>;
      const one = { path: request.url ?? '', headers: request.headers, text, body };
      seen.push(one);
      const { status, body: said = {} } = answers?.(one) ?? { status: 200 };
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said));
    });
  });
  await listening(server);
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    seen,
    bodies: () => seen.map(({ body }) => body),
    answer(how: typeof answers): void {
      answers = how;
    },
    /** Forgets what it saw and how to answer. */
    reset(): void {
      seen.length = 0;
      answers = undefined;
    },
    close: () => closed(server),
  };
}

/** As much of SMTP as it takes to be given a mail. RFC 5321 */
export async function startMailServer() {
  const mails: string[] = [];
  const server = createTcpServer((socket) => {
    let data = false;
    let text = '';
    socket.write('220 stand-in\r\n');
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      for (const line of chunk.toString().split('\r\n').slice(0, -1)) {
        if (data && line === '.') {
          data = false;
          mails.push(text);
          text = '';
          socket.write('250 taken\r\n');
        } else if (data) text += `${line}\n`;
        else if (line === 'DATA') {
          data = true;
          socket.write('354 go on\r\n');
        } else if (line === 'QUIT') socket.end('221 bye\r\n');
        else socket.write('250 ok\r\n');
      }
    });
  });
  await listening(server);
  return { url: `smtp://127.0.0.1:${portOf(server)}`, mails, close: () => closed(server) };
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function closed(server: Server): Promise<void> {
  await new Promise((resolve) => server.close(resolve));
}
