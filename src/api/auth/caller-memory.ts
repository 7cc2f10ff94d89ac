import type { Caller } from '../access/caller.js';

/** Milliseconds for which credentials are believed without asking the store; an end is heard of at once besides. */
const BELIEVED_MS = 5_000;
const MOST_REMEMBERED = 10_000;

interface Remembered {
  readonly caller: Caller;
  readonly until: number;
}

/** Remembers for a moment who sent which credentials, under a key that holds no secret. */
export function createCallerMemory() {
  let remembered = new Map<string, Remembered>();

  return {
    /** The caller that is remembered, or the one that `find` answers. */
    recall(key: string, find: () => Promise<Caller>): Caller | Promise<Caller> {
      const known = remembered.get(key);
      if (known && known.until > Date.now()) return known.caller;
      const store = remembered;
      return find().then(
        (caller) => {
          if (store.size >= MOST_REMEMBERED) store.clear();
          // What was found while somebody was made to forget goes into a map that nobody asks any more.
          store.set(key, { caller, until: Math.min(caller.expiresAt ?? Infinity, Date.now() + BELIEVED_MS) });
          return caller;
        },
        (error: unknown) => {
          store.delete(key);
          throw error;
        },
      );
    },
    forget(): void {
      remembered = new Map();
    },
  };
}
