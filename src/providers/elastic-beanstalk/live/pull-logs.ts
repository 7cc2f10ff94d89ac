import type { LiveLog, LiveLogs } from '../../live-operations.js';
import { collectLogs } from '../collect-logs.js';
import type { Environment, LogKind } from '../environment.js';
import { logFiles } from '../tail-log.js';
import { knownInstances, type LiveSite } from './live-site.js';

// Bundles of a fleet take longer than tails; the caller waits for a minute at most.
const MOST_LOOKS = 40;

/** The logs of all instances, asked for now. */
export async function pullLogs(
  { eb, logPauseMs }: LiveSite,
  { id }: Environment,
  kind: LogKind,
  signal: AbortSignal,
): Promise<LiveLogs> {
  const instances = await knownInstances(eb, id, signal);
  // What is there already is of an earlier request. Both dates are of the same clock, that of AWS.
  const earlier = await eb.logs(id, kind, signal);
  const sinceMs = Math.max(0, ...earlier.map((sample) => sample.sampledAtMs)) + 1;
  const wish = { environmentId: id, kind, sinceMs, instances: instances.length } as const;
  const { logs } = await collectLogs(eb, { ...wish, pauseMs: logPauseMs, looks: MOST_LOOKS }, signal);
  const came = new Set(logs.map((log) => log.instance));
  return {
    logs: logs.map(({ instance, bytes }): LiveLog =>
      kind === 'bundle'
        ? { instance, zip: bytes }
        : { instance, files: logFiles(Buffer.from(bytes).toString('utf8')) },
    ),
    missing: instances.map((one) => one.id).filter((one) => !came.has(one)),
  };
}
