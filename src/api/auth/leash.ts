import { REFUSALS, Refusal } from '../refusal.js';
import type { Caller } from '../access/caller.js';
import type { Authentication, Credentials } from './authenticate.js';

/** Milliseconds between two looks whether those with an open answer may still have it. */
const LOOK_MS = 2_000;

interface Held {
  readonly credentials: Credentials;
  readonly rights: string;
  readonly controller: AbortController;
}

/**
 * Ends answers that stay open when their caller's token or session ends, or when what the caller may do has changed:
 * whoever still may comes back with a new request.
 */
export function createLeash({ authenticate }: Pick<Authentication, 'authenticate'>) {
  const held = new Set<Held>();
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    for (const each of held) if (!(await stands(each))) each.controller.abort();
  }

  async function stands({ credentials, rights }: Held): Promise<boolean> {
    try {
      return rightsOf(await authenticate(credentials)) === rights;
    } catch (error) {
      // A store or an identity provider that cannot be reached says nothing about anybody.
      return !(error instanceof Refusal && REFUSALS[error.code].status === 401);
    }
  }

  return {
    /** Aborts when the caller may no longer have the answer. Call `release` when the answer has ended. */
    hold(credentials: Credentials, caller: Caller): { readonly signal: AbortSignal; release(): void } {
      const one = { credentials, rights: rightsOf(caller), controller: new AbortController() };
      held.add(one);
      timer ??= setInterval(() => void look(), LOOK_MS).unref();
      return {
        signal: one.controller.signal,
        release() {
          held.delete(one);
          if (held.size > 0) return;
          clearInterval(timer);
          timer = undefined;
        },
      };
    },
    look,
  };
}

/** Ends open answers; see `createLeash`. */
export type Leash = ReturnType<typeof createLeash>;

const encoded = new WeakMap<Caller['grants'], string>();

/** The rights of a caller as a text to compare; encoded once for all open answers of one caller. */
function rightsOf({ grants }: Caller): string {
  const known = encoded.get(grants);
  if (known !== undefined) return known;
  const text = JSON.stringify(grants);
  encoded.set(grants, text);
  return text;
}
