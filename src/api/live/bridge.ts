import { WebSocket, type RawData } from 'ws';
import { EXEC_CLOSE } from '../../shared/contract/live-exec.js';

/** Between two pings, in milliseconds: balancers and proxies end connections that are silent for a minute. */
const PING_MS = 20_000;
/** Bytes that one side has not taken above which the other is held back, and below which it goes on. */
const MUCH = 1024 * 1024;
const LITTLE = 128 * 1024;

interface Bridge {
  /** Whoever types. */
  readonly client: WebSocket;
  /** The gateway, held back until now. */
  readonly remote: WebSocket;
  /** Aborts when the person may not have the shell any more. */
  readonly rights: AbortSignal;
  /** Aborts when the process shuts down. */
  readonly closing: AbortSignal;
}

/** Passes frames both ways until one side or a signal ends it. Answers how it ended; never rejects. */
export function bridge({ client, remote, rights, closing }: Bridge): Promise<string> {
  return new Promise((resolve) => {
    let isAlive = true;
    let isOver = false;
    const ping = setInterval(() => {
      if (!isAlive) return end(EXEC_CLOSE.lost, 'the person did not answer');
      isAlive = false;
      client.ping();
    }, PING_MS);

    function end(code: number, how: string): void {
      if (isOver) return;
      isOver = true;
      clearInterval(ping);
      rights.removeEventListener('abort', withoutRights);
      closing.removeEventListener('abort', leave);
      client.close(code, how.slice(0, 100));
      remote.close(1000);
      resolve(how);
    }

    const withoutRights = () => end(EXEC_CLOSE.rights, 'the right to it ended');
    const leave = () => end(1012, 'the API shut down');
    rights.addEventListener('abort', withoutRights);
    closing.addEventListener('abort', leave);
    client.on('pong', () => (isAlive = true));
    pass(client, remote);
    pass(remote, client);
    client.on('error', () => client.terminate());
    client.once('close', () => end(1000, 'the person left'));
    remote.once('close', (code, reason) => {
      const isKnown = code === 1000 || code === 1012 || code >= 4_000;
      end(isKnown ? code : EXEC_CLOSE.lost, reason.toString('utf8') || 'the gateway was lost');
    });
    if (rights.aborted) withoutRights();
    if (closing.aborted) leave();
    remote.resume();
  });
}

/** Sends on what comes in; a side that takes nothing holds back the other. */
function pass(from: WebSocket, to: WebSocket): void {
  from.on('message', (data: RawData, isBinary: boolean) => {
    if (!isBinary || to.readyState !== WebSocket.OPEN) return;
    to.send(data as Buffer, () => {
      if (to.bufferedAmount < LITTLE) from.resume();
    });
    if (to.bufferedAmount > MUCH) from.pause();
  });
}
