import { TextDecoder } from 'node:util';
import type { ExecSize } from '../shared/contract/live-exec.js';

/** What one recording may hold; a shell that shows more is ended, since nothing may be shown that is not recorded. */
const MOST_BYTES = 50 * 1024 * 1024;

/**
 * What a shell shows, as asciicast v2: https://docs.asciinema.org/manual/asciicast/v2/. Only output and sizes are in it:
 * what is typed without being shown, such as a password, is not recorded.
 */
export function createCast(about: { readonly title: string; readonly startedAt: number }) {
  const began = performance.now();
  const decoder = new TextDecoder();
  let waiting: string[] = [];
  let wake = () => undefined as void;
  let isOver = false;
  let bytes = 0;

  function add(text: string): void {
    bytes += Buffer.byteLength(text);
    waiting.push(text);
    wake();
  }

  function event(kind: 'o' | 'r', data: string): void {
    const seconds = Math.round(performance.now() - began) / 1_000;
    if (!isOver && data !== '') add(`${JSON.stringify([seconds, kind, data])}\n`);
  }

  const { title, startedAt } = about;
  const header = { version: 2, width: 80, height: 24, timestamp: Math.floor(startedAt / 1_000), title };
  add(`${JSON.stringify(header)}\n`);

  return {
    output: (chunk: Uint8Array) => event('o', decoder.decode(chunk, { stream: true })),
    resized: ({ columns, rows }: ExecSize) => event('r', `${columns}x${rows}`),
    /** Whether there is no room for more. */
    isFull: () => bytes >= MOST_BYTES,
    /** Characters that are not stored yet. */
    waiting: () => waiting.reduce((sum, { length }) => sum + length, 0),
    end(): void {
      event('o', decoder.decode());
      isOver = true;
      wake();
    },
    /** Its bytes as they come, until `end`. */
    async *chunks(): AsyncGenerator<Uint8Array> {
      for (;;) {
        const text = waiting.join('');
        waiting = [];
        if (text !== '') yield Buffer.from(text);
        else if (isOver) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

export type Cast = ReturnType<typeof createCast>;
