import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import { Refusal } from '../refusal.js';

/** Milliseconds that an identity provider gets to answer. */
const WITHIN_MS = 5_000;
/** Bytes of a discovery document that are read at most. */
const MOST_BYTES = 256 * 1024;

/** What an issuer says of itself. https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata */
export interface IssuerMetadata {
  readonly issuer: string;
  readonly jwks_uri: string;
  readonly authorization_endpoint?: string;
  readonly token_endpoint?: string;
}

/** An issuer as it was discovered, with its keys, which are fetched anew when they rotate. */
export interface Issuer {
  readonly metadata: IssuerMetadata;
  readonly keys: JWTVerifyGetKey;
}

/**
 * Discovers issuers and remembers them. Only issuers that an operator named may be asked for. Throws a 503 Refusal
 * for one that does not answer or answers something else.
 */
export function createIssuers() {
  const known = new Map<string, Promise<Issuer>>();
  return async (issuer: string): Promise<Issuer> => {
    const found = known.get(issuer) ?? discover(issuer);
    known.set(issuer, found);
    try {
      return await found;
    } catch (error) {
      known.delete(issuer);
      throw error;
    }
  };
}

export type Issuers = ReturnType<typeof createIssuers>;

/** A JSON answer of an identity provider, a no of its included. */
export interface ProviderAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Asks an identity provider, limited in time and size. Throws a 503 Refusal for what is no JSON answer. */
export async function askProvider(url: string, init: RequestInit = {}): Promise<ProviderAnswer> {
  try {
    const answer = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(WITHIN_MS) });
    const text = await limitedText(answer);
    if (answer.status >= 500) throw new Error(`it answered ${answer.status}`);
    const body: unknown = JSON.parse(text);
    if (typeof body !== 'object' || body === null) throw new Error('it answered no object');
    return { status: answer.status, body: body as Record<string, unknown> };
  } catch (error) {
    throw unavailable(new URL(url).host, error);
  }
}

/** The 503 for an identity provider that could not be used. */
export function unavailable(host: string, error: unknown): Refusal {
  const why = error instanceof Error ? error.message : String(error);
  return new Refusal('identity.unavailable', `The identity provider ${host} could not be asked: ${why}`);
}

async function discover(issuer: string): Promise<Issuer> {
  const { body: metadata } = await askProvider(
    `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
  );
  const { jwks_uri: jwksUri } = metadata;
  if (metadata['issuer'] !== issuer || typeof jwksUri !== 'string' || !isAsSafe(jwksUri, issuer))
    throw unavailable(new URL(issuer).host, new Error('its discovery document is not that of this issuer'));
  const keys = createRemoteJWKSet(new URL(jwksUri), {
    timeoutDuration: WITHIN_MS,
    cooldownDuration: 30_000,
    cacheMaxAge: 600_000,
  });
  return { metadata: metadata as unknown as IssuerMetadata, keys };
}

/** Keys that come over plain HTTP prove nothing, unless the whole issuer is a stand-in without TLS. */
function isAsSafe(url: string, issuer: string): boolean {
  return URL.canParse(url) && (url.startsWith('https:') || issuer.startsWith('http:'));
}

async function limitedText(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > MOST_BYTES) throw new Error(`it answered more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
