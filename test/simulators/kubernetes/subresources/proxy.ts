import { ApiError, notFound } from '../api-error.js';
import { readBody, type ApiRequest, type Target } from '../api/request.js';
import { sendJson } from '../api/respond.js';
import type { Cluster } from '../cluster.js';
import { at } from '../json.js';
import { subjectOf } from '../registry/resource-type.js';
import { selects } from '../selectors.js';
import { isReady, type Pod } from '../workloads.js';
import { createJavaBeans, type JavaBeans } from './java-beans.js';
import { answerJolokia } from './jolokia.js';

/** What every pod has for a Java process lives as long as its cluster, by the uid of the pod. */
const processes = new WeakMap<Cluster, Map<string, JavaBeans>>();

/**
 * Answers for the process behind a pod or service: `/jolokia/…` as a Jolokia agent, everything else with a page that names the pod.
 * Source: https://kubernetes.io/docs/tasks/access-application-cluster/access-cluster-services/
 */
export async function serveProxy(cluster: Cluster, request: ApiRequest, target: Target): Promise<void> {
  const pod = podBehind(cluster, target);
  if (!isReady(pod)) {
    const why = `error trying to reach service: dial tcp ${pod.status.podIP ?? ''}: connect: connection refused`;
    throw new ApiError(503, 'ServiceUnavailable', why);
  }
  const text = await readBody(request);
  const jolokia = /^jolokia(?:\/(?<path>.*))?$/.exec(target.rest)?.groups;
  if (jolokia !== undefined) {
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const beans = beansOf(cluster, pod);
    const answer = Array.isArray(body)
      ? body.map((one) => answerJolokia(beans, '', one))
      : answerJolokia(beans, jolokia['path'] ?? '', body);
    return sendJson(request.reply, 200, answer);
  }
  request.reply.writeHead(200, { 'content-type': 'text/plain' });
  request.reply.end(`${request.method} /${target.rest} answered by ${pod.metadata.name}\n`);
}

function beansOf(cluster: Cluster, { metadata: { uid } }: Pod): JavaBeans {
  const known = processes.get(cluster) ?? new Map<string, JavaBeans>();
  processes.set(cluster, known);
  const beans = known.get(uid) ?? createJavaBeans(Date.now());
  known.set(uid, beans);
  return beans;
}

// `[https:]name[:port]`: the scheme and the port do not change who answers.
function podBehind(cluster: Cluster, { type, namespace = '', name = '' }: Target): Pod {
  const parts = name.split(':').filter((part) => part !== 'http' && part !== 'https');
  const key = `${namespace}/${parts[0] ?? ''}`;
  if (type.kind === 'Pod') {
    const pod = cluster.store.collection('pods').get(key);
    if (pod === undefined) throw notFound(subjectOf(type, parts[0]));
    return pod as Pod;
  }
  const service = cluster.store.collection('services').get(key);
  if (service === undefined) throw notFound(subjectOf(type, parts[0]));
  const matchLabels = at(service, 'spec', 'selector') as Record<string, string>;
  for (const pod of cluster.store.collection('pods').list(namespace)) {
    if (selects({ matchLabels }, pod.metadata.labels) && isReady(pod as Pod)) return pod as Pod;
  }
  const why = `no endpoints available for service "${parts[0] ?? ''}"`;
  throw new ApiError(503, 'ServiceUnavailable', why);
}
