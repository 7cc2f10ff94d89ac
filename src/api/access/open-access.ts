import type { Redis } from 'ioredis';
import { ConfigProblem, type Config } from '../../shared/config/schema.js';
import { createAuditLog, type AuditLog } from '../../shared/store/audit-log.js';
import { createDirectory, type DirectoryStore } from '../../shared/store/directory.js';
import { createGivenSecrets, type GivenSecrets } from '../../shared/store/given-secrets.js';
import { createSignIns, type SignIns } from '../../shared/store/sign-ins.js';
import { createTokens, type Tokens } from '../../shared/store/tokens.js';
import { createAuthentication, type Authentication } from '../auth/authenticate.js';
import { createCiIdentity } from '../auth/ci-identity.js';
import { createOidcLogin, type OidcLogin, type OidcSettings } from '../auth/oidc-login.js';
import { createPasswords, type Passwords } from '../auth/passwords.js';
import { createIssuers, type Issuers } from '../auth/signing-keys.js';

/** Who is known, how they prove it, and what they may do. */
export interface AccessParts {
  readonly directory: DirectoryStore;
  readonly tokens: Tokens;
  readonly given: GivenSecrets;
  readonly signIns: SignIns;
  readonly passwords: Passwords;
  readonly issuers: Issuers;
  readonly auth: Authentication;
  readonly auditLog: AuditLog;
  /** Absent when people do not sign in at an identity provider. */
  readonly login?: OidcLogin;
}

type AccessConfig = Partial<
  Pick<
    Config,
    | 'adminToken'
    | 'publicUrl'
    | 'ciAudience'
    | 'ciIssuers'
    | 'oidcIssuer'
    | 'oidcClientId'
    | 'oidcClientSecret'
    | 'oidcScopes'
    | 'oidcGroupsClaim'
  >
>;

/** The parts over one store; nothing is read before `followAccess`. Throws a `ConfigProblem` for half an identity provider. */
export function createAccess(redis: Redis, namespace: string, config: AccessConfig = {}): AccessParts {
  const directory = createDirectory(redis, namespace);
  const tokens = createTokens(redis, namespace);
  const given = createGivenSecrets(redis, namespace);
  const issuers = createIssuers();
  const { ciIssuers: trusted = [], adminToken, publicUrl } = config;
  const audience = config.ciAudience ?? publicUrl;
  const ci = audience === undefined ? undefined : createCiIdentity({ issuers, trusted, audience, directory });
  const oidc = oidcOf(config);
  return {
    directory,
    tokens,
    given,
    issuers,
    auditLog: createAuditLog(redis, namespace),
    signIns: createSignIns(redis, namespace),
    passwords: createPasswords(directory),
    ...(oidc && { login: createOidcLogin({ issuers, directory }, oidc) }),
    auth: createAuthentication({ tokens, directory, given, adminToken, publicUrl, ...(ci && { ci }) }),
  };
}

function oidcOf(config: AccessConfig): OidcSettings | undefined {
  const { oidcIssuer: issuer, oidcClientId: clientId, publicUrl, oidcClientSecret: clientSecret } = config;
  if (issuer === undefined) return undefined;
  if (clientId === undefined || publicUrl === undefined)
    throw new ConfigProblem([
      'BEANPOD_OIDC_ISSUER is set; set BEANPOD_OIDC_CLIENT_ID and BEANPOD_PUBLIC_URL too',
    ]);
  const { oidcScopes: scopes = 'openid', oidcGroupsClaim: groupsClaim = 'groups' } = config;
  return { issuer, clientId, clientSecret, scopes, groupsClaim, publicUrl };
}

/** Reads the directory, and makes every later change in any process count in this one within seconds. */
export async function followAccess(
  { directory, tokens, auth }: AccessParts,
  subscriber: Redis,
): Promise<void> {
  await directory.refresh();
  directory.onChanged(auth.forget);
  directory.follow(subscriber);
  tokens.onRemoved(subscriber, auth.forget);
}
