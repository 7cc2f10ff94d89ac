import { timingSafeEqual } from 'node:crypto';
import { rulesOfRoles, grantsOf, type Owner } from '../../shared/domain/access-directory.js';
import type { DirectoryStore } from '../../shared/store/directory.js';
import type { GivenSecrets } from '../../shared/store/given-secrets.js';
import type { StoredToken, Tokens } from '../../shared/store/tokens.js';
import { Refusal } from '../refusal.js';
import type { Caller } from '../access/caller.js';
import { hashOf, isWellFormed } from './access-token.js';
import { createCallerMemory } from './caller-memory.js';
import { isSecure, sessionIn } from './session-cookie.js';

/** The headers by which a request may say who sends it. */
export interface Credentials {
  readonly authorization?: string | undefined;
  readonly cookie?: string | undefined;
}

/** What proves who calls. */
export interface AuthenticationDeps {
  readonly tokens: Pick<Tokens, 'find' | 'used'>;
  readonly directory: Pick<DirectoryStore, 'current' | 'refresh'>;
  readonly given: Pick<GivenSecrets, 'find'>;
  /** Recognises CI runs, or throws a 401 Refusal; absent when no tokens of theirs are taken. */
  readonly ci?: { callerOf(token: string): Promise<Caller> };
  /** The bootstrap token of the configuration; only its hash is kept. */
  readonly adminToken?: string | undefined;
  /** Where browsers reach the API; over https, only a cookie that no other host could set proves a session. */
  readonly publicUrl?: string | undefined;
}

const USED_EVERY_MS = 60_000;
const INSTALLATION: Owner = { kind: 'installation', name: 'installation' };

/**
 * Finds out who calls: by a token or the signed token of a CI run in the Authorization header, else by the cookie of
 * a session. Answers at once for credentials seen lately, so that hot routes wait for nothing.
 */
export function createAuthentication(deps: AuthenticationDeps) {
  const { tokens, directory, given, ci, adminToken, publicUrl } = deps;
  const [byTokenHash, bySessionHash] = [createCallerMemory(), createCallerMemory()];
  const used = new Map<string, number>();
  const admin = adminToken === undefined ? undefined : hashOf(adminToken);

  /** Throws a 401 Refusal for credentials that prove nothing. */
  function authenticate({ authorization, cookie }: Credentials): Caller | Promise<Caller> {
    if (authorization !== undefined) return byHeader(authorization);
    const secret = sessionIn(cookie, isSecure(publicUrl));
    if (secret === undefined)
      throw refuse('token.missing', 'The request has neither an Authorization header nor a session');
    const hash = hashOf(secret);
    return bySessionHash.recall(hash, () => bySession(hash));
  }

  function byHeader(authorization: string): Caller | Promise<Caller> {
    if (!/^bearer /i.test(authorization))
      throw refuse('token.missing', 'The Authorization header holds no Bearer token');
    const token = authorization.slice(7).trim();
    const hash = hashOf(token);
    return byTokenHash.recall(hash, () => byToken(token, hash));
  }

  function byToken(token: string, hash: string): Promise<Caller> {
    if (isAdmin(hash)) return Promise.resolve(bootstrap('token'));
    if (ci && /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return ci.callerOf(token);
    if (!isWellFormed(token))
      throw refuse('token.invalid', 'The token is not one of Beanpod; check that it was copied as a whole');
    return byStored(hash, 'token');
  }

  async function byStored(hash: string, by: 'token' | 'session'): Promise<Caller> {
    if (isAdmin(hash)) return bootstrap(by);
    const found = await tokens.find(hash);
    const expiresAt = found === undefined ? 0 : Date.parse(found.expiresAt);
    if (!found || expiresAt <= Date.now())
      throw refuse(
        'token.invalid',
        found ? `The token ${found.name} ended at ${found.expiresAt}` : 'The token is unknown or was removed',
      );
    note(found);
    const owner = found.owner ?? INSTALLATION;
    const grants = await grantsNow(owner, found);
    // Its owner chose the name of the token; approvals and blockers go by whom it acts for.
    const name = owner.kind === 'installation' ? found.name : owner.name;
    return { id: found.id, name, grants, owner, by, expiresAt };
  }

  async function bySession(hash: string): Promise<Caller> {
    const session = await given.find('session', hash);
    if (!session || session.expiresAt <= Date.now())
      throw refuse('token.invalid', 'The session has ended; sign in again');
    const { of, createdAt, expiresAt } = session;
    if ('token' in of) {
      const caller = await byStored(of.token, 'session');
      return { ...caller, expiresAt: Math.min(expiresAt, caller.expiresAt ?? expiresAt) };
    }
    const owner: Owner = { kind: 'person', name: of.person };
    const grants = await grantsNow(owner);
    if ((directory.current().signedOut.get(of.person) ?? 0) >= createdAt)
      throw refuse('token.invalid', `${of.person} was signed out everywhere; sign in again`);
    return { id: `person:${of.person}`, name: of.person, grants, owner, by: 'session', expiresAt };
  }

  async function grantsNow(owner: Owner, scope?: StoredToken): Promise<Caller['grants']> {
    // Another process may have added the owner since this one last looked.
    const grants =
      grantsOf(directory.current(), owner, scope) ?? grantsOf(await directory.refresh(), owner, scope);
    if (grants) return grants;
    throw refuse('token.invalid', `The ${owner.kind} ${owner.name} is disabled or was removed`);
  }

  function isAdmin(hash: string): boolean {
    return admin !== undefined && timingSafeEqual(Buffer.from(hash), Buffer.from(admin));
  }

  function bootstrap(by: 'token' | 'session'): Caller {
    const grants = [rulesOfRoles(directory.current(), ['admin'])];
    return { id: 'bootstrap', name: 'admin', grants, owner: INSTALLATION, by };
  }

  function note({ id }: StoredToken): void {
    const now = Date.now();
    if (now - (used.get(id) ?? 0) < USED_EVERY_MS) return;
    used.set(id, now);
    tokens.used(id, now).catch(() => used.delete(id));
  }

  return {
    authenticate,
    /** Asks the store again for everybody from now on. */
    forget(): void {
      byTokenHash.forget();
      bySessionHash.forget();
    },
  };
}

/** Finds out who calls; see `createAuthentication`. */
export type Authentication = ReturnType<typeof createAuthentication>;

/** The 401 for credentials that prove nothing. */
export function refuse(code: 'token.missing' | 'token.invalid', detail: string): Refusal {
  const challenge = code === 'token.missing' ? 'Bearer' : 'Bearer error="invalid_token"';
  return new Refusal(code, detail, { headers: { 'www-authenticate': challenge } });
}
