import { createHash, timingSafeEqual } from 'node:crypto';
import type { DirectoryStore } from '../../shared/store/directory.js';
import { Refusal } from '../refusal.js';
import { hashOf, makeSecret } from './access-token.js';
import { verify } from './ci-identity.js';
import { personOf, type Claims } from './oidc-claims.js';
import { askProvider, unavailable, type Issuers } from './signing-keys.js';

/** How long somebody may take at the identity provider, in milliseconds. */
export const JOURNEY_MS = 10 * 60_000;

/** How we are known to the identity provider. */
export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** Absent for a public client, which PKCE alone protects. */
  readonly clientSecret?: string | undefined;
  /** Claim with the groups of a person. */
  readonly groupsClaim: string;
  readonly scopes: string;
  /** Address by which browsers reach us. */
  readonly publicUrl: string;
}

interface OidcDeps {
  readonly issuers: Issuers;
  readonly directory: Pick<DirectoryStore, 'refresh' | 'addIdentity' | 'putPerson'>;
}

/** What comes back from the identity provider, and the cookie that this browser was given on its way there. */
export interface Homecoming {
  readonly code: string;
  readonly state: string;
  readonly cookie: string | undefined;
}

/**
 * Signs people in at an identity provider: authorization code with PKCE, state bound to the browser, nonce bound to
 * the token. All three derive from one secret that only the browser keeps, so that whoever begins to sign in and never
 * comes back costs us nothing. https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth
 */
export function createOidcLogin({ issuers, directory }: OidcDeps, settings: OidcSettings) {
  const { issuer, clientId, clientSecret, groupsClaim, scopes } = settings;
  const redirectUri = `${settings.publicUrl.replace(/\/$/, '')}/v1/session/oidc/callback`;

  /** Where to send the browser, and the secret that it must bring back in a cookie. */
  async function begin(): Promise<{ readonly url: string; readonly secret: string }> {
    const { metadata } = await issuers(issuer);
    const secret = makeSecret('bo');
    const { state, verifier, nonce } = derivedFrom(secret);
    const url = new URL(endpoint(metadata.authorization_endpoint));
    const asked = {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      scope: scopes,
      state,
      nonce,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
    return { url: url.href, secret };
  }

  /** The name of the person who came back. Throws a Refusal when anything does not fit. */
  async function finish({ code, state, cookie }: Homecoming): Promise<string> {
    const mine = cookie === undefined ? undefined : derivedFrom(cookie);
    if (!mine || !isSame(mine.state, state))
      throw refused('This browser did not begin to sign in, or did so long ago');
    const claims = await redeem(code, mine.verifier);
    if (claims['nonce'] !== mine.nonce) throw refused('The token was made for another attempt');
    return admit(claims);
  }

  async function redeem(code: string, verifier: string): Promise<Claims> {
    const { metadata, keys } = await issuers(issuer);
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      client_id: clientId,
      code_verifier: verifier,
    });
    const { status, body: answer } = await askProvider(endpoint(metadata.token_endpoint), {
      method: 'POST',
      body: form,
      headers: { accept: 'application/json', ...basic(clientId, clientSecret) },
    });
    if (answer['error'] === 'invalid_grant')
      throw refused('The identity provider no longer knows this attempt');
    const token = answer['id_token'];
    if (typeof token !== 'string')
      throw unavailable(new URL(issuer).host, new Error(`it answered ${status} without an id_token`));
    return verify(token, keys, { issuer, audience: clientId });
  }

  async function admit(claims: Claims): Promise<string> {
    const { identity, name, groups } = personOf(issuer, claims, groupsClaim);
    const known = await directory.refresh();
    const existing = known.identities.get(identity);
    if (existing === undefined) {
      if (await directory.addIdentity(identity, name, { roles: [], groups, createdAt: Date.now() }))
        return name;
      throw new Refusal('person.taken', `Somebody else is known as ${name} here`, { about: name });
    }
    const person = known.people.get(existing);
    if (!person) throw refused(`${existing} was removed`);
    if (person.groups?.join('\n') !== groups.join('\n'))
      await directory.putPerson(existing, { ...person, groups });
    return existing;
  }

  function endpoint(url: string | undefined): string {
    const isSafe = url !== undefined && (url.startsWith('https:') || issuer.startsWith('http:'));
    if (isSafe) return url;
    throw unavailable(new URL(issuer).host, new Error('its discovery document lacks an endpoint'));
  }

  return { begin, finish };
}

/** Signs people in at an identity provider; see `createOidcLogin`. */
export type OidcLogin = ReturnType<typeof createOidcLogin>;

/** The 401 for a way to the identity provider that did not end well. */
export function refused(detail: string): Refusal {
  return new Refusal('session.unproven', `${detail}; sign in again`);
}

function basic(id: string, secret: string | undefined): Readonly<Record<string, string>> {
  if (secret === undefined) return {};
  // Both are form-encoded first. https://datatracker.ietf.org/doc/html/rfc6749#section-2.3.1
  const pair = [id, secret].map((part) => encodeURIComponent(part).replaceAll('%20', '+')).join(':');
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

function derivedFrom(secret: string): {
  readonly state: string;
  readonly verifier: string;
  readonly nonce: string;
} {
  const derive = (use: string) => createHash('sha256').update(`${use} ${secret}`).digest('base64url');
  return { state: derive('state'), verifier: derive('verifier'), nonce: derive('nonce') };
}

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(hashOf(one)), Buffer.from(hashOf(other)));
}
