import { createHash, timingSafeEqual } from 'node:crypto';
import { ROLES, type Role, type TokenView } from '../../shared/contract/token.js';
import { Refusal } from '../refusal.js';
import type { Caller } from '../route.js';
import { hashOf, isWellFormed } from './access-token.js';

/** Milliseconds for which a token is believed without asking the store; a removal is heard of at once besides. */
const BELIEVED_MS = 5_000;
const MOST_REMEMBERED = 10_000;

interface TokenStore {
  find(hash: string): Promise<TokenView | undefined>;
}

interface Remembered {
  readonly caller: Caller;
  readonly until: number;
}

/**
 * Finds out who calls. The bootstrap token of the configuration counts as an admin; only its hash is kept here.
 * Answers at once for a token seen lately, so that hot routes wait for nothing.
 */
export function createAuthentication(tokens: TokenStore, adminToken: string | undefined) {
  const remembered = new Map<string, Remembered>();
  const admin = adminToken === undefined ? undefined : digest(adminToken);

  /** Throws a 401 Refusal for a header that proves nothing. */
  function authenticate(authorization: string | undefined): Caller | Promise<Caller> {
    if (authorization === undefined) throw refuse('token.missing', 'The request has no Authorization header');
    if (!/^bearer /i.test(authorization))
      throw refuse('token.missing', 'The Authorization header holds no Bearer token');
    const token = authorization.slice(7).trim();
    const hash = hashOf(token);
    const known = remembered.get(hash);
    if (known && known.until > Date.now()) return known.caller;
    if (admin && timingSafeEqual(digest(token), admin)) return remember(hash, BOOTSTRAP, Infinity);
    if (!isWellFormed(token))
      throw refuse('token.invalid', 'The token is not one of Beanpod; check that it was copied as a whole');
    return ask(hash);
  }

  async function ask(hash: string): Promise<Caller> {
    const found = await tokens.find(hash);
    const ends = found === undefined ? 0 : Date.parse(found.expiresAt);
    if (!found || ends <= Date.now()) {
      remembered.delete(hash);
      throw refuse(
        'token.invalid',
        found ? `The token ${found.name} ended at ${found.expiresAt}` : 'The token is unknown or was removed',
      );
    }
    return remember(hash, { id: found.id, name: found.name, role: found.role }, ends);
  }

  function remember(hash: string, caller: Caller, ends: number): Caller {
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(hash, { caller, until: Math.min(ends, Date.now() + BELIEVED_MS) });
    return caller;
  }

  return {
    authenticate,
    /** Asks the store again for every token from now on. */
    forget: () => remembered.clear(),
  };
}

/** Finds out who calls; see `createAuthentication`. */
export type Authentication = ReturnType<typeof createAuthentication>;

/** Throws a 403 Refusal when the caller's role does not reach `needed`. */
export function authorise(caller: Caller, needed: Role): void {
  if (ROLES.indexOf(caller.role) >= ROLES.indexOf(needed)) return;
  throw new Refusal(
    'token.role',
    `This needs the role ${needed}; the token ${caller.name} has ${caller.role}`,
    {
      headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${needed}"` },
    },
  );
}

const BOOTSTRAP: Caller = { id: 'bootstrap', name: 'admin', role: 'admin' };

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function refuse(code: 'token.missing' | 'token.invalid', detail: string): Refusal {
  const challenge = code === 'token.missing' ? 'Bearer' : 'Bearer error="invalid_token"';
  return new Refusal(code, detail, { headers: { 'www-authenticate': challenge } });
}
