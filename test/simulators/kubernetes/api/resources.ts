import { methodNotAllowed, notFound, noSuchPath } from '../api-error.js';
import { admitEviction } from '../controllers/disruption-budgets.js';
import type { Pod } from '../workloads.js';
import type { Cluster } from '../cluster.js';
import type { Kubelet } from '../kubelet/kubelet.js';
import type { KubeObject } from '../objects.js';
import { collectionOf, subjectOf } from '../registry/resource-type.js';
import { sendLog } from '../subresources/pod-log.js';
import { isMetrics, serveMetrics } from '../subresources/metrics.js';
import { serveProxy } from '../subresources/proxy.js';
import { readScale, writeScale } from '../subresources/scale.js';
import { readDeleteOptions, type Deletion } from '../writes/deletion.js';
import { inVersion, type Place } from '../writes/writes.js';
import type { Fault } from './faults.js';
import { listObjects } from './list.js';
import { patcherOf, patchObject } from './patch.js';
import { isWatch, parseJson, readBody, type ApiRequest, type Target } from './request.js';
import { objectText, sendJson, sendText } from './respond.js';
import { byKey, matcherOf } from './selection.js';
import { toTable, wantsTable } from './table.js';
import type { WatchHub } from './watch.js';
import { writeCallOf } from './write-call.js';

/** What the resource handlers work with. */
export interface Serving {
  cluster: Cluster;
  kubelet: Kubelet;
  hub: WatchHub;
}

/** Answers a call of a resource. Throws an ApiError for what the server refuses. */
export async function serveResource(
  serving: Serving,
  request: ApiRequest,
  target: Target,
  fault: Fault | undefined,
): Promise<void> {
  const { name } = target;
  if (isMetrics(target)) {
    if (request.method !== 'GET') throw methodNotAllowed();
    return serveMetrics(serving.cluster, request, target);
  }
  if (target.subresource === 'proxy') return serveProxy(serving.cluster, request, target);
  if (name === undefined) return serveCollection(serving, request, target, fault);
  const place: Place = { type: target.type, namespace: target.namespace, name };
  if (target.subresource === undefined) return serveObject(serving, request, place);
  if (!target.type.subresources.includes(target.subresource)) throw noSuchPath();
  return serveSubresource(serving, request, place, target.subresource);
}

async function serveCollection(
  { cluster, hub }: Serving,
  request: ApiRequest,
  target: Target,
  fault: Fault | undefined,
): Promise<void> {
  const { type, namespace } = target;
  switch (request.method) {
    case 'GET':
      if (isWatch(request.query)) hub.watch(request, target, fault);
      else listObjects(cluster, request, target);
      return;
    case 'POST': {
      if (type.namespaced && namespace === undefined) throw methodNotAllowed();
      const body = parseJson(request, await readBody(request));
      sendObject(request, 201, cluster.writes.create(type, namespace, body, writeCallOf(request)));
      return;
    }
    case 'DELETE': {
      const options = readDeleteOptions(parseJson(request, await readBody(request)), request.query);
      const call = writeCallOf(request);
      const matches = matcherOf(request, target);
      const objects = [...cluster.store.collection(collectionOf(type)).list(namespace)]
        .filter(matches)
        .sort(byKey);
      for (const object of objects) {
        const { name, namespace: inside } = object.metadata;
        cluster.remove({ type, namespace: inside, name }, options, call);
      }
      sendJson(request.reply, 200, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' });
      return;
    }
    default:
      throw methodNotAllowed();
  }
}

async function serveObject({ cluster }: Serving, request: ApiRequest, place: Place): Promise<void> {
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      return sendRead(request, place, find(cluster, place));
    case 'PUT': {
      const body = parseJson(request, await readBody(request));
      const kind = { verb: 'update', managed: 'tracked' } as const;
      return sendObject(
        request,
        200,
        cluster.writes.update(place, () => body, writeCallOf(request), kind),
      );
    }
    case 'PATCH': {
      const text = await readBody(request);
      const { object, created } = patchObject(cluster, request, place, undefined, text, writeCallOf(request));
      return sendObject(request, created ? 201 : 200, object);
    }
    case 'DELETE': {
      const options = readDeleteOptions(parseJson(request, await readBody(request)), request.query);
      return sendDeletion(request, place, cluster.remove(place, options, writeCallOf(request)));
    }
    default:
      throw methodNotAllowed();
  }
}

async function serveSubresource(
  { cluster, kubelet }: Serving,
  request: ApiRequest,
  place: Place,
  subresource: string,
): Promise<void> {
  if (subresource === 'log' && request.method === 'GET') {
    return sendLog(cluster, kubelet.logs, request, place.namespace ?? '', place.name);
  }
  if (subresource === 'scale') return serveScale(cluster, request, place);
  if (subresource === 'eviction' && request.method === 'POST') {
    const body = parseJson(request, await readBody(request)) as { deleteOptions?: unknown } | undefined;
    admitEviction(cluster, find(cluster, place) as Pod);
    cluster.remove(place, readDeleteOptions(body?.deleteOptions, request.query), writeCallOf(request));
    return sendJson(request.reply, 201, {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
    });
  }
  if (!['status', 'finalize', 'ephemeralcontainers'].includes(subresource)) throw methodNotAllowed();
  const called = subresource === 'status' ? 'status' : undefined;
  if (request.method === 'GET') return sendRead(request, place, find(cluster, place));
  const text = await readBody(request);
  if (request.method === 'PATCH') {
    return sendObject(
      request,
      200,
      patchObject(cluster, request, place, called, text, writeCallOf(request)).object,
    );
  }
  if (request.method !== 'PUT') throw methodNotAllowed();
  const body = parseJson(request, text);
  const kind = { verb: 'update', subresource: called, managed: 'tracked' } as const;
  sendObject(
    request,
    200,
    cluster.writes.update(place, () => body, writeCallOf(request), kind),
  );
}

async function serveScale(cluster: Cluster, request: ApiRequest, place: Place): Promise<void> {
  if (request.method === 'GET') return sendJson(request.reply, 200, readScale(cluster, place));
  const text = await readBody(request);
  const call = writeCallOf(request);
  if (request.method === 'PATCH') {
    const patch = patcherOf(request, place, text);
    return sendJson(
      request.reply,
      200,
      writeScale(cluster, place, (scale) => patch(scale), call),
    );
  }
  if (request.method !== 'PUT') throw methodNotAllowed();
  const body = parseJson(request, text);
  sendJson(
    request.reply,
    200,
    writeScale(cluster, place, () => body, call),
  );
}

function find(cluster: Cluster, { type, namespace, name }: Place): KubeObject {
  const object = cluster.store
    .collection(collectionOf(type))
    .get(namespace === undefined ? name : `${namespace}/${name}`);
  if (object === undefined) throw notFound(subjectOf(type, name));
  return inVersion(type, object);
}

function sendRead(request: ApiRequest, place: Place, object: KubeObject): void {
  if (!wantsTable(request)) return sendObject(request, 200, object);
  const metadata = { resourceVersion: object.metadata.resourceVersion };
  sendJson(request.reply, 200, toTable(place.type, [object], metadata, request));
}

function sendObject(request: ApiRequest, code: number, object: KubeObject): void {
  sendText(request.reply, code, objectText(object));
}

function sendDeletion(request: ApiRequest, { type }: Place, { object, gone }: Deletion): void {
  if (!gone || type.kind === 'Pod') return sendObject(request, 200, object);
  const { name, uid } = object.metadata;
  sendJson(request.reply, 200, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...(type.group === '' ? {} : { group: type.group }), kind: type.plural, uid },
  });
}
