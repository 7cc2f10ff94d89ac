import type { Redis } from 'ioredis';
import type { Account, Directory, Person, Role, Trust } from '../domain/access-directory.js';
import { expectation, type Expected } from './fingerprint.js';
import { keysOf } from './keys.js';
import { pairs } from './records.js';
import { script } from './scripts.js';
import { CHANGE_DIRECTORY, READ_DIRECTORY } from './scripts/directory.js';

/** The directory with what only signing in asks for: who has a password or an identity elsewhere, and who was signed out when. */
export interface KnownDirectory extends Directory {
  readonly revision: string;
  readonly passwords: ReadonlySet<string>;
  /** Names of people by `<issuer> <subject>` of their identity elsewhere. */
  readonly identities: ReadonlyMap<string, string>;
  /** Milliseconds since the epoch before which sessions of a person count for nothing. */
  readonly signedOut: ReadonlyMap<string, number>;
}

const KINDS = ['role', 'person', 'account', 'trust', 'identity', 'signed-out'] as const;
const NOBODY: KnownDirectory = {
  revision: '',
  roles: new Map(),
  people: new Map(),
  accounts: new Map(),
  trusts: new Map(),
  passwords: new Set(),
  identities: new Map(),
  signedOut: new Map(),
};

/** Milliseconds between two looks at the revision; a change is heard of at once besides. */
const LOOK_MS = 1_000;

type Change = readonly ['absent' | 'present' | 'expect' | 'set' | 'unset', string, string, string];

/** `moved`: nothing was changed, since something else than expected is `stored`, by its fingerprint. */
type RoleChange<Done extends string> =
  { readonly said: Done } | { readonly said: 'moved'; readonly stored?: string };

const change = script<string[]>(CHANGE_DIRECTORY);
const readAll = script<[string, ...string[][]]>(READ_DIRECTORY);

/**
 * Roles, people, service accounts and trusts. Reads come from a copy in this process, which is at most about a second
 * old. Hashes of passwords are never part of the copy.
 */
export function createDirectory(redis: Redis, namespace: string) {
  const keys = keysOf(namespace);
  const listeners = new Set<() => void>();
  let known = NOBODY;
  let timer: NodeJS.Timeout | undefined;

  async function refresh(): Promise<KnownDirectory> {
    const revision = (await redis.hget(keys.directory, 'revision')) ?? '0';
    if (revision === known.revision) return known;
    const [loaded, passwords, roles, people, accounts, trusts, identities, signedOut] = await readAll(
      redis,
      keys.root,
      KINDS,
    );
    // Two loads may overtake each other; the older one must not win.
    if (Number(loaded) < Number(known.revision)) return known;
    known = {
      revision: loaded,
      roles: parse<Role>(roles),
      people: parse<Person>(people),
      accounts: parse<Account>(accounts),
      trusts: parse<Trust>(trusts),
      identities: new Map(Object.entries(pairs(identities ?? []))),
      signedOut: parse<number>(signedOut),
      passwords: new Set(passwords),
    };
    for (const listener of listeners) listener();
    return known;
  }

  async function write(...changes: readonly Change[]): Promise<boolean> {
    return (await attempt(...changes)).said === 'done';
  }

  async function attempt(...changes: readonly Change[]): Promise<{ said: string; stored?: string }> {
    const [said = '', stored] = await change(redis, keys.root, changes.flat());
    await refresh();
    return { said, ...(stored && { stored }) };
  }

  const put = async (kind: string, name: string, value: unknown): Promise<'created' | 'changed'> => {
    const json = JSON.stringify(value);
    if (await write(['absent', kind, name, ''], ['set', kind, name, json])) return 'created';
    await write(['set', kind, name, json]);
    return 'changed';
  };
  const remove = (kind: string, name: string) =>
    write(['present', kind, name, ''], ['unset', kind, name, '']);

  return {
    current: (): KnownDirectory => known,
    refresh,

    /** Is made only if what is stored is as `expected`. */
    async putRole(name: string, role: Role, expected?: Expected): Promise<RoleChange<'created' | 'changed'>> {
      const isNew = !(await refresh()).roles.has(name);
      const done = await attempt(
        ['expect', 'role', name, expectation(expected)],
        ['set', 'role', name, JSON.stringify(role)],
      );
      return done.said === 'done'
        ? { said: isNew ? 'created' : 'changed' }
        : { said: 'moved', ...(done.stored && { stored: done.stored }) };
    },
    /** Is made only if what is stored is as `expected`. */
    async removeRole(name: string, expected?: Expected): Promise<RoleChange<'removed' | 'gone'>> {
      const done = await attempt(
        ['present', 'role', name, ''],
        ['expect', 'role', name, expectation(expected)],
        ['unset', 'role', name, ''],
      );
      if (done.said === 'done') return { said: 'removed' };
      return done.said === 'present'
        ? { said: 'gone' }
        : { said: 'moved', ...(done.stored && { stored: done.stored }) };
    },
    putAccount: (name: string, account: Account) => put('account', name, account),
    removeAccount: (name: string) => remove('account', name),
    putTrust: (name: string, trust: Trust) => put('trust', name, trust),
    removeTrust: (name: string) => remove('trust', name),
    putPerson: (name: string, person: Person) => put('person', name, person),

    /** Adds a person who has an identity elsewhere. Answers false when the name is taken. */
    addIdentity: (identity: string, name: string, person: Person) =>
      write(
        ['absent', 'person', name, ''],
        ['absent', 'identity', identity, ''],
        ['set', 'person', name, JSON.stringify(person)],
        ['set', 'identity', identity, name],
      ),

    /** Removes a person with everything by which they could sign in. Answers false when there is none. */
    async removePerson(name: string): Promise<boolean> {
      const identities = [...(await refresh()).identities].filter(([, person]) => person === name);
      return write(
        ['present', 'person', name, ''],
        ['unset', 'person', name, ''],
        ['unset', 'password', name, ''],
        ['set', 'signed-out', name, String(Date.now())],
        ...identities.map(([identity]): Change => ['unset', 'identity', identity, '']),
      );
    },

    /** The stored hash of a password. */
    passwordOf: (name: string) => redis.hget(keys.directoryOf('password'), name),

    /** Sets the hash of a password and ends all sessions of the person. Answers false when there is no such person. */
    setPassword: (name: string, hash: string) =>
      write(
        ['present', 'person', name, ''],
        ['set', 'password', name, hash],
        ['set', 'signed-out', name, String(Date.now())],
      ),

    /** Calls `listener` after the copy of this process has changed. */
    onChanged(listener: () => void): void {
      listeners.add(listener);
    },

    /** Looks at the revision once a second, and whenever any process tells of a change, until `close`. */
    follow(subscriber: Redis): void {
      const look = () => void refresh().catch(keepTheOldCopy);
      timer ??= setInterval(look, LOOK_MS);
      timer.unref();
      subscriber.on('message', (channel: string) => {
        if (channel === keys.accessChanged) look();
      });
      subscriber.subscribe(keys.accessChanged).catch(keepTheOldCopy);
    },
    close(): void {
      clearInterval(timer);
    },
  };
}

export type DirectoryStore = ReturnType<typeof createDirectory>;

function parse<T>(flat: readonly string[] = []): ReadonlyMap<string, T> {
  const sorted = Object.entries(pairs(flat)).sort(([one], [other]) => (one < other ? -1 : 1));
  return new Map(sorted.map(([name, json]) => [name, JSON.parse(json) as T]));
}

/** Redis is away: nothing can be changed meanwhile either, and the next look is a second away. */
function keepTheOldCopy(error: unknown): void {
  void error;
}
