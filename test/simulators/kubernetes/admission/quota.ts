import { type ApiError, forbidden } from '../api-error.js';
import { fieldsAt, listAt } from '../json.js';
import type { KubeObject } from '../objects.js';
import { readQuantity, writeQuantity } from '../quantity.js';
import { builtInCollection } from '../registry/registry.js';
import { collectionOf, subjectOf, type ResourceType } from '../registry/resource-type.js';
import type { Store } from '../store/store.js';
import { isActive, type Pod } from '../workloads.js';

/** A ResourceQuota. */
export interface ResourceQuota extends KubeObject {
  spec?: { hard?: Record<string, string> };
  status?: { hard?: Record<string, string>; used?: Record<string, string> };
}

/** Throws 403 when creating the object would exceed a ResourceQuota of its namespace. */
export function admitByQuota(store: Store, type: ResourceType, object: KubeObject): void {
  const namespace = object.metadata.namespace ?? '';
  for (const quota of store.collection(builtInCollection('ResourceQuota')).list(namespace)) {
    const hard = (quota as ResourceQuota).spec?.hard ?? {};
    const wanted = costOf(type, object);
    const over: string[] = [];
    const used: string[] = [];
    const limited: string[] = [];
    for (const name of Object.keys(hard).sort()) {
      const cost = wanted[canonicalName(name)];
      if (cost === undefined) continue;
      if (Number.isNaN(cost)) throw unspecified(type, object, quota, name);
      const now = usageOf(store, namespace, name);
      if (cost === 0 || now + cost <= readQuantity(hard[name])) continue;
      over.push(`${name}=${show(name, cost)}`);
      used.push(`${name}=${show(name, now)}`);
      limited.push(`${name}=${hard[name] ?? ''}`);
    }
    if (over.length === 0) continue;
    const text = `requested: ${over.join(',')}, used: ${used.join(',')}, limited: ${limited.join(',')}`;
    const subject = subjectOf(type, object.metadata.name);
    throw forbidden(subject, `exceeded quota: ${quota.metadata.name}, ${text}`);
  }
}

/** What a namespace uses of one quota resource. */
export function usageOf(store: Store, namespace: string, name: string): number {
  const resource = canonicalName(name);
  if (resource.startsWith('count/'))
    return store.collection(resource.slice('count/'.length)).count(namespace);
  let total = 0;
  const from = PLURALS[resource];
  if (from !== undefined) {
    for (const object of store.collection(from).list(namespace)) total += costOfService(resource, object);
    return total;
  }
  for (const object of store.collection('pods').list(namespace)) {
    const pod = object as Pod;
    if (isActive(pod)) total += resource === 'pods' ? 1 : podCost(pod, resource);
  }
  return total;
}

/** A usage in the spelling of its resource. */
export function show(name: string, value: number): string {
  if (/memory|storage/.test(name)) return writeQuantity(value, 'bytes');
  return writeQuantity(value, name.includes('cpu') ? 'cpu' : 'count');
}

const PLURALS: Record<string, string> = {
  'services.nodeports': 'services',
  'services.loadbalancers': 'services',
};

const COUNTED = ['services', 'configmaps', 'secrets', 'persistentvolumeclaims', 'replicationcontrollers'];

function canonicalName(name: string): string {
  if (name === 'cpu' || name === 'memory') return `requests.${name}`;
  return COUNTED.includes(name) ? `count/${name}` : name;
}

function costOf(type: ResourceType, object: KubeObject): Record<string, number> {
  const cost: Record<string, number> = { [`count/${collectionOf(type)}`]: 1 };
  if (type.kind === 'Pod') {
    cost['pods'] = 1;
    for (const name of ['requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory']) {
      cost[name] = podCost(object as Pod, name, 'unset is unknown');
    }
  }
  if (type.kind === 'Service') {
    for (const name of Object.keys(PLURALS)) cost[name] = costOfService(name, object);
  }
  return cost;
}

function costOfService(name: string, service: KubeObject): number {
  const type = fieldsAt(service, 'spec')['type'];
  if (name === 'services.loadbalancers') return type === 'LoadBalancer' ? 1 : 0;
  return type === 'NodePort' || type === 'LoadBalancer' ? listAt(service, 'spec', 'ports').length : 0;
}

function podCost(pod: Pod, name: string, unset?: 'unset is unknown'): number {
  const [side = '', resource = ''] = name.split('.');
  let total = 0;
  for (const container of pod.spec.containers) {
    const value = fieldsAt(container, 'resources', side)[resource];
    if (value === undefined && unset !== undefined) return Number.NaN;
    total += readQuantity(value);
  }
  return total;
}

function unspecified(type: ResourceType, object: KubeObject, quota: KubeObject, name: string): ApiError {
  const containers = (object as Pod).spec.containers.map((container) => container.name).join(',');
  const text = `failed quota: ${quota.metadata.name}: must specify ${name} for: ${containers}`;
  return forbidden(subjectOf(type, object.metadata.name), text);
}
