import { hash, verify } from '@node-rs/argon2';
import type { DirectoryStore } from '../../shared/store/directory.js';
import { Refusal } from '../refusal.js';

/** 19 MiB, two passes, one lane: the first of the argon2id settings of the OWASP Password Storage Cheat Sheet. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Most passwords that one process judges at once; each takes a core and 19 MiB for some ten milliseconds. */
const MOST_AT_ONCE = 8;

/** Hashes and judges passwords. Many at once are refused with a 503, so that guessing starves nobody else. */
export function createPasswords(directory: Pick<DirectoryStore, 'passwordOf'>) {
  let underWay = 0;
  // Whoever has no password takes as long to be refused as whoever has one.
  const nobodys = hash('nobody has this password', COST);

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (underWay >= MOST_AT_ONCE)
      throw new Refusal('session.busy', 'Many people sign in at this moment; try again in 2 seconds');
    underWay += 1;
    try {
      return await work();
    } finally {
      underWay -= 1;
    }
  }

  return {
    /** Whether somebody may sign in with this password. */
    isRight: (name: string, password: string) =>
      inTurn(async () => {
        const stored = await directory.passwordOf(name);
        const fits = await verify(stored ?? (await nobodys), password);
        return fits && stored !== null;
      }),

    /** What is stored of a password. */
    hash: (password: string) => inTurn(() => hash(password, COST)),
  };
}

/** Hashes and judges passwords; see `createPasswords`. */
export type Passwords = ReturnType<typeof createPasswords>;
