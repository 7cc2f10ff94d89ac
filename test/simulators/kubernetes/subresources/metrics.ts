import { notFound } from '../api-error.js';
import type { ApiRequest, Target } from '../api/request.js';
import { sendJson } from '../api/respond.js';
import { matcherOf } from '../api/selection.js';
import type { Cluster } from '../cluster.js';
import type { Fields } from '../json.js';
import { timestamp, type KubeObject } from '../objects.js';
import { readQuantity, writeQuantity } from '../quantity.js';
import { apiVersionOf, subjectOf } from '../registry/resource-type.js';
import type { Pod } from '../workloads.js';

/** Tells whether a target is one of metrics.k8s.io, whose objects are made on every read. */
export function isMetrics(target: Target): boolean {
  return target.type.group === 'metrics.k8s.io';
}

/** Answers `kubectl top`: running containers use half of what they request, 50m and 64Mi when they request nothing. */
export function serveMetrics(cluster: Cluster, request: ApiRequest, target: Target): void {
  const { type, namespace, name } = target;
  const metrics = type.plural === 'pods' ? podMetrics : nodeMetrics;
  const matches = matcherOf(request, target);
  const items: Fields[] = [];
  for (const object of cluster.store.collection(type.plural).list(namespace)) {
    const running = type.plural !== 'pods' || (object as Pod).status.phase === 'Running';
    if (running && matches(object) && (name === undefined || object.metadata.name === name)) {
      items.push({ kind: type.kind, apiVersion: apiVersionOf(type), ...metrics(object) });
    }
  }
  if (name === undefined) {
    const list = { kind: `${type.kind}List`, apiVersion: apiVersionOf(type), metadata: {}, items };
    return sendJson(request.reply, 200, list);
  }
  const [found] = items;
  if (found === undefined) throw notFound(subjectOf(type, name));
  sendJson(request.reply, 200, found);
}

function podMetrics(object: KubeObject): Fields {
  const containers = (object as Pod).spec.containers.map(({ name, resources }) => ({
    name,
    usage: {
      cpu: writeQuantity(half(resources?.requests?.['cpu'], 0.05), 'cpu'),
      memory: writeQuantity(Math.round(half(resources?.requests?.['memory'], 64 * 1024 ** 2)), 'bytes'),
    },
  }));
  return { metadata: metadataOf(object), timestamp: timestamp(), window: '15s', containers };
}

function nodeMetrics(object: KubeObject): Fields {
  return {
    metadata: metadataOf(object),
    timestamp: timestamp(),
    window: '15s',
    usage: { cpu: '500m', memory: '4Gi' },
  };
}

function half(requested: string | undefined, otherwise: number): number {
  return requested === undefined ? otherwise : readQuantity(requested) / 2;
}

function metadataOf({ metadata }: KubeObject): Fields {
  const { name, namespace, labels, creationTimestamp } = metadata;
  return { name, namespace, labels, creationTimestamp };
}
