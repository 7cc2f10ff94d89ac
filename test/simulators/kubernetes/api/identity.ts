import { randomBytes } from 'node:crypto';
import { ApiError } from '../api-error.js';

/** A rule as Roles have it. */
export interface PolicyRule {
  verbs: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
}

/** Somebody who may call the API. */
export interface Identity {
  name: string;
  groups: string[];
  /** Rules that hold in every namespace, or only in `namespaces`; RBAC objects add to them. */
  rules: PolicyRule[];
  namespaces: string[] | undefined;
}

/** How a caller is described when the simulator starts. Without rules and groups it may do nothing. */
export interface IdentityOptions {
  name: string;
  token?: string;
  groups?: string[];
  rules?: PolicyRule[];
  namespaces?: string[];
}

/** The bearer tokens of the cluster. */
export interface Tokens {
  /** The token of an identity by its name. */
  tokenOf(name: string): string | undefined;
  /** Who calls; no token is `system:anonymous`. Throws 401 for a token that is unknown or expired. */
  authenticate(authorization: string | undefined): Identity;
  /** Makes tokens of an identity invalid from now on, and returns the new one that replaces them. */
  expire(name: string): string;
  add(options: IdentityOptions): string;
}

/** The superuser that every simulator has. */
export const ADMIN = 'kubernetes-admin';

/** Tokens for an administrator and the given identities. */
export function createTokens(options: readonly IdentityOptions[]): Tokens {
  const byToken = new Map<string, Identity>();
  const byName = new Map<string, string>();

  const tokens: Tokens = {
    tokenOf: (name) => byName.get(name),
    authenticate(authorization) {
      const token = /^Bearer (?<token>.+)$/.exec(authorization ?? '')?.groups?.['token'];
      if (token === undefined)
        return { name: 'system:anonymous', groups: [], rules: [], namespaces: undefined };
      const identity = byToken.get(token);
      if (identity === undefined) throw new ApiError(401, 'Unauthorized', 'Unauthorized');
      return identity;
    },
    expire(name) {
      const old = byName.get(name) ?? '';
      const identity = byToken.get(old);
      if (identity === undefined) throw new ApiError(404, 'NotFound', `nobody is called ${name}`);
      byToken.delete(old);
      return remember(identity, undefined);
    },
    add({ name, token, groups = [], rules = [], namespaces }) {
      return remember({ name, groups: [...groups, 'system:authenticated'], rules, namespaces }, token);
    },
  };

  function remember(identity: Identity, token: string | undefined): string {
    const value = token ?? randomBytes(18).toString('base64url');
    byToken.set(value, identity);
    byName.set(identity.name, value);
    return value;
  }

  tokens.add({ name: ADMIN, groups: ['system:masters'] });
  for (const identity of options) tokens.add(identity);
  return tokens;
}
