import { setTimeout as sleep } from 'node:timers/promises';
import type { LogKind, LogSample } from './environment.js';
import type { Gateway } from './gateway.js';

/** Bytes of the logs of one instance. */
export interface CollectedLog {
  readonly instance: string;
  readonly bytes: Uint8Array;
}

/** The logs that came. */
export interface CollectedLogs {
  readonly logs: readonly CollectedLog[];
  /** How many of the expected instances sent nothing in time, and why downloads failed. */
  readonly missing: number;
  readonly problems: readonly string[];
}

export interface LogWish {
  readonly environmentId: string;
  readonly kind: LogKind;
  /** Date of an event or sample before this request; older samples are of an earlier one. */
  readonly sinceMs: number;
  /** How many instances there are; 0 when nobody knows. */
  readonly instances: number;
  /** Milliseconds between two looks. */
  readonly pauseMs: number;
  /** Looks in all, and at most so many once the first instance has answered. */
  readonly looks: number;
}

const LOOKS_FOR_THE_REST = 5;
const MOST_DOWNLOADS = 20;
const LARGEST_BYTES: Readonly<Record<LogKind, number>> = {
  tail: 4 * 1024 * 1024,
  bundle: 64 * 1024 * 1024,
};

/** Asks the instances for their logs, waits for them and downloads what came. */
export async function collectLogs(
  eb: Pick<Gateway, 'requestLogs' | 'logs'>,
  wish: LogWish,
  signal: AbortSignal,
): Promise<CollectedLogs> {
  await eb.requestLogs(wish.environmentId, wish.kind, signal);
  const samples = await awaitSamples(eb, wish, signal);
  const logs: CollectedLog[] = [];
  const problems: string[] = [];
  for (const { instance, url } of samples.slice(0, MOST_DOWNLOADS)) {
    try {
      // The address is a bearer secret and dies after a quarter of an hour: it is used at once and never shown.
      logs.push({ instance, bytes: await download(url, LARGEST_BYTES[wish.kind], signal) });
    } catch (error) {
      signal.throwIfAborted();
      problems.push(`${instance}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { logs, missing: Math.max(0, wish.instances - samples.length), problems };
}

async function awaitSamples(
  eb: Pick<Gateway, 'logs'>,
  { environmentId, kind, sinceMs, instances, pauseMs, looks }: LogWish,
  signal: AbortSignal,
): Promise<readonly LogSample[]> {
  let patience = looks;
  let newest: readonly LogSample[] = [];
  while (patience-- > 0) {
    await sleep(pauseMs, undefined, { signal });
    newest = newestPerInstance(await eb.logs(environmentId, kind, signal), sinceMs);
    if (newest.length >= Math.max(1, instances)) break;
    if (newest.length > 0) patience = Math.min(patience, LOOKS_FOR_THE_REST);
  }
  return newest;
}

function newestPerInstance(samples: readonly LogSample[], sinceMs: number): readonly LogSample[] {
  const newest = new Map<string, LogSample>();
  for (const sample of samples) {
    const known = newest.get(sample.instance);
    if (sample.sampledAtMs < sinceMs || (known !== undefined && known.sampledAtMs >= sample.sampledAtMs)) {
      continue;
    }
    newest.set(sample.instance, sample);
  }
  return [...newest.values()];
}

async function download(url: string, most: number, signal: AbortSignal): Promise<Uint8Array> {
  const reply = await fetch(url, { signal, redirect: 'error' });
  if (!reply.ok || reply.body === null) {
    await reply.body?.cancel();
    throw new Error(`S3 answered ${reply.status} to the download of its log`);
  }
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of reply.body as AsyncIterable<Uint8Array>) {
    size += piece.length;
    if (size > most) throw new Error(`its log is larger than ${most} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
