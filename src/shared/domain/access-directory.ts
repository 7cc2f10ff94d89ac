import type { Grants, Rule } from './access.js';
import { BUILT_IN_ROLES } from './access-roles.js';

/** A named list of rules; members of its groups have it without being given it. */
export interface Role {
  readonly rules: readonly Rule[];
  readonly groups?: readonly string[];
  readonly description?: string;
}

export interface Person {
  readonly roles: readonly string[];
  readonly groups?: readonly string[];
  /** Names and e-mail addresses under which they commit, beside their name here. */
  readonly gitAuthors?: readonly string[];
  readonly disabled?: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** A name under which machines call. */
export interface Account {
  readonly roles: readonly string[];
  readonly description?: string;
  readonly disabled?: boolean;
}

/** CI runs whose signed claims have these values have these roles. A value may end with `*`. */
export interface Trust {
  readonly issuer: string;
  readonly claims: Readonly<Record<string, string>>;
  readonly roles: readonly string[];
}

/** Everybody who is known here, and every role, as of one moment. */
export interface Directory {
  readonly roles: ReadonlyMap<string, Role>;
  readonly people: ReadonlyMap<string, Person>;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly trusts: ReadonlyMap<string, Trust>;
}

/** On whose behalf somebody calls. `installation` is nobody in particular: the bootstrap token and tokens made with it. */
export interface Owner {
  readonly kind: 'person' | 'service-account' | 'trust' | 'installation';
  readonly name: string;
}

/** What a token says that it is for: a role or rules of its own. */
export interface Scope {
  readonly role?: string | undefined;
  readonly rules?: readonly Rule[] | undefined;
}

/**
 * What the owner may do, narrowed to the scope of a token where there is one: a token never allows more than its
 * owner has at this moment. Undefined for an owner who is gone or disabled, and must be kept out.
 */
export function grantsOf(directory: Directory, owner: Owner, scope?: Scope): Grants | undefined {
  const own = rulesOfOwner(directory, owner);
  if (own === 'kept-out') return undefined;
  const layers = own === 'unlimited' ? [] : [own];
  return scope ? [...layers, rulesOfScope(directory, scope)] : layers;
}

/** All rules of some roles, each with the name of its role; a role that there is not has none. */
export function rulesOfRoles(directory: Directory, roles: readonly string[]): readonly Rule[] {
  return roles.flatMap((role) =>
    (BUILT_IN_ROLES[role] ?? directory.roles.get(role)?.rules ?? []).map((rule) => ({
      ...rule,
      from: `role ${role}`,
    })),
  );
}

/** Whether there is such a role. */
export function hasRole(directory: Directory, role: string): boolean {
  return Object.hasOwn(BUILT_IN_ROLES, role) || directory.roles.has(role);
}

function rulesOfOwner(
  directory: Directory,
  { kind, name }: Owner,
): readonly Rule[] | 'unlimited' | 'kept-out' {
  switch (kind) {
    case 'installation':
      return 'unlimited';
    case 'person': {
      const person = directory.people.get(name);
      if (!person || person.disabled) return 'kept-out';
      return rulesOfRoles(directory, [...new Set([...person.roles, ...rolesOfGroups(directory, person)])]);
    }
    case 'service-account': {
      const account = directory.accounts.get(name);
      return !account || account.disabled ? 'kept-out' : rulesOfRoles(directory, account.roles);
    }
    case 'trust': {
      const trust = directory.trusts.get(name);
      return trust ? rulesOfRoles(directory, trust.roles) : 'kept-out';
    }
  }
}

function rolesOfGroups({ roles }: Directory, { groups = [] }: Person): readonly string[] {
  return [...roles]
    .filter(([, role]) => role.groups?.some((group) => groups.includes(group)))
    .map(([name]) => name);
}

function rulesOfScope(directory: Directory, { role, rules = [] }: Scope): readonly Rule[] {
  const named = role === undefined ? [] : rulesOfRoles(directory, [role]);
  return [...named, ...rules.map((rule) => ({ ...rule, from: 'the token' }))];
}
