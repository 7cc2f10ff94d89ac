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
type Changed<Done extends string> =
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

  async function put(
    kind: 'role' | 'person' | 'account' | 'trust',
    name: string,
    value: unknown,
    expected: Expected | undefined,
  ): Promise<Changed<'created' | 'changed'>> {
    const wish: readonly Change[] = [
      ['expect', kind, name, expectation(expected)],
      ['set', kind, name, JSON.stringify(value)],
    ];
    for (;;) {
      const created = await attempt(['absent', kind, name, ''], ...wish);
      if (created.said !== 'absent') return created.said === 'done' ? { said: 'created' } : moved(created);
      const changed = await attempt(['present', kind, name, ''], ...wish);
      // Somebody removed it between the two.
      if (changed.said === 'present') continue;
      return changed.said === 'done' ? { said: 'changed' } : moved(changed);
    }
  }

  async function remove(
    kind: 'role' | 'person' | 'account' | 'trust',
    name: string,
    expected: Expected | undefined,
    ...more: readonly Change[]
  ): Promise<Changed<'removed' | 'gone'>> {
    const done = await attempt(
      ['present', kind, name, ''],
      ['expect', kind, name, expectation(expected)],
      ['unset', kind, name, ''],
      ...more,
    );
    if (done.said === 'done') return { said: 'removed' };
    return done.said === 'present' ? { said: 'gone' } : moved(done);
  }

  return {
    current: (): KnownDirectory => known,
    refresh,

    // Changes with `expected` are made only if that is what is stored.
    putRole: (name: string, role: Role, expected?: Expected) => put('role', name, role, expected),
    removeRole: (name: string, expected?: Expected) => remove('role', name, expected),
    putAccount: (name: string, account: Account, expected?: Expected) =>
      put('account', name, account, expected),
    removeAccount: (name: string, expected?: Expected) => remove('account', name, expected),
    putTrust: (name: string, trust: Trust, expected?: Expected) => put('trust', name, trust, expected),
    removeTrust: (name: string, expected?: Expected) => remove('trust', name, expected),
    putPerson: (name: string, person: Person, expected?: Expected) => put('person', name, person, expected),

    /** Adds a person who has an identity elsewhere. Answers false when the name is taken. */
    addIdentity: (identity: string, name: string, person: Person) =>
      write(
        ['absent', 'person', name, ''],
        ['absent', 'identity', identity, ''],
        ['set', 'person', name, JSON.stringify(person)],
        ['set', 'identity', identity, name],
      ),

    /** Removes a person with everything by which they could sign in. */
    async removePerson(name: string, expected?: Expected): Promise<Changed<'removed' | 'gone'>> {
      const identities = [...(await refresh()).identities].filter(([, person]) => person === name);
      return remove(
        'person',
        name,
        expected,
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

function moved({ stored }: { readonly stored?: string }): Changed<never> {
  return { said: 'moved', ...(stored && { stored }) };
}

/** Redis is away: nothing can be changed meanwhile either, and the next look is a second away. */
function keepTheOldCopy(error: unknown): void {
  void error;
}
