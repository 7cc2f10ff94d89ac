import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { limitedCall } from '../../../src/workers/limited-call.js';

/** A call that ends when its signal does. */
const heeding = (signal: AbortSignal) =>
  new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  );

describe('a limited call', () => {
  it('answers what the call answers and leaves nothing behind, however many there are', async () => {
    const run = new AbortController();
    const signals: AbortSignal[] = [];
    for (let nth = 0; nth < 100; nth += 1)
      expect(
        await limitedCall(run.signal, 3_600_000, (signal) => {
          signals.push(signal);
          return Promise.resolve(nth);
        }),
      ).toBe(nth);

    expect(getEventListeners(run.signal, 'abort')).toHaveLength(0);
    run.abort();
    expect(signals.some(({ aborted }) => aborted)).toBe(false);
  });

  it('is told when its time is up', async () => {
    await expect(limitedCall(new AbortController().signal, 10, heeding)).rejects.toThrow(
      'The time of the call is up',
    );
  });

  it('is told when the run is given up, also before it began', async () => {
    const run = new AbortController();
    const call = limitedCall(run.signal, 3_600_000, heeding);
    run.abort(new Error('fenced'));

    await expect(call).rejects.toThrow('fenced');
    await expect(
      limitedCall(run.signal, 3_600_000, (signal) => Promise.resolve(signal.aborted)),
    ).resolves.toBe(true);
  });

  it('may take a time that is longer than any timer of Node', async () => {
    const answer = limitedCall(
      new AbortController().signal,
      2 ** 40,
      (signal) => new Promise((resolve) => setTimeout(() => resolve(signal.aborted), 20)),
    );

    await expect(answer).resolves.toBe(false);
  });

  it('does not hold up a process that leaves, even when it ignores that', async () => {
    const run = new AbortController();
    const call = limitedCall(run.signal, 3_600_000, () => new Promise(() => undefined));
    run.abort('shutdown');

    await expect(call).rejects.toThrow('did not answer');
  });
});
