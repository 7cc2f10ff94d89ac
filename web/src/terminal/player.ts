import { sizeIn, type Cast } from './cast.js';
import { playedAt, timeAfterChange, timesOf } from './timeline.js';

/** Milliseconds between two looks at what is due. */
const BEAT_MS = 40;

/** Where a recording is shown. */
interface Screen {
  write(text: string): void;
  clear(): void;
  resize(columns: number, rows: number): void;
}

/** How far a recording is, in seconds of its playing time. */
export interface Playing {
  readonly time: number;
  readonly length: number;
  readonly isPlaying: boolean;
}

/** Plays a recording on a screen. `told` hears of every change. */
export function createPlayer(cast: Cast, screen: Screen, told: (playing: Playing) => void) {
  const { events, columns, rows } = cast;
  let times = timesOf(events, 'short');
  let [time, played, speed] = [0, 0, 1];
  let beat: ReturnType<typeof setInterval> | undefined;
  let beatAt = 0;
  const length = () => times.at(-1) ?? 0;
  const tell = () => told({ time, length: length(), isPlaying: beat !== undefined });

  function show(): void {
    const due = playedAt(times, time);
    let text = '';
    for (; played < due; played += 1) {
      const event = events[played];
      const size = event?.kind === 'size' ? sizeIn(event.text) : undefined;
      if (event?.kind === 'output') text += event.text;
      if (!size) continue;
      screen.write(text);
      text = '';
      screen.resize(size.columns, size.rows);
    }
    screen.write(text);
    tell();
  }

  function seek(to: number): void {
    time = Math.min(Math.max(0, to), length());
    if (playedAt(times, time) < played) {
      played = 0;
      screen.clear();
      screen.resize(columns, rows);
    }
    show();
  }

  function pause(): void {
    clearInterval(beat);
    beat = undefined;
    tell();
  }

  function play(): void {
    if (beat !== undefined) return;
    if (time >= length()) seek(0);
    beatAt = performance.now();
    beat = setInterval(() => {
      const now = performance.now();
      time = Math.min(length(), time + ((now - beatAt) / 1_000) * speed);
      beatAt = now;
      show();
      if (time >= length()) pause();
    }, BEAT_MS);
    tell();
  }

  screen.resize(columns, rows);
  return {
    play,
    pause,
    toggle: () => (beat === undefined ? play() : pause()),
    seek,
    /** Goes on at this many times the speed of then. */
    speed: (factor: number) => void (speed = factor),
    /** Plays long pauses as they were, or cuts them short, from the same moment on. */
    pauses(how: 'real' | 'short') {
      const after = timesOf(events, how);
      time = timeAfterChange(time, times, after);
      times = after;
      tell();
    },
  };
}
