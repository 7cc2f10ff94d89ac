import { fieldsAt, isFields, listAt, type Fields } from '../json.js';

/** Sets a field that is absent or null. */
export function setDefault(fields: Fields, name: string, value: unknown): void {
  fields[name] ??= value;
}

/** The JSON object under a name, created when absent. */
export function section(fields: Fields, name: string): Fields {
  const found = fields[name];
  if (isFields(found)) return found;
  const created: Fields = {};
  fields[name] = created;
  return created;
}

/**
 * Fills a pod spec in place as the server does for pod templates.
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
 */
export function defaultPodSpec(spec: Fields): void {
  setDefault(spec, 'restartPolicy', 'Always');
  setDefault(spec, 'terminationGracePeriodSeconds', 30);
  setDefault(spec, 'dnsPolicy', 'ClusterFirst');
  setDefault(spec, 'securityContext', {});
  setDefault(spec, 'schedulerName', 'default-scheduler');
  if (typeof spec['serviceAccountName'] === 'string') spec['serviceAccount'] = spec['serviceAccountName'];
  for (const field of ['containers', 'initContainers', 'ephemeralContainers']) {
    for (const container of listAt(spec, field)) {
      if (isFields(container)) defaultContainer(container);
    }
  }
  for (const volume of listAt(spec, 'volumes')) {
    if (isFields(volume)) defaultVolume(volume);
  }
}

/** Fills what only a pod gets, not a template. */
export function defaultPod(pod: Fields): void {
  const spec = section(pod, 'spec');
  defaultPodSpec(spec);
  setDefault(spec, 'serviceAccountName', 'default');
  setDefault(spec, 'serviceAccount', spec['serviceAccountName']);
  setDefault(spec, 'enableServiceLinks', true);
  setDefault(spec, 'preemptionPolicy', 'PreemptLowerPriority');
  setDefault(spec, 'priority', 0);
  setDefault(spec, 'tolerations', [
    { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
    {
      key: 'node.kubernetes.io/unreachable',
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: 300,
    },
  ]);
}

function defaultContainer(container: Fields): void {
  const image = container['image'];
  if (typeof image === 'string') setDefault(container, 'imagePullPolicy', pullPolicy(image));
  setDefault(container, 'terminationMessagePath', '/dev/termination-log');
  setDefault(container, 'terminationMessagePolicy', 'File');
  setDefault(container, 'resources', {});
  for (const port of listAt(container, 'ports')) {
    if (isFields(port)) setDefault(port, 'protocol', 'TCP');
  }
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const found = container[probe];
    if (isFields(found)) defaultProbe(found);
  }
  defaultRequests(section(container, 'resources'));
  for (const variable of listAt(container, 'env')) {
    const reference = fieldsAt(variable, 'valueFrom', 'fieldRef');
    if (reference['fieldPath'] !== undefined) setDefault(reference, 'apiVersion', 'v1');
  }
}

function pullPolicy(image: string): string {
  if (image.includes('@')) return 'IfNotPresent';
  const tag = image.slice(image.lastIndexOf('/') + 1).split(':')[1];
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function defaultProbe(probe: Fields): void {
  setDefault(probe, 'timeoutSeconds', 1);
  setDefault(probe, 'periodSeconds', 10);
  setDefault(probe, 'successThreshold', 1);
  setDefault(probe, 'failureThreshold', 3);
  const http = probe['httpGet'];
  if (!isFields(http)) return;
  setDefault(http, 'path', '/');
  setDefault(http, 'scheme', 'HTTP');
}

function defaultRequests(resources: Fields): void {
  const limits = resources['limits'];
  if (!isFields(limits)) return;
  const requests = section(resources, 'requests');
  for (const name in limits) setDefault(requests, name, limits[name]);
}

function defaultVolume(volume: Fields): void {
  if (Object.keys(volume).length === 1) volume['emptyDir'] = {};
  for (const source of ['configMap', 'secret', 'projected', 'downwardAPI']) {
    const found = volume[source];
    if (isFields(found)) setDefault(found, 'defaultMode', 420);
  }
  const host = volume['hostPath'];
  if (isFields(host)) setDefault(host, 'type', '');
}
