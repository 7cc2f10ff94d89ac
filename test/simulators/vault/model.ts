import { randomBytes, randomUUID } from 'node:crypto';

/** Capabilities by path; a path may end with `*`, and `+` stands for one segment. */
export type Policy = Readonly<Record<string, readonly string[]>>;

export type Mount =
  | { readonly type: 'kv'; readonly version: 1 | 2 }
  | { readonly type: 'aws'; readonly roles: Readonly<Record<string, { readonly ttlS: number }>> };

export interface Token {
  readonly id: string;
  readonly policies: readonly string[];
  readonly role: string;
  readonly ttlS: number;
  readonly renewable: boolean;
  /** By the clock of the simulator, in milliseconds; absent for root. */
  expiresAt?: number;
  /** The end that no renewal goes beyond. */
  readonly lastAt?: number;
}

export interface Lease {
  readonly id: string;
  readonly token: string;
  readonly ttlS: number;
  readonly renewable: boolean;
  readonly accessKey: string;
  expiresAt: number;
  renewals: number;
}

export interface Version {
  readonly data: Readonly<Record<string, unknown>>;
  deleted: boolean;
}

export interface AppRole {
  readonly secretId: string;
  readonly policies: readonly string[];
}

/** A role of the log-ins by Kubernetes and JWT: which tokens it takes. */
export interface JwtRole {
  readonly subject: string;
  readonly policies: readonly string[];
}

/** Answers that stand in the way of a call, once each or until they are taken away. */
export interface Fault {
  readonly path: RegExp;
  readonly answer:
    'hang' | 'reset' | { readonly status: number; readonly retryAfterS?: number; readonly location?: string };
  times: number;
}

/** Everything that one Vault knows. */
export interface World {
  readonly rootToken: string;
  /** Lifetime of tokens that log-ins make, and the longest that renewals can make of it; seconds. */
  tokenTtlS: number;
  tokenMaxTtlS: number;
  renewableTokens: boolean;
  isSealed: boolean;
  readonly namespace: string | undefined;
  readonly mounts: Map<string, Mount>;
  readonly policies: Map<string, Policy>;
  readonly tokens: Map<string, Token>;
  readonly leases: Map<string, Lease>;
  /** Credentials of the AWS engine that were made, and whether they still work. */
  readonly credentials: Map<string, boolean>;
  readonly appRoles: Map<string, AppRole>;
  readonly jwtRoles: Map<string, JwtRole>;
  /** By mount and path: one version for version 1 of the engine. */
  readonly values: Map<string, Version[]>;
  readonly faults: Fault[];
  now(): number;
}

export function createWorld(namespace?: string): World {
  const world: World = {
    rootToken: `hvs.${randomBytes(18).toString('base64url')}`,
    tokenTtlS: 3_600,
    tokenMaxTtlS: 86_400,
    renewableTokens: true,
    isSealed: false,
    namespace,
    mounts: new Map(),
    policies: new Map(),
    tokens: new Map(),
    leases: new Map(),
    credentials: new Map(),
    appRoles: new Map(),
    jwtRoles: new Map(),
    values: new Map(),
    faults: [],
    now: () => Date.now(),
  };
  world.tokens.set(world.rootToken, {
    id: world.rootToken,
    policies: ['root'],
    role: 'root',
    ttlS: 0,
    renewable: false,
  });
  return world;
}

export function makeToken(world: World, policies: readonly string[], role: string): Token {
  const now = world.now();
  const token: Token = {
    id: `hvs.${randomBytes(24).toString('base64url')}`,
    policies,
    role,
    ttlS: world.tokenTtlS,
    renewable: world.renewableTokens,
    expiresAt: now + world.tokenTtlS * 1_000,
    lastAt: now + world.tokenMaxTtlS * 1_000,
  };
  world.tokens.set(token.id, token);
  return token;
}

/** Ends a token and, as Vault does, every lease that it made. */
export function revokeToken(world: World, id: string): void {
  world.tokens.delete(id);
  for (const lease of world.leases.values()) if (lease.token === id) revokeLease(world, lease.id);
}

export function makeLease(
  world: World,
  token: Token,
  mount: string,
  role: string,
  renewable: boolean,
): Lease {
  const ttlS = roleOf(world, mount, role)?.ttlS ?? 3_600;
  const kind = renewable ? 'creds' : 'sts';
  const lease: Lease = {
    id: `${mount}${kind}/${role}/${randomUUID()}`,
    token: token.id,
    ttlS,
    renewable,
    accessKey: `AKIA${randomBytes(10).toString('hex').toUpperCase().slice(0, 16)}`,
    expiresAt: world.now() + ttlS * 1_000,
    renewals: 0,
  };
  world.leases.set(lease.id, lease);
  world.credentials.set(lease.accessKey, true);
  return lease;
}

export function revokeLease(world: World, id: string): void {
  const lease = world.leases.get(id);
  if (!lease) return;
  world.leases.delete(id);
  // Credentials of the token service cannot be taken back; they run out.
  if (lease.renewable) world.credentials.set(lease.accessKey, false);
}

/** Removes what has run out. */
export function expire(world: World): void {
  const now = world.now();
  for (const lease of world.leases.values()) if (lease.expiresAt <= now) revokeLease(world, lease.id);
  for (const token of world.tokens.values())
    if (token.expiresAt !== undefined && token.expiresAt <= now) revokeToken(world, token.id);
}

export function roleOf(world: World, mount: string, role: string): { readonly ttlS: number } | undefined {
  const found = world.mounts.get(mount);
  return found?.type === 'aws' && Object.hasOwn(found.roles, role) ? found.roles[role] : undefined;
}
