import type { Redis } from 'ioredis';
import { canonicalJson } from '../canonical-json.js';
import type { NewVersion, Version } from '../contract/version.js';
import { imagesOf } from '../domain/image-reference.js';
import { newestCommon, type CommonCommit } from '../domain/newest-commit.js';
import { createImageDigests } from './image-digests.js';
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
  /** Start of a commit. */
  readonly commit?: string;
  /** Name of the last version of the page before. */
  readonly before?: string;
  readonly limit: number;
}

const register = script<string[]>(REGISTER);

/** Versions that are read in one go when a list is filtered. */
const PER_READ = 500;

/** Versions of one service among which a common commit is looked for, newest first. */
const MOST_LOOKED_AT = 5_000;

/** Two versions of a service and those in between. */
export interface VersionChange {
  /** `back` when `to` was registered before `from`. */
  readonly direction: 'forward' | 'back' | 'none';
  readonly from: Version;
  readonly to: Version;
  /** Newest first: the newer of the two and what was registered on its branch since the older one. */
  readonly versions: readonly Version[];
}

/** What CI registered, by service. */
export function createVersions(redis: Redis, namespace: string) {
  const keys = keysOf(namespace);
  const images = createImageDigests(redis, namespace);

  async function read(service: string, names: readonly string[]): Promise<readonly Version[]> {
    if (names.length === 0) return [];
    const stored = await redis.hmget(keys.versions(service), ...names);
    return stored.flatMap((each) => (each === null ? [] : [decode(service, each)]));
  }

  async function find(service: string, version: string): Promise<Version | undefined> {
    const stored = await redis.hget(keys.versions(service), version);
    return stored === null ? undefined : decode(service, stored);
  }

  /**
   * Versions by their place in the order, newest first: `first` and `last` as Redis writes ends of scores. What is
   * registered meanwhile moves no place.
   */
  async function* pages(service: string, { first = '+inf', last = '-inf', size = PER_READ }) {
    const order = keys.versionOrder(service);
    for (let from = first; ;) {
      const found = await redis.zrevrangebyscore(order, from, last, 'WITHSCORES', 'LIMIT', 0, size);
      const names = found.filter((_, index) => index % 2 === 0);
      if (names.length > 0) yield await read(service, names);
      if (names.length < size) return;
      from = `(${found.at(-1) ?? ''}`;
    }
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

    find,

    /** The same versions, with what their images were found to be when they were first deployed. */
    async withDigests(versions: readonly Version[]): Promise<readonly Version[]> {
      return Promise.all(
        versions.map(async (version) => {
          const digests = await images.of(version, imagesOf(version.artifact));
          return Object.keys(digests).length === 0 ? version : { ...version, digests };
        }),
      );
    },

    /** Newest first. */
    async list(service: string, query: VersionQuery): Promise<readonly Version[]> {
      const { before, limit, ...wanted } = query;
      const place = before === undefined ? undefined : await redis.zscore(keys.versionOrder(service), before);
      if (place === null) return [];
      const first = place === undefined ? '+inf' : `(${place}`;
      const size = Object.keys(wanted).length === 0 ? limit : PER_READ;
      const found: Version[] = [];
      for await (const page of pages(service, { first, size })) {
        found.push(...page.filter((each) => fits(each, wanted)));
        if (found.length >= limit) break;
      }
      return found.slice(0, limit);
    },

    /**
     * What changes when `to` replaces `from`, at most `limit` versions. Answers the name that is not registered when there
     * is one.
     */
    async change(service: string, from: string, to: string, limit: number): Promise<VersionChange | string> {
      const order = keys.versionOrder(service);
      const [one, other, fromPlace, toPlace] = await Promise.all([
        find(service, from),
        find(service, to),
        redis.zscore(order, from),
        redis.zscore(order, to),
      ]);
      if (!one || fromPlace === null) return from;
      if (!other || toPlace === null) return to;
      const step = Number(toPlace) - Number(fromPlace);
      const [newer, first, last] = step > 0 ? [other, toPlace, fromPlace] : [one, fromPlace, toPlace];
      const versions: Version[] = [];
      for await (const page of pages(service, { first, last: `(${last}` })) {
        versions.push(...page.filter((each) => fits(each, { branch: newer.branch })));
        if (versions.length >= limit) break;
      }
      return { direction: directionOf(step), from: one, to: other, versions: versions.slice(0, limit) };
    },

    /** The newest commit that is registered for all of the services, among the newest 5 000 versions of each. */
    async common(
      services: readonly string[],
      branch: string | undefined,
    ): Promise<CommonCommit<Version> | undefined> {
      const readers = services.map((service) => ({
        pages: pages(service, {}),
        seen: [] as Version[],
        looked: 0,
        // Sorts after every time, as nothing was seen yet; '' when nothing is left.
        oldest: '~',
      }));
      for (;;) {
        const newest = newestCommon(readers.map(({ seen }) => seen));
        const open = readers.filter(
          ({ oldest, looked }) => oldest > (newest?.since ?? '') && looked < MOST_LOOKED_AT,
        );
        if (open.length === 0) return newest;
        for (const reader of open) {
          const { value } = await reader.pages.next();
          const page = value ?? [];
          reader.looked += page.length;
          reader.oldest = page.at(-1)?.createdAt ?? '';
          reader.seen.push(...page.filter((each) => fits(each, { branch })));
        }
      }
    },
  };
}

export type Versions = ReturnType<typeof createVersions>;

function directionOf(step: number): VersionChange['direction'] {
  if (step === 0) return 'none';
  return step > 0 ? 'forward' : 'back';
}

/** Stored as the time, a space and the JSON, so that the script can compare without reading JSON. */
function decode(service: string, stored: string): Version {
  const space = stored.indexOf(' ');
  const body = JSON.parse(stored.slice(space + 1)) as NewVersion;
  return { service, ...body, createdAt: new Date(Number(stored.slice(0, space))).toISOString() };
}

/** What a version is looked for by; what is undefined is not asked for. */
interface Wanted {
  readonly branch?: string | undefined;
  readonly q?: string;
  readonly commit?: string;
}

function fits(version: Version, { branch, q, commit }: Wanted): boolean {
  if (branch !== undefined && version.branch !== branch) return false;
  if (commit !== undefined && !version.commit?.startsWith(commit)) return false;
  const text = q?.toLowerCase();
  if (text === undefined || version.commit?.startsWith(text)) return true;
  return [version.version, version.message, version.author].some((each) =>
    each?.toLowerCase().includes(text),
  );
}
