import { decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';
import { rulesOfRoles, type Trust } from '../../shared/domain/access-directory.js';
import type { DirectoryStore } from '../../shared/store/directory.js';
import type { Refusal } from '../refusal.js';
import type { Caller } from '../access/caller.js';
import { refuse } from './authenticate.js';
import { unavailable, type Issuers } from './signing-keys.js';

/** Asymmetric ones alone, so that no public key is ever taken for a shared secret. */
export const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'];
export const CLOCK_TOLERANCE_S = 30;
/** GitLab's tokens live as long as a job may run; older than this, none proves that the run still goes on. */
const LONGEST_AGE = '1h';

interface CiIdentityDeps {
  readonly issuers: Issuers;
  /** Issuers whose tokens are taken at all. */
  readonly trusted: readonly string[];
  /** What the tokens must be made for. */
  readonly audience: string;
  readonly directory: Pick<DirectoryStore, 'refresh'>;
}

/**
 * Recognises CI runs by the tokens that their CI signs for them, without any secret on their side, and gives them the
 * roles of every trust whose claims fit. Throws a 401 Refusal that says what does not fit.
 */
export function createCiIdentity({ issuers, trusted, audience, directory }: CiIdentityDeps) {
  return {
    async callerOf(token: string): Promise<Caller> {
      const issuer = issuerOf(token);
      if (!trusted.includes(issuer))
        throw refuse(
          'token.invalid',
          `The token is from ${cut(issuer)}, which BEANPOD_CI_ISSUERS does not name`,
        );
      const { keys } = await issuers(issuer);
      const claims = await verify(token, keys, { issuer, audience });
      const known = await directory.refresh();
      const fitting = [...known.trusts].filter(([, trust]) => fits(trust, issuer, claims));
      const [first] = fitting;
      const subject = cut(claims.sub ?? '');
      if (!first) throw refuse('token.invalid', `No trust fits the claims of the CI run ${subject}`);
      const roles = [...new Set(fitting.flatMap(([, trust]) => trust.roles))];
      return {
        id: `ci:${issuer} ${claims.sub}`,
        name: subject,
        grants: [rulesOfRoles(known, roles)],
        owner: { kind: 'trust', name: first[0] },
        by: 'ci',
        expiresAt: (claims.exp ?? 0) * 1000,
      };
    },
  };
}

/** Verifies a signed token. Throws a 401 Refusal for a bad one, a 503 when the keys cannot be had. */
export async function verify(
  token: string,
  keys: Parameters<typeof jwtVerify>[1],
  { issuer, audience }: { readonly issuer: string; readonly audience: string },
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_S,
      maxTokenAge: LONGEST_AGE,
      requiredClaims: ['exp', 'iat', 'sub'],
    });
    return payload;
  } catch (error) {
    throw explain(error, issuer);
  }
}

function explain(error: unknown, issuer: string): Refusal {
  const isTheirs = error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError);
  if (isTheirs) return unavailable(new URL(issuer).host, error);
  return refuse('token.invalid', `The signed token is refused: ${error.message}`);
}

function issuerOf(token: string): string {
  try {
    return decodeJwt(token).iss ?? 'nobody';
  } catch {
    throw refuse('token.invalid', 'The token looks like a signed one and cannot be read');
  }
}

function fits(trust: Trust, issuer: string, claims: JWTPayload): boolean {
  return (
    trust.issuer === issuer &&
    Object.entries(trust.claims).every(([name, wanted]) => {
      const said = Object.hasOwn(claims, name) ? claims[name] : undefined;
      if (!['string', 'number', 'boolean'].includes(typeof said)) return false;
      return wanted.endsWith('*') ? String(said).startsWith(wanted.slice(0, -1)) : String(said) === wanted;
    })
  );
}

/** A text of somebody else, short and printable. */
function cut(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200);
}
