import { setTimeout as sleep } from 'node:timers/promises';
import type { Entry } from '../shared/store/entries.js';
import type { Change, Lease, Leases, Saved, Withheld } from '../shared/store/lease.js';

/** How long lines are gathered before they travel, in milliseconds. */
const GATHER_MS = 100;
const MOST_GATHERED = 500;

/** Thrown when the target belongs to another worker by now: whoever sees it stops without writing anything. */
export class LeaseLost extends Error {
  override name = 'LeaseLost';
}

interface ScribeDeps {
  readonly leases: Pick<Leases, 'save' | 'append' | 'hold'>;
  readonly lease: Lease;
  /** Ends all retries: the watchdog or a shutdown that could wait no longer. */
  readonly signal: AbortSignal;
  onFenced(): void;
}

/**
 * Writes what a run finds out, strictly in order and each batch exactly once: a batch whose reply got lost is sent
 * again under the same number. Lines said between two saves are stored before or with the later one.
 */
export function createScribe({ leases, lease, signal, onFenced }: ScribeDeps) {
  let batch = 0;
  // What comes after a lost batch would leave a hole in the journal: the rest is left to the next owner.
  let givenUp = false;
  let gathered: Entry[] = [];
  let timer: NodeJS.Timeout | undefined;
  let tail: Promise<unknown> = Promise.resolve();

  function inOrder<T>(write: () => Promise<T>): Promise<T> {
    const mine = tail.then(write);
    tail = mine.catch(() => undefined);
    return mine;
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    return inOrder(async () => {
      if (gathered.length === 0) return;
      const entries = gathered;
      gathered = [];
      batch += 1;
      if ((await persist(() => leases.append(lease, batch, entries))) === 'fenced') lost();
    });
  }

  /** The lines said so far, for the next batch. */
  function takeGathered(): readonly Entry[] {
    const entries = gathered;
    gathered = [];
    clearTimeout(timer);
    timer = undefined;
    batch += 1;
    return entries;
  }

  async function persist<T>(write: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        if (givenUp) throw new Error('An earlier batch was given up');
        return await write();
      } catch (error) {
        if (signal.aborted) {
          givenUp = true;
          throw error;
        }
        await sleep(200);
      }
    }
  }

  function lost(): never {
    onFenced();
    throw new LeaseLost('Another worker owns the target');
  }

  return {
    say(entry: Entry): void {
      gathered.push(entry);
      if (gathered.length >= MOST_GATHERED) void flush().catch(() => undefined);
      else timer ??= setTimeout(() => void flush().catch(() => undefined), GATHER_MS);
    },
    flush,
    /** Stores the change with all lines said so far; resolves once it is durable. Throws `LeaseLost`. */
    save(change: Omit<Change, 'entries'>): Promise<Extract<Saved, { said: 'ok' }>> {
      return inOrder(async () => {
        const entries = takeGathered();
        const saved = await persist(() => leases.save(lease, batch, { ...change, entries }));
        return saved.said === 'ok' ? saved : lost();
      });
    },
    /** Gives the deployment back, held, with all lines said so far; or finds that it is to be cancelled instead. */
    hold(
      withheld: Omit<Withheld, 'entries'>,
    ): Promise<Exclude<Awaited<ReturnType<Leases['hold']>>, { said: 'fenced' }>> {
      return inOrder(async () => {
        const entries = takeGathered();
        const held = await persist(() => leases.hold(lease, batch, { ...withheld, entries }));
        if (held.said === 'fenced') return lost();
        if (held.said === 'cancelling') gathered = [...entries, ...gathered];
        return held;
      });
    },
  };
}

export type Scribe = ReturnType<typeof createScribe>;
