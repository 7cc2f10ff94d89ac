import type { Redis } from 'ioredis';
import { canonicalJson } from '../canonical-json.js';
import type { NewVersion, Version } from '../contract/version.js';
import { keysOf } from './keys.js';
import { script } from './scripts.js';
import { REGISTER } from './scripts/configure.js';

/** What became of a registration. A version never changes: `different` answers the one that is there. */
export type Registered =
  | { readonly said: 'created' | 'same' | 'different'; readonly version: Version }
  | { readonly said: 'missing' };

export interface VersionQuery {
  readonly branch?: string;
  /** Start of a commit, or a text in version, message or author; upper and lower case are the same. */
  readonly q?: string;
  /** Name of the last version of the page before. */
  readonly before?: string;
  readonly limit: number;
}

const register = script<string[]>(REGISTER);

/** Versions that are read in one go when a list is filtered. */
const PER_READ = 500;

/** What CI registered, by service. */
export function createVersions(redis: Redis, namespace: string) {
  const keys = keysOf(namespace);

  async function read(service: string, names: readonly string[]): Promise<readonly Version[]> {
    if (names.length === 0) return [];
    const stored = await redis.hmget(keys.versions(service), ...names);
    return stored.flatMap((each) => (each === null ? [] : [decode(service, each)]));
  }

  return {
    async register(service: string, version: NewVersion): Promise<Registered> {
      const [said, stored = ''] = await register(redis, keys.root, [
        service,
        version.version,
        canonicalJson(version),
      ]);
      if (said === 'missing') return { said };
      return { said: said as 'created' | 'same' | 'different', version: decode(service, stored) };
    },

    async find(service: string, version: string): Promise<Version | undefined> {
      const stored = await redis.hget(keys.versions(service), version);
      return stored === null ? undefined : decode(service, stored);
    },

    /** Newest first. */
    async list(service: string, { branch, q, before, limit }: VersionQuery): Promise<readonly Version[]> {
      const order = keys.versionOrder(service);
      const rank = before === undefined ? -1 : await redis.zrevrank(order, before);
      if (rank === null) return [];
      const found: Version[] = [];
      const perRead = branch === undefined && q === undefined ? limit : PER_READ;
      for (let from = rank + 1; found.length < limit; from += perRead) {
        const names = await redis.zrevrange(order, from, from + perRead - 1);
        const page = await read(service, names);
        found.push(...page.filter((each) => fits(each, branch, q?.toLowerCase())));
        if (names.length < perRead) break;
      }
      return found.slice(0, limit);
    },
  };
}

export type Versions = ReturnType<typeof createVersions>;

/** Stored as the time, a space and the JSON, so that the script can compare without reading JSON. */
function decode(service: string, stored: string): Version {
  const space = stored.indexOf(' ');
  const body = JSON.parse(stored.slice(space + 1)) as NewVersion;
  return { service, ...body, createdAt: new Date(Number(stored.slice(0, space))).toISOString() };
}

function fits(version: Version, branch: string | undefined, q: string | undefined): boolean {
  if (branch !== undefined && version.branch !== branch) return false;
  if (q === undefined) return true;
  if (version.commit?.startsWith(q)) return true;
  return [version.version, version.message, version.author].some((text) => text?.toLowerCase().includes(q));
}
