import { ApiError, badRequest, expired } from '../api-error.js';
import type { Cluster } from '../cluster.js';
import { isFields } from '../json.js';
import { keyOf, type KubeObject } from '../objects.js';
import { apiVersionOf, collectionOf } from '../registry/resource-type.js';
import { inVersion } from '../writes/writes.js';
import type { ApiRequest, Target } from './request.js';
import { itemText, sendJson, sendText } from './respond.js';
import { byKey, matcherOf } from './selection.js';
import { toTable, wantsTable } from './table.js';

/** Answers a list, page by page when a limit is given. */
export function listObjects(cluster: Cluster, request: ApiRequest, target: Target): void {
  const page = pageOf(cluster, request, target);
  const { type } = target;
  const metadata = {
    resourceVersion: page.version,
    ...(page.next === undefined ? {} : { continue: page.next, remainingItemCount: page.remaining }),
  };
  if (wantsTable(request)) {
    sendJson(request.reply, 200, toTable(type, page.objects, metadata, request));
    return;
  }
  const items = page.objects.map((object) =>
    type.custom === undefined ? itemText(object) : JSON.stringify(inVersion(type, object)),
  );
  const head = JSON.stringify({ kind: `${type.kind}List`, apiVersion: apiVersionOf(type), metadata });
  sendText(request.reply, 200, `${head.slice(0, -1)},"items":[${items.join(',')}]}`);
}

interface Page {
  objects: KubeObject[];
  version: string;
  next: string | undefined;
  remaining: number;
}

function pageOf(cluster: Cluster, request: ApiRequest, target: Target): Page {
  const { query } = request;
  const token = readContinue(cluster, query.get('continue'));
  refuseFuture(cluster, query);
  const matches = matcherOf(request, target);
  const all: KubeObject[] = [];
  for (const object of cluster.store.collection(collectionOf(target.type)).list(target.namespace)) {
    if ((token === undefined || keyOf(object) > token.after) && matches(object)) all.push(object);
  }
  all.sort(byKey);
  const limit = Number(query.get('limit') ?? 0);
  const objects = limit > 0 ? all.slice(0, limit) : all;
  const version = token?.version ?? String(cluster.store.version());
  const last = objects.at(-1);
  const more = all.length - objects.length;
  const next =
    more === 0 || last === undefined
      ? undefined
      : Buffer.from(JSON.stringify({ after: keyOf(last), version })).toString('base64url');
  return { objects, version, next, remaining: more };
}

function readContinue(cluster: Cluster, text: string | null): { after: string; version: string } | undefined {
  if (text === null || text === '') return undefined;
  let token: unknown;
  try {
    token = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch (error) {
    throw badRequest(`continue key is not valid: ${(error as Error).message}`);
  }
  if (!isFields(token)) throw badRequest('continue key is not valid');
  const { after, version } = token as { after: string; version: string };
  if (Number(version) < cluster.store.compacted()) {
    throw expired(
      'The provided continue parameter is too old to display a consistent list result. You can start a new list ' +
        'without the continue parameter, or use the continue token in this response to retrieve the remainder of the results.',
    );
  }
  return { after, version };
}

function refuseFuture(cluster: Cluster, query: URLSearchParams): void {
  const wanted = Number(query.get('resourceVersion') ?? 0);
  const current = cluster.store.version();
  if (wanted <= current) return;
  throw new ApiError(504, 'Timeout', `Too large resource version: ${wanted}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version', field: '' }],
    retryAfterSeconds: 1,
  });
}
