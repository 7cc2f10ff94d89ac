import { failure } from '../../../shared/domain/failures.js';
import type { Operated, ScaleWish } from '../../contract.js';
import type { Cluster } from '../connect/clusters.js';
import { pathOf } from '../discovery/resource.js';
import { createGateway } from '../gateway.js';
import { numberAt, textAt } from '../json.js';
import type { KubeObject } from '../object.js';
import type { KubeTransport } from '../transport.js';
import { LiveFailure } from './live-failure.js';
import { workloadsOf, type LiveWorkload, type TargetTurn } from './workloads.js';

const MANAGER = 'beanpod-scale';

/** Sets the number of pods of one workload, unless an autoscaler would undo it. */
export async function scale(
  { transport }: Cluster,
  turn: TargetTurn,
  { replicas, workload }: ScaleWish,
  dryRun: boolean,
): Promise<Operated> {
  const all = await workloadsOf(transport, turn, ['Deployment', 'StatefulSet']);
  const one = chosen(all, workload);
  const scaler = await autoscalerOf(transport, turn, one);
  if (scaler)
    throw new LiveFailure(
      failure(
        'k8s.autoscaled',
        `HorizontalPodAutoscaler ${scaler.metadata.name} keeps ${one.kind} ${one.name} between ${numberAt(scaler, 'spec', 'minReplicas') ?? 1} and ${numberAt(scaler, 'spec', 'maxReplicas')} pods`,
      ),
    );
  const now = numberAt(one.object, 'spec', 'replicas') ?? 1;
  const which = `${one.kind} ${one.name}`;
  if (dryRun) return [`${which} would have ${replicas} pods instead of ${now}`];
  await transport.send({
    method: 'PATCH',
    path: pathOf(one.place.resource, one.place.namespace, one.name, 'scale'),
    query: { fieldManager: MANAGER },
    contentType: 'application/merge-patch+json',
    body: { metadata: { resourceVersion: one.object.metadata.resourceVersion }, spec: { replicas } },
    signal: turn.signal,
  });
  return [`${which} has ${replicas} pods instead of ${now}`];
}

function chosen(all: readonly LiveWorkload[], wanted: string | undefined): LiveWorkload {
  const names = all.map(({ kind, name }) => `${kind}/${name}`);
  const found = wanted === undefined ? all : all.filter((_, at) => names[at] === wanted);
  const [one, ...more] = found;
  if (one && more.length === 0) return one;
  const which = names.length === 0 ? 'no workload that can be scaled' : names.join(', ');
  throw new LiveFailure(failure('k8s.operation-unclear', `The target has ${which}`));
}

async function autoscalerOf(
  transport: KubeTransport,
  { namespace, signal }: TargetTurn,
  { kind, name }: LiveWorkload,
): Promise<KubeObject | undefined> {
  const resource = {
    group: 'autoscaling',
    version: 'v2',
    plural: 'horizontalpodautoscalers',
    namespaced: true,
  };
  const scalers = await createGateway(transport).list({ resource, namespace }, {}, signal);
  return scalers.find(
    (scaler) =>
      textAt(scaler, 'spec', 'scaleTargetRef', 'kind') === kind &&
      textAt(scaler, 'spec', 'scaleTargetRef', 'name') === name,
  );
}
