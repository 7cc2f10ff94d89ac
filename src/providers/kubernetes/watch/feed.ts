import type { KubeObject } from '../object.js';
import type { KubeRequest, KubeTransport } from '../transport.js';
import { createCollection, type Collection } from './collection.js';
import { readWatchEvent } from './read-event.js';
import type { Reading } from './reading.js';
import { recoveryOf, type Recovery } from './recovery.js';
import { sleep } from './sleep.js';
import type { Source } from './source.js';
import type { WatchTimes } from './watch-times.js';

/** One list of the API server, kept up to date until it is closed. */
export interface Feed<T> {
  readonly source: Source;
  readonly contents: Collection<T>;
  /** Up to which resource version the contents are complete; undefined before the first list. */
  readonly version: string | undefined;
  /** When the server last said anything, on the clock of the hub. */
  readonly freshAt: number | undefined;
  readonly mode: 'listing' | 'watching' | 'polling';
  /** What is wrong for longer than a moment, for people. */
  trouble(): string | undefined;
  /** Milliseconds since the server last said anything, while something has been wrong for longer than a moment. */
  staleMs(): number | undefined;
  close(): void;
}

export interface FeedDeps {
  readonly transport: KubeTransport;
  readonly times: WatchTimes;
  /** Milliseconds from any start. */
  now(): number;
  random(): number;
  /** Uids that a change concerns; `all` after the first list and when trouble begins or ends. */
  changed(feed: object, uids: readonly string[] | 'all'): void;
}

/** Objects of one page of a list. */
const PAGE = 500;

interface ListPage {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly KubeObject[] | null;
}

/** Starts at once. It never gives up: what it cannot do it tries again, ever more slowly. */
export function createFeed<T>(source: Source, reading: Reading<T>, deps: FeedDeps): Feed<T> {
  const { transport, times, now } = deps;
  const contents = createCollection(reading);
  const over = new AbortController();
  const selector = source.select === undefined ? {} : { fieldSelector: source.select };
  let version: string | undefined;
  let freshAt: number | undefined;
  let mode: Feed<T>['mode'] = 'listing';
  let problem: { readonly text: string; readonly since: number } | undefined;
  let failures = 0;
  let forbiddenAt = -Infinity;

  function fresh(): void {
    freshAt = now();
  }

  function request(query: Record<string, string>): KubeRequest {
    return { method: 'GET', path: source.path, query: { ...selector, ...query }, signal: over.signal };
  }

  function well(): void {
    fresh();
    if (!problem) return;
    problem = undefined;
    deps.changed(feed, 'all');
  }

  async function list(): Promise<void> {
    const began = version === undefined;
    const renewal = contents.restart();
    const touched = new Set<string>();
    let next: string | undefined;
    let seen: string | undefined;
    do {
      const query = { limit: String(PAGE), ...(next !== undefined && { continue: next }) };
      const page = await transport.send<ListPage>(request(query));
      fresh();
      for (const item of itemsOf(page)) for (const uid of renewal.put(item)) touched.add(uid);
      seen = page.metadata.resourceVersion ?? seen;
      next = page.metadata.continue === '' ? undefined : page.metadata.continue;
    } while (next !== undefined);
    for (const uid of renewal.finish()) touched.add(uid);
    version = seen ?? '0';
    well();
    deps.changed(feed, began ? 'all' : [...touched]);
  }

  /** One watch from the version that was reached, to its regular end. Throws when it breaks. */
  async function watch(): Promise<void> {
    // Lines say that a watch lives, but a quiet one has none: after trouble a small list proves the way first.
    if (problem) await transport.send(request({ limit: '1' }));
    const began = now();
    const stream = new AbortController();
    const proven = setTimeout(well, times.firstBackOff);
    const silence = setTimeout(() => stream.abort(), times.silence);
    const query = {
      watch: 'true',
      allowWatchBookmarks: 'true',
      resourceVersion: version ?? '0',
      timeoutSeconds: String(Math.ceil((times.length * (0.8 + 0.2 * deps.random())) / 1_000)),
    };
    try {
      const signal = AbortSignal.any([over.signal, stream.signal]);
      for await (const line of transport.lines({ ...request(query), signal })) {
        silence.refresh();
        take(line);
      }
    } finally {
      clearTimeout(silence);
      clearTimeout(proven);
    }
    if (stream.signal.aborted) throw new Error(`nothing was heard for ${times.silence / 1_000} s`);
    if (now() - began < times.firstBackOff) throw new Error('the server ended it at once');
    failures = 0;
  }

  function take(line: string): void {
    if (line === '') return;
    const { type, object } = readWatchEvent(line);
    failures = 0;
    well();
    const reached = object.metadata.resourceVersion;
    if (type !== 'BOOKMARK') {
      const touched = type === 'DELETED' ? contents.remove(object) : contents.put(object);
      if (touched.length > 0) deps.changed(feed, touched);
    }
    version = reached ?? version;
  }

  async function poll(): Promise<void> {
    mode = 'polling';
    await sleep(times.poll, over.signal);
    await list();
    failures = 0;
    if (now() - forbiddenAt >= times.watchAgain) mode = 'watching';
  }

  function stumble(error: unknown): Recovery {
    failures += 1;
    const why = error instanceof Error ? error.message : String(error);
    problem ??= { text: `The watch of ${source.path} is interrupted: ${why}`, since: now() };
    const during = mode === 'watching' ? 'watch' : 'list';
    return recoveryOf(error, during, failures, times, deps.random());
  }

  async function run(): Promise<void> {
    while (!over.signal.aborted) {
      try {
        if (mode === 'listing') {
          await list();
          mode = 'watching';
        } else if (mode === 'watching') await watch();
        else await poll();
      } catch (error) {
        if (over.signal.aborted) return;
        const { how, waitMs } = stumble(error);
        if (how === 'relist' && mode === 'watching') mode = 'listing';
        if (how === 'poll') {
          mode = 'polling';
          forbiddenAt = now();
        }
        await sleep(waitMs, over.signal);
      }
    }
  }

  const feed: Feed<T> = {
    source,
    contents,
    get version() {
      return version;
    },
    get freshAt() {
      return freshAt;
    },
    get mode() {
      return mode;
    },
    trouble() {
      if (problem && (version === undefined || now() - problem.since > times.patience)) return problem.text;
      return version === undefined ? `The watch of ${source.path} has not answered yet` : undefined;
    },
    staleMs() {
      const isStale = problem && now() - problem.since > times.patience;
      return isStale && freshAt !== undefined ? now() - freshAt : undefined;
    },
    close: () => over.abort(),
  };
  void run();
  return feed;
}

/** Items of a list do not say what they are: the list does, once for all. */
function* itemsOf({ apiVersion, kind, items }: ListPage): Iterable<KubeObject> {
  const own = { apiVersion, kind: kind.replace(/List$/, '') };
  for (const item of items ?? []) yield { ...own, ...item };
}
