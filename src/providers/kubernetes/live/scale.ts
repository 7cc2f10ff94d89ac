import { failure } from '../../../shared/domain/failures.js';
import type { LiveAnswer, Operated, OperationTurn, ScaleWish } from '../../live-operations.js';
import type { Cluster } from '../connect/clusters.js';
import { pathOf } from '../discovery/resource.js';
import { createGateway } from '../gateway.js';
import { numberAt, textAt } from '../json.js';
import type { KubeObject } from '../object.js';
import type { KubeTransport } from '../transport.js';
import { LiveFailure } from './live-failure.js';
import { chosenOf, workloadsOf, type LiveWorkload, type TargetTurn } from './workloads.js';

const MANAGER = 'beanpod-scale';

/** Sets the number of pods of one workload, unless an autoscaler would undo it. */
export async function scale(
  { transport }: Cluster,
  turn: OperationTurn & TargetTurn,
  { replicas, workload }: ScaleWish,
): Promise<LiveAnswer<Operated>> {
  const all = await workloadsOf(transport, turn, ['Deployment', 'StatefulSet']);
  const one = chosenOf(all, workload, 'workload that can be scaled');
  const scaler = await autoscalerOf(transport, turn, one);
  if (scaler)
    throw new LiveFailure(
      failure(
        'k8s.autoscaled',
        `HorizontalPodAutoscaler ${scaler.metadata.name} keeps ${one.kind} ${one.name} between ${numberAt(scaler, 'spec', 'minReplicas') ?? 1} and ${numberAt(scaler, 'spec', 'maxReplicas')} pods`,
      ),
    );
  const now = numberAt(one.object, 'spec', 'replicas') ?? 1;
  // What it was before the first try is stored with that.
  const before = turn.intent ?? String(now);
  const which = `${one.kind} ${one.name}`;
  if (turn.how === 'preview') return done(`${which} would have ${replicas} pods instead of ${before}`);
  if (now !== replicas) {
    await turn.intend(before);
    await transport.send({
      method: 'PATCH',
      path: pathOf(one.place.resource, one.place.namespace, one.name, 'scale'),
      query: { fieldManager: MANAGER },
      contentType: 'application/merge-patch+json',
      body: { metadata: { resourceVersion: one.object.metadata.resourceVersion }, spec: { replicas } },
      signal: turn.signal,
    });
  }
  return done(`${which} has ${replicas} pods instead of ${before}`);
}

function done(sentence: string): LiveAnswer<Operated> {
  return { said: 'done', value: [sentence] };
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
