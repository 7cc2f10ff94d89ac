import { WebSocket, type RawData } from 'ws';
import type { RemoteShell } from '../providers/live-operations.js';
import { EXEC_CHANNEL, EXEC_CLOSE, type ExecEnd, type ExecSize } from '../shared/contract/live-exec.js';
import type { Cast } from './cast.js';

/** Between two pings, in milliseconds; balancers end connections that are silent for a minute. */
const PING_MS = 20_000;
/** Bytes on their way to one side above which the other side is held back, and below which it goes on. */
const MUCH = 1024 * 1024;
const LITTLE = 128 * 1024;
const LOOK_MS = 50;

/** How long a shell may stay, in milliseconds. */
export interface ExecLimits {
  readonly idleMs: number;
  readonly totalMs: number;
}

interface SessionDeps {
  /** The API. */
  readonly client: WebSocket;
  readonly shell: RemoteShell;
  readonly cast: Cast;
  readonly limits: ExecLimits;
  /** Aborts when the process shuts down, or when what is shown can no longer be recorded. */
  readonly signal: AbortSignal;
}

/** Lets somebody type into a shell until either side, a limit or `signal` ends it. Answers how it ended. */
export function runSession({ client, shell, cast, limits, signal }: SessionDeps): Promise<ExecEnd> {
  return new Promise((resolve) => {
    let isOver = false;
    let isAlive = true;
    const idle = setTimeout(() => limited('Nobody typed for too long'), limits.idleMs);
    const total = setTimeout(() => limited('The longest life of a shell is over'), limits.totalMs);
    const ping = setInterval(() => {
      if (!isAlive) return client.terminate();
      isAlive = false;
      client.ping();
    }, PING_MS);
    const flow = setInterval(regulate, LOOK_MS);
    let isHeld = false;

    function finish(end: ExecEnd, code: number): void {
      if (isOver) return;
      isOver = true;
      for (const timer of [idle, total, ping, flow]) clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      shell.close();
      send(EXEC_CHANNEL.end, Buffer.from(JSON.stringify(end)));
      client.close(code, end.reason.slice(0, 100));
      resolve(end);
    }

    const limited = (reason: string) => finish({ reason }, EXEC_CLOSE.limit);
    const stop = () => finish({ reason: 'The gateway ended it' }, 1012);

    function send(channel: number, bytes: Uint8Array): void {
      if (client.readyState === WebSocket.OPEN) client.send(Buffer.concat([Buffer.of(channel), bytes]));
    }

    function regulate(): void {
      const ahead = Math.max(client.bufferedAmount, cast.waiting());
      if (!isHeld && ahead > MUCH) shell.pause();
      if (isHeld && ahead < LITTLE) shell.resume();
      isHeld = isHeld ? ahead >= LITTLE : ahead > MUCH;
      if (shell.waiting > MUCH) client.pause();
      else if (shell.waiting < LITTLE) client.resume();
    }

    function heard(frame: Buffer): void {
      const rest = frame.subarray(1);
      if (frame[0] === EXEC_CHANNEL.input) {
        idle.refresh();
        shell.input(rest);
      }
      const size = frame[0] === EXEC_CHANNEL.size ? sizeIn(rest) : undefined;
      if (size) {
        shell.resize(size);
        cast.resized(size);
      }
    }

    client.on('message', (data: RawData) => heard(data as Buffer));
    client.on('pong', () => (isAlive = true));
    client.on('error', () => client.terminate());
    client.once('close', () => finish({ reason: 'The person left' }, 1000));
    signal.addEventListener('abort', stop);
    if (signal.aborted) return stop();
    shell.listen({
      output(bytes) {
        cast.output(bytes);
        send(EXEC_CHANNEL.output, bytes);
        if (cast.isFull()) limited('It showed more than can be recorded');
      },
      ended: (end) => finish(end, 1000),
    });
  });
}

function sizeIn(bytes: Buffer): ExecSize | undefined {
  try {
    const { columns, rows } = JSON.parse(bytes.toString('utf8')) as Partial<ExecSize>;
    const isSize = (value: unknown): value is number =>
      Number.isInteger(value) && Number(value) > 0 && Number(value) <= 1_000;
    return isSize(columns) && isSize(rows) ? { columns, rows } : undefined;
  } catch {
    return undefined;
  }
}
