import type { Turn } from '../contract.js';
import { levelOf } from './platform-events.js';
import type { Sighting } from './region-watch.js';
import type { Memory } from './rollout.js';

/**
 * Copies new events to the log and returns the date of the newest known one. The first look of a session also
 * sees what an earlier session told; only what is younger than `saidMs` is new then.
 */
export function tellEvents(
  turn: Turn,
  memory: Memory,
  sighting: Sighting,
  saidMs: number | undefined,
): number {
  const untilMs = memory.told ? -Infinity : (saidMs ?? Infinity);
  memory.told = true;
  for (const event of sighting.fresh) {
    if (event.atMs > untilMs) turn.say(`Elastic Beanstalk: ${event.message}`, levelOf(event));
  }
  return Math.max(saidMs ?? 0, ...sighting.events.map((event) => event.atMs));
}
