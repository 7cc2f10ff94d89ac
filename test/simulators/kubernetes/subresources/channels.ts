import type { WebSocket } from 'ws';

/** The streams of the remote command protocol, by channel number. */
const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4, close: 255 } as const;

/** The subprotocols that are spoken, the best first; v5 adds closing of single streams. */
export const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const;

/** One remote command or attachment over a WebSocket. */
export interface RemoteStreams {
  out(text: string): void;
  err(text: string): void;
  onInput(heard: (text: string) => void): void;
  /** The client closed its input, which only v5 can say. */
  onInputEnd(heard: () => void): void;
  onResize(heard: (size: { Width: number; Height: number }) => void): void;
  onClose(heard: () => void): void;
  /** Reports the exit code and closes. */
  finish(exitCode: number): void;
}

/**
 * Speaks channel.k8s.io on a socket.
 * Source: https://kubernetes.io/docs/reference/using-api/api-concepts/
 */
export function openStreams(socket: WebSocket): RemoteStreams {
  let input: (text: string) => void = () => undefined;
  let inputEnd = (): void => undefined;
  let resize: (size: { Width: number; Height: number }) => void = () => undefined;

  socket.on('message', (message: Buffer) => {
    const [channel] = message;
    const rest = message.subarray(1);
    if (channel === CHANNEL.stdin) input(rest.toString('utf8'));
    if (channel === CHANNEL.resize)
      resize(JSON.parse(rest.toString('utf8')) as { Width: number; Height: number });
    if (channel === CHANNEL.close && rest[0] === CHANNEL.stdin) inputEnd();
  });

  function send(channel: number, text: string): void {
    if (socket.readyState === socket.OPEN)
      socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(text)]));
  }

  return {
    out: (text) => send(CHANNEL.stdout, text),
    err: (text) => send(CHANNEL.stderr, text),
    onInput: (heard) => void (input = heard),
    onInputEnd: (heard) => void (inputEnd = heard),
    onResize: (heard) => void (resize = heard),
    onClose: (heard) => void socket.on('close', heard),
    finish(exitCode) {
      send(CHANNEL.status, JSON.stringify(statusOf(exitCode)));
      socket.close(1000);
    },
  };
}

function statusOf(exitCode: number): unknown {
  if (exitCode === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}
