import type { CastEvent } from './cast.js';

/** Longest pause, in seconds, when long ones are cut short. */
const SHORT_PAUSE = 1.5;

/** When each event is played, in seconds since the start; pauses as they were, or none longer than 1.5 s. */
export function timesOf(events: readonly CastEvent[], pauses: 'real' | 'short'): readonly number[] {
  let [time, before] = [0, 0];
  return events.map(({ at }) => {
    const pause = at - before;
    before = at;
    time += pauses === 'short' ? Math.min(pause, SHORT_PAUSE) : pause;
    return time;
  });
}

/** How many events have been played at a time. */
export function playedAt(times: readonly number[], time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The same moment of a recording when its pauses are played otherwise. */
export function timeAfterChange(time: number, before: readonly number[], after: readonly number[]): number {
  const played = playedAt(before, time);
  if (played === 0) return Math.min(time, after[0] ?? 0);
  const since = time - (before[played - 1] ?? 0);
  const start = after[played - 1] ?? 0;
  return Math.min(start + since, after[played] ?? start);
}

/** `1:05`, or `1:02:05` from an hour on. */
export function spellClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60];
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(whole % 60)}`
    : `${Math.floor(whole / 60)}:${two(whole % 60)}`;
}
