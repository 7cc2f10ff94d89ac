import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { keepLooking } from '../shared/keep-looking.js';
import { BEAT_MS, type Presences } from '../shared/store/presences.js';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/** How long a shutdown waits for Redis, in milliseconds. */
const PATIENCE_MS = 1_000;
/** Most ids of deployments that a worker names. */
const MOST_NAMED = 500;

interface PresenceDeps {
  readonly presences: Pick<Presences, 'beat' | 'leave'>;
  readonly name: string;
  readonly places: number;
  /** Ids of the deployments that this process carries now. */
  carries(): readonly string[];
  onError(error: unknown): void;
}

/** Says every few seconds that this worker is there, what it carries, and when it leaves. */
export interface Presence {
  /** From now on it says that it is leaving. */
  drain(): void;
  /** It is gone. A process that dies without this counts as silent, one that Redis does not answer in time as well. */
  close(): Promise<void>;
}

/** Begins at once. Nothing waits for it: a worker works all the same when it cannot say so. */
export function startPresence({ presences, name, places, carries, onError }: PresenceDeps): Presence {
  const startedAt = Date.now();
  let draining = false;
  const say = () =>
    presences.beat(name, {
      version,
      startedAt,
      places,
      carries: carries().slice(0, MOST_NAMED),
      draining,
    });
  say().catch(onError);
  const beats = keepLooking({ look: say, pauseMs: () => BEAT_MS, onError });
  return {
    drain() {
      draining = true;
      say().catch(onError);
    },
    async close() {
      const left = beats
        .close()
        .then(() => presences.leave(name))
        .catch(onError);
      await Promise.race([left, sleep(PATIENCE_MS, undefined, { ref: false })]);
    },
  };
}
