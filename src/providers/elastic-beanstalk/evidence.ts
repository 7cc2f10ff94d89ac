import { setTimeout as sleep } from 'node:timers/promises';
import type { Evidence, Turn } from '../contract.js';
import { attribute } from './attribution.js';
import type { Instance, TailLog } from './environment.js';
import { firstCause } from './platform-events.js';
import type { Rollout } from './rollout.js';
import { logExcerpts } from './tail-log.js';

// With pauses of a second the whole collection stays below half a minute; a rollback waits for it.
const MOST_TRIES = 25;
const MOST_TRIES_FOR_THE_REST = 5;
const LARGEST_LOG_BYTES = 4 * 1024 * 1024;
const MOST_INSTANCES = 3;

/** What went wrong, by events, causes, instances and logs. What cannot be collected is said, never fatal. */
export async function collectEvidence(turn: Turn, rollout: Rollout): Promise<Evidence> {
  const { baseline, eb, memory, target, watch } = rollout;
  const lines: string[] = [];
  const sighting = await orSay(lines, 'events', () => watch.look('environment', turn.signal));
  const events = sighting?.events ?? [];
  const cause = firstCause(attribute(events, baseline.anchorMs, memory.forwardRequest).ours);
  if (cause !== undefined)
    lines.push(`${new Date(cause.atMs).toISOString()} ${cause.severity} ${cause.message}`);
  let causes: readonly string[] = [];
  let instances: readonly Instance[] = memory.instances ?? [];
  if (baseline.reporting === 'enhanced') {
    const id = baseline.environmentId;
    causes = (await orSay(lines, 'causes', () => eb.health(id, turn.signal)))?.causes ?? [];
    instances = (await orSay(lines, 'instances', () => eb.instances(id, turn.signal))) ?? instances;
  }
  lines.push(...causes.map((one) => `cause: ${one}`), ...instances.map(rowOf));
  const anchorMs = Math.max(baseline.anchorMs, ...events.map((event) => event.atMs));
  const logs = await orSay(lines, 'logs', () => collectLogs(turn, rollout, anchorMs, instances.length));
  lines.push(...(logs ?? []));
  const bad = instances.flatMap((one) => one.causes)[0];
  return {
    firstCause:
      cause?.message ?? causes[0] ?? bad ?? `No event of ${target.environment} says what went wrong.`,
    lines,
  };
}

function rowOf({ id, health, label, deploymentId, deploymentStatus, causes }: Instance): string {
  const runs = `${label ?? 'no version'} (deployment ${deploymentId ?? 'unknown'}, ${deploymentStatus ?? 'unknown'})`;
  return [`${id}: ${health ?? 'unknown'}, ${runs}`, ...causes].join('; ');
}

/** Asks for tail logs and waits for them; a sample older than `anchorMs` is of an earlier request. */
async function collectLogs(
  turn: Turn,
  { baseline, eb, logPauseMs }: Rollout,
  anchorMs: number,
  expected: number,
): Promise<readonly string[]> {
  const id = baseline.environmentId;
  await eb.requestTails(id, turn.signal);
  let newest: readonly TailLog[] = [];
  let patience = MOST_TRIES;
  while (patience-- > 0) {
    await sleep(logPauseMs, undefined, { signal: turn.signal });
    newest = newestPerInstance(await eb.tails(id, turn.signal), anchorMs);
    if (newest.length >= Math.max(1, expected)) break;
    if (newest.length > 0) patience = Math.min(patience, MOST_TRIES_FOR_THE_REST);
  }
  const lines: string[] = [];
  for (const sample of newest.slice(0, MOST_INSTANCES)) {
    // The address is a bearer secret and dies after a quarter of an hour: it is used at once and never shown.
    const text = await download(sample.url, turn.signal);
    for (const excerpt of logExcerpts(text)) {
      lines.push(`${sample.instance} ${excerpt.file}:`, ...excerpt.lines.map((line) => `  ${line}`));
    }
  }
  if (newest.length < expected)
    lines.push(`logs of ${expected - newest.length} instances did not come in time`);
  return lines;
}

function newestPerInstance(samples: readonly TailLog[], anchorMs: number): readonly TailLog[] {
  const newest = new Map<string, TailLog>();
  for (const sample of samples) {
    const known = newest.get(sample.instance);
    if (sample.sampledAtMs < anchorMs || (known !== undefined && known.sampledAtMs >= sample.sampledAtMs)) {
      continue;
    }
    newest.set(sample.instance, sample);
  }
  return [...newest.values()];
}

async function download(url: string, signal: AbortSignal): Promise<string> {
  const reply = await fetch(url, { signal, redirect: 'error' });
  if (!reply.ok) throw new Error(`S3 answered ${reply.status} to the download of a log`);
  const size = Number(reply.headers.get('content-length') ?? 0);
  if (size > LARGEST_LOG_BYTES) throw new Error(`The log of an instance has ${size} bytes`);
  return (await reply.text()).slice(-LARGEST_LOG_BYTES);
}

async function orSay<T>(lines: string[], what: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    lines.push(`${what} could not be collected: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
