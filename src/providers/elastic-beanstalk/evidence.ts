import type { Attachment, Evidence, Turn } from '../contract.js';
import { attribute } from './attribution.js';
import { collectLogs } from './collect-logs.js';
import type { Instance } from './environment.js';
import { firstCause } from './platform-events.js';
import type { Rollout } from './rollout.js';
import { logExcerpts, logFiles } from './tail-log.js';

// With pauses of a second the whole collection stays below half a minute; a rollback waits for it.
const MOST_LOOKS = 25;
// The log gets the first few; the attachments have them all.
const MOST_IN_THE_LOG = 3;

/** What went wrong, by events, causes, instances and logs. What cannot be collected is said, never fatal. */
export async function collectEvidence(turn: Turn, rollout: Rollout): Promise<Evidence> {
  const { baseline, memory, target, watch } = rollout;
  const lines: string[] = [];
  const sighting = await orSay(lines, 'events', () => watch.look('environment', turn.signal));
  const events = sighting?.events ?? [];
  const cause = firstCause(attribute(events, baseline.anchorMs, memory.forwardRequest).ours);
  if (cause !== undefined)
    lines.push(`${new Date(cause.atMs).toISOString()} ${cause.severity} ${cause.message}`);
  const { causes, instances } = await feelings(turn, rollout, lines);
  lines.push(...causes.map((one) => `cause: ${one}`), ...instances.map(rowOf));
  const sinceMs = Math.max(baseline.anchorMs, ...events.map((event) => event.atMs));
  const logs = await orSay(lines, 'logs', () => tails(turn, rollout, sinceMs, instances.length));
  lines.push(...(logs?.lines ?? []));
  const bad = instances.flatMap((one) => one.causes)[0];
  return {
    firstCause:
      cause?.message ?? causes[0] ?? bad ?? `No event of ${target.environment} says what went wrong.`,
    lines,
    ...(logs && { attachments: logs.attachments }),
  };
}

/** Causes and instances; what cannot be had is said in `lines`. */
async function feelings(
  turn: Turn,
  { baseline, eb, memory }: Rollout,
  lines: string[],
): Promise<{ readonly causes: readonly string[]; readonly instances: readonly Instance[] }> {
  const known = memory.instances ?? [];
  if (baseline.reporting !== 'enhanced') return { causes: [], instances: known };
  const id = baseline.environmentId;
  const report = await orSay(lines, 'causes', () => eb.health(id, turn.signal));
  const instances = await orSay(lines, 'instances', () => eb.instances(id, turn.signal));
  return { causes: report?.causes ?? [], instances: instances ?? known };
}

function rowOf({ id, health, label, deploymentId, deploymentStatus, causes }: Instance): string {
  const runs = `${label ?? 'no version'} (deployment ${deploymentId ?? 'unknown'}, ${deploymentStatus ?? 'unknown'})`;
  return [`${id}: ${health ?? 'unknown'}, ${runs}`, ...causes].join('; ');
}

/** The tail logs: excerpts for the log, and all of each instance as an attachment. */
async function tails(
  turn: Turn,
  { baseline, eb, logPauseMs }: Rollout,
  sinceMs: number,
  instances: number,
): Promise<{ readonly lines: readonly string[]; readonly attachments: readonly Attachment[] }> {
  const wish = { environmentId: baseline.environmentId, kind: 'tail', sinceMs, instances } as const;
  const { logs, missing, problems } = await collectLogs(
    eb,
    { ...wish, pauseMs: logPauseMs, looks: MOST_LOOKS },
    turn.signal,
  );
  const lines: string[] = [];
  const attachments: Attachment[] = [];
  for (const { instance, bytes } of logs) {
    const text = Buffer.from(bytes).toString('utf8');
    attachments.push({ name: `${instance}-tail.log`, text });
    if (attachments.length > MOST_IN_THE_LOG) continue;
    for (const excerpt of logExcerpts(logFiles(text))) {
      lines.push(`${instance} ${excerpt.file}:`, ...excerpt.lines.map((line) => `  ${line}`));
    }
  }
  lines.push(...problems.map((problem) => `the log of an instance could not be collected: ${problem}`));
  if (missing > 0) lines.push(`logs of ${missing} instances did not come in time`);
  return { lines, attachments };
}

async function orSay<T>(lines: string[], what: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    lines.push(`${what} could not be collected: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
