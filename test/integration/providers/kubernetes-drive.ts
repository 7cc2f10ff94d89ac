import type { Evidence, Release, Session, Step, Turn } from '../../../src/providers/contract.js';
import type { Provider } from '../../../src/providers/define-provider.js';
import type { Failure } from '../../../src/shared/domain/failures.js';
import type { Outcome } from '../../../src/shared/domain/outcome.js';

/** How a driven deployment ended, and everything it said. */
export interface Drive {
  readonly state: 'succeeded' | 'failed' | 'rolled_back' | 'rollback_failed';
  readonly failure: Failure | undefined;
  readonly evidence: Evidence | undefined;
  readonly lines: readonly string[];
  readonly steps: readonly string[];
  readonly baseline: unknown;
  /** Notes of intents, each of them a write that may have followed. */
  readonly intents: readonly string[];
}

export interface DriveOptions {
  readonly target: unknown;
  readonly release: Release;
  /** Kills the worker right after this many intents, before the write that they announce; once. */
  readonly crashAfterIntent?: number;
  /** Lets another worker take every single look. */
  readonly handOver?: 'always';
  /** Called before each look. */
  readonly before?: (place: string) => void | Promise<void>;
}

class Killed extends Error {}

/** Most looks of one deployment: a drive that does not end is a defect. */
const MOST_LOOKS = 5_000;

/** Follows a session as the runner does, in one process and without a store, and can kill the worker on the way. */
export async function drive(provider: Provider, options: DriveOptions): Promise<Drive> {
  const surroundings = { bundles: { open: () => Promise.resolve(undefined) } };
  const lines: string[] = [];
  const intents: string[] = [];
  const notes = new Map<string, string>();
  let epoch = 1;
  let session: Session<unknown> | undefined;
  let looks = 0;
  let wrote = false;
  let baseline: unknown;

  async function opened(): Promise<Session<unknown>> {
    if (session) return session;
    const answer = await provider.open(options.target, options.release, surroundings);
    if (!answer.ok) throw new Error(answer.problems.join('; '));
    session = answer.session;
    return session;
  }

  async function die(): Promise<void> {
    await session?.close?.();
    session = undefined;
    epoch += 1;
  }

  function turnOf(key: string, writes: boolean): Turn {
    return {
      signal: AbortSignal.timeout(20_000),
      epoch,
      intent: notes.get(key),
      intentAgeMs: 0,
      noteOf: () => undefined,
      say: (line) => void lines.push(line),
      async intend(note) {
        intents.push(note);
        notes.set(key, note);
        if (writes) wrote = true;
        if (intents.length === options.crashAfterIntent) throw new Killed();
      },
    };
  }

  async function until(
    key: string,
    writes: boolean,
    look: (turn: Turn) => Promise<Outcome>,
  ): Promise<Outcome> {
    for (;;) {
      looks += 1;
      if (looks > MOST_LOOKS) throw new Error(`${key} never ended; last said: ${lines.at(-1)}`);
      await options.before?.(key);
      if (options.handOver) await die();
      try {
        const outcome = await look(turnOf(key, writes));
        if (outcome.said !== 'wait') return outcome;
        lines.push(`(${outcome.because})`);
        await pause(outcome.forMs);
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
        await die();
      }
    }
  }

  async function pause(forMs: number): Promise<void> {
    const limit = AbortSignal.timeout(Math.ceil(Math.min(50, forMs)));
    const changed = session?.changed?.(limit) ?? Promise.resolve();
    const over = new Promise<void>((resolve) => limit.addEventListener('abort', () => resolve()));
    await Promise.race([changed, over]);
    // A change is often one of many; a breath lets the rest come in.
    await new Promise((resolve) => setTimeout(resolve, 2));
  }

  async function run(side: 'forward' | 'back'): Promise<Outcome> {
    const ids = (await opened())[side](baseline).map(({ id }) => id);
    for (const [index, id] of ids.entries()) {
      const step = async (): Promise<Step> => {
        const again = (await opened())[side](baseline);
        if (again.map((each) => each.id).join() !== ids.join()) throw new Error('the plan has changed');
        return again[index] as Step;
      };
      const { writes } = await step();
      const outcome = await until(`${side}:${id}`, writes, async (turn) => (await step()).run(turn));
      if (outcome.said !== 'done') return outcome;
    }
    return { said: 'done' };
  }

  async function settled(from: Session<unknown>, turn: Turn): Promise<Outcome> {
    return (await from.settle?.(turn, baseline)) ?? { said: 'done' };
  }

  let noRollback: Failure | undefined;
  const captured = await until('capture', false, async (turn) => {
    const answer = await (await opened()).capture(turn);
    if (answer.said !== 'captured') return answer;
    baseline = JSON.parse(JSON.stringify(answer.baseline));
    noRollback = answer.noRollback;
    lines.push(answer.summary);
    return { said: 'done' };
  });
  const end = (state: Drive['state'], failure?: Failure, evidence?: Evidence): Drive => {
    return { state, failure, evidence, lines, baseline, intents, steps: [...notes.keys()] };
  };
  try {
    if (captured.said === 'failed') return end('failed', captured.failure);
    const forward = await run('forward');
    const verdict =
      forward.said === 'done'
        ? await until('verify', false, async (turn) => (await opened()).assess(turn, baseline))
        : forward;
    if (verdict.said !== 'failed') {
      await until('verify:settle', false, async (turn) => settled(await opened(), turn));
      return end('succeeded');
    }
    if (!wrote || noRollback) return end('failed', verdict.failure);
    const evidence = await (await opened()).evidence(turnOf('evidence', false), baseline);
    const back = await run('back');
    if (back.said === 'failed') return end('rollback_failed', back.failure, evidence);
    return end('rolled_back', verdict.failure, evidence);
  } finally {
    await die();
  }
}
