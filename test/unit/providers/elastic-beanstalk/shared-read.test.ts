import { describe, expect, it } from 'vitest';
import { createSharedRead } from '../../../../src/providers/elastic-beanstalk/shared-read.js';

/** Reads that end when the test says so. */
function createReads(): {
  read: (signal: AbortSignal) => Promise<number>;
  readonly signals: AbortSignal[];
  end(nth: number): void;
  fail(nth: number): void;
} {
  const signals: AbortSignal[] = [];
  const settlers: { resolve: (value: number) => void; reject: (error: Error) => void }[] = [];
  return {
    signals,
    read: (signal) =>
      new Promise((resolve, reject) => {
        signals.push(signal);
        settlers.push({ resolve, reject });
      }),
    end: (nth) => settlers[nth]?.resolve(nth),
    fail: (nth) => settlers[nth]?.reject(new Error(`read ${nth} failed`)),
  };
}

async function begun(reads: { readonly signals: AbortSignal[] }, count: number): Promise<void> {
  for (let turn = 0; turn < 100 && reads.signals.length < count; turn++) await Promise.resolve();
  expect(reads.signals).toHaveLength(count);
}

describe('a shared read', () => {
  it('answers a caller only with a read that began after the call', async () => {
    const reads = createReads();
    const shared = createSharedRead(reads.read);
    const { signal } = new AbortController();
    const first = shared(signal);
    await begun(reads, 1);

    const second = shared(signal);
    const third = shared(signal);
    reads.end(0);
    await begun(reads, 2);
    reads.end(1);

    expect(await Promise.all([first, second, third])).toEqual([0, 1, 1]);
  });

  it('goes on for the others when one caller is aborted, and ends with the last', async () => {
    const reads = createReads();
    const shared = createSharedRead(reads.read);
    const [one, two] = [new AbortController(), new AbortController()];
    const answers = [shared(one.signal), shared(two.signal)].map((answer) => answer.catch(() => 'aborted'));
    await begun(reads, 1);

    one.abort();
    expect(await answers[0]).toBe('aborted');
    expect(reads.signals[0]?.aborted).toBe(false);

    two.abort();
    expect(await answers[1]).toBe('aborted');
    expect(reads.signals[0]?.aborted).toBe(true);
  });

  it('fails for all who wait for it, and not for those who come later', async () => {
    const reads = createReads();
    const shared = createSharedRead(reads.read);
    const { signal } = new AbortController();
    const first = shared(signal);
    await begun(reads, 1);
    const second = shared(signal);

    reads.fail(0);
    await expect(first).rejects.toThrow('read 0 failed');
    await begun(reads, 2);
    reads.end(1);

    expect(await second).toBe(1);
  });

  it('does not begin for a caller that is aborted already', async () => {
    const reads = createReads();

    await expect(createSharedRead(reads.read)(AbortSignal.abort())).rejects.toThrow(/aborted/);
    expect(reads.signals).toHaveLength(0);
  });
});
