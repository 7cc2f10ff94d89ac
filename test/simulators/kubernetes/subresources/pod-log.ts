import { badRequest, notFound } from '../api-error.js';
import type { Cluster } from '../cluster.js';
import type { ContainerLog, LogBook, LogLine } from '../kubelet/logs.js';
import { builtIn } from '../registry/registry.js';
import { subjectOf } from '../registry/resource-type.js';
import type { ContainerStatus, Pod } from '../workloads.js';
import type { ApiRequest } from '../api/request.js';

/**
 * Streams the log of a container.
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#read-log
 */
export function sendLog(
  cluster: Cluster,
  logs: LogBook,
  request: ApiRequest,
  namespace: string,
  name: string,
): void {
  const pod = cluster.store.collection('pods').get(`${namespace}/${name}`) as Pod | undefined;
  if (pod === undefined) throw notFound(subjectOf(builtIn('Pod'), name));
  const container = containerOf(pod, request.query.get('container'));
  const log = logOf(logs, pod, container, request.query.get('previous') === 'true');
  const { reply, query } = request;
  const timestamps = query.get('timestamps') === 'true';
  let room = Number(query.get('limitBytes') ?? Number.POSITIVE_INFINITY);
  reply.writeHead(200, { 'content-type': 'text/plain' });
  reply.flushHeaders();
  for (const line of selected(log.lines, query)) write(line);
  if (query.get('follow') !== 'true' || log.ended) {
    reply.end();
    return;
  }
  const stop = log.follow((line) => {
    if (line === undefined) reply.end();
    else write(line);
  });
  reply.once('close', stop);

  function write(line: LogLine): void {
    const text = `${timestamps ? `${nanoTime(line.at)} ` : ''}${line.text}\n`;
    const part = Buffer.from(text).subarray(0, room);
    room -= part.length;
    if (part.length > 0) reply.write(part);
  }
}

/** The container that a call means; the only one when it names none. Throws 400 when it is not clear. */
export function containerOf(pod: Pod, wanted: string | null): string {
  const { containers, initContainers = [] } = pod.spec;
  const names = [...initContainers, ...containers].map((container) => container.name);
  const [only] = containers;
  if (wanted === null || wanted === '') {
    if (containers.length === 1 && only !== undefined) return only.name;
    const main = containers.map((container) => container.name).join(' ');
    throw badRequest(
      `a container name must be specified for pod ${pod.metadata.name}, choose one of: [${main}]`,
    );
  }
  if (!names.includes(wanted))
    throw badRequest(`container ${wanted} is not valid for pod ${pod.metadata.name}`);
  return wanted;
}

function logOf(logs: LogBook, pod: Pod, container: string, previous: boolean): ContainerLog {
  const { name, uid } = pod.metadata;
  const log = previous ? logs.previous(uid, container) : logs.current(uid, container);
  if (log !== undefined) return log;
  if (previous) throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`);
  const statuses = [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])];
  const why = waitingText(statuses.find((status) => status.name === container));
  throw badRequest(`container "${container}" in pod "${name}" is waiting to start: ${why}`);
}

function waitingText(status: ContainerStatus | undefined): string {
  const reason = status?.state.waiting?.reason ?? 'ContainerCreating';
  if (reason === 'ErrImagePull') return "image can't be pulled";
  return reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : reason;
}

function selected(lines: readonly LogLine[], query: URLSearchParams): readonly LogLine[] {
  const seconds = query.get('sinceSeconds');
  const time = query.get('sinceTime');
  let since = Number.NEGATIVE_INFINITY;
  if (seconds !== null) since = Date.now() - Number(seconds) * 1000;
  if (time !== null) since = Date.parse(time);
  const recent = lines.filter((line) => line.at.getTime() >= since);
  const tail = query.get('tailLines');
  if (tail === null) return recent;
  return Number(tail) === 0 ? [] : recent.slice(-Number(tail));
}

function nanoTime(at: Date): string {
  return at.toISOString().replace('Z', '000000Z');
}
