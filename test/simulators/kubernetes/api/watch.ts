import { expired } from '../api-error.js';
import type { Cluster } from '../cluster.js';
import type { KubeObject } from '../objects.js';
import { apiVersionOf, collectionOf } from '../registry/resource-type.js';
import type { Matcher } from '../selectors.js';
import type { Change } from '../store/store.js';
import { inVersion } from '../writes/writes.js';
import type { Fault } from './faults.js';
import type { ApiRequest, Target } from './request.js';
import { objectText } from './respond.js';
import { byKey, matcherOf } from './selection.js';
import { toTable, wantsTable } from './table.js';

/** Hands every change of a collection to the watches of it. */
export interface WatchHub {
  watch(request: ApiRequest, target: Target, fault: Fault | undefined): void;
  /** Lets every watch that is open now stay open and say nothing more, as behind a proxy that lost its other side. */
  mute(): void;
  /** Ends all watches. */
  end(): void;
}

/** How long a watch lasts when the client does not say: five minutes, a low end of what API servers choose. */
const DEFAULT_SECONDS = 300;

/** A hub over the changes of a store. `bookmarkMs` is real time. */
export function createWatchHub(cluster: Cluster, bookmarkMs: number): WatchHub {
  const watches = new Map<string, Set<Watch>>();

  cluster.store.listen((change) => {
    for (const watch of watches.get(change.collection) ?? []) watch.send(change);
  });

  function open(request: ApiRequest, target: Target, fault: Fault | undefined): void {
    const collection = collectionOf(target.type);
    const history = historyFor(cluster, request, collection);
    const watch = createWatch(cluster, request, target, fault);
    if (fault?.kind === 'watch-stall') return;
    if (history === 'initial') watch.sendInitial(cluster.store.collection(collection).list(target.namespace));
    else for (const change of history) watch.send(change);
    const group = watches.get(collection) ?? new Set<Watch>();
    watches.set(collection, group.add(watch));
    const bookmarks = request.query.get('allowWatchBookmarks') === 'true';
    const ticking = bookmarks
      ? setInterval(() => watch.bookmark(cluster.store.version()), bookmarkMs)
      : undefined;
    request.reply.once('close', () => {
      clearInterval(ticking);
      group.delete(watch);
    });
  }

  return {
    watch: open,
    mute() {
      for (const group of watches.values()) for (const watch of group) watch.mute();
    },
    end() {
      for (const group of watches.values()) for (const watch of group) watch.end();
    },
  };
}

interface Watch {
  send(change: Change): void;
  sendInitial(objects: Iterable<KubeObject>): void;
  bookmark(version: number, initial?: 'initial'): void;
  mute(): void;
  end(): void;
}

function historyFor(
  cluster: Cluster,
  request: ApiRequest,
  collection: string,
): readonly Change[] | 'initial' {
  const version = request.query.get('resourceVersion') ?? '';
  if (version === '' || version === '0' || request.query.get('sendInitialEvents') === 'true')
    return 'initial';
  const changes = cluster.store.since(collection, Number(version));
  if (changes !== undefined) return changes;
  throw expired(`too old resource version: ${version} (${cluster.store.compacted()})`);
}

function createWatch(cluster: Cluster, request: ApiRequest, target: Target, fault: Fault | undefined): Watch {
  const { reply, query } = request;
  const { type } = target;
  const matches = matcherOf(request, target);
  const table = wantsTable(request);
  let sent = 0;
  let isMute = false;
  reply.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
  reply.flushHeaders();
  const seconds = Number(query.get('timeoutSeconds') ?? DEFAULT_SECONDS);
  const timer = setTimeout(() => reply.end(), seconds * 1000);
  reply.once('close', () => clearTimeout(timer));

  function line(kind: string, object: KubeObject): string {
    if (!table) return `{"type":"${kind}","object":${objectText(inVersion(type, object))}}\n`;
    const metadata = { resourceVersion: object.metadata.resourceVersion };
    return `${JSON.stringify({ type: kind, object: toTable(type, [object], metadata, request) })}\n`;
  }

  function write(text: string): void {
    if (isMute || reply.writableEnded || reply.destroyed) return;
    if (fault !== undefined && sent >= fault.after) return breakOff(text);
    sent += 1;
    reply.write(text);
  }

  function breakOff(text: string): void {
    if (fault?.kind === 'half-line') {
      reply.write(text.slice(0, Math.floor(text.length / 2)), () => reply.destroy());
      return;
    }
    if (fault?.kind === 'watch-drop') return void reply.destroy();
    const status = expired(`too old resource version: 1 (${cluster.store.version()})`).status();
    reply.end(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
  }

  const watch: Watch = {
    send(change) {
      const event = seen(matches, change);
      if (event !== undefined) write(line(event.type, event.object));
    },
    sendInitial(objects) {
      for (const object of [...objects].sort(byKey)) if (matches(object)) write(line('ADDED', object));
      if (query.get('sendInitialEvents') === 'true') watch.bookmark(cluster.store.version(), 'initial');
    },
    bookmark(version, initial) {
      const annotations = { 'k8s.io/initial-events-end': 'true' };
      const metadata = {
        resourceVersion: String(version),
        ...(initial === undefined ? {} : { annotations }),
      };
      const object = { kind: type.kind, apiVersion: apiVersionOf(type), metadata };
      write(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`);
    },
    mute: () => (isMute = true),
    end: () => reply.end(),
  };
  return watch;
}

// An object that leaves the selection is deleted for the watch, one that enters it is added.
function seen(matches: Matcher, change: Change): { type: string; object: KubeObject } | undefined {
  const { type, object, previous } = change;
  const now = matches(object);
  const before = previous !== undefined && matches(previous);
  if (type === 'DELETED') return before || now ? { type, object } : undefined;
  if (now && before) return { type: 'MODIFIED', object };
  if (now) return { type: 'ADDED', object };
  return before ? { type: 'DELETED', object } : undefined;
}
