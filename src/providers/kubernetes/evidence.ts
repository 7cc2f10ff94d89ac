import type { Evidence, Turn } from '../contract.js';
import { explain } from './failures.js';
import type { Gateway } from './gateway.js';
import type { Assessment } from './health/assess-set.js';
import type { LogWish } from './failure/evidence.js';

/** Last lines of each log: where a crash explains itself. */
const LOG_LINES = 50;

/** What the last look saw of a bad version, with the logs of what broke, the run before included. */
export async function evidenceOf(
  last: Assessment | undefined,
  gateway: Gateway,
  turn: Turn,
): Promise<Evidence> {
  const outcome = last?.outcome;
  const firstCause =
    outcome?.said === 'failed'
      ? outcome.failure.detail
      : (last?.material.lines[0] ?? 'Nothing was seen of the new version');
  const logs: string[] = [];
  for (const wish of last?.material.logs ?? []) logs.push(...(await logLines(gateway, wish, turn)));
  return { firstCause, lines: [...(last?.material.lines ?? []), ...logs] };
}

async function logLines(
  gateway: Gateway,
  { namespace, pod, container, previous }: LogWish,
  turn: Turn,
): Promise<readonly string[]> {
  const title = `Log of ${pod}/${container}${previous ? ', the run before' : ''}`;
  try {
    const place = { namespace, name: pod, container };
    const lines = await gateway.log(place, { previous, lines: LOG_LINES }, turn.signal);
    return [`${title}:`, ...lines.map((line) => `  ${line}`)];
  } catch (error) {
    if (turn.signal.aborted) throw error;
    const said = explain(error);
    return [`${title}: ${said.said === 'failed' ? said.failure.detail : 'not available'}`];
  }
}
