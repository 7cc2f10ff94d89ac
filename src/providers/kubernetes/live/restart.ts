import { failure } from '../../../shared/domain/failures.js';
import type { LiveAnswer, Operated, OperationTurn } from '../../live-operations.js';
import type { Cluster } from '../connect/clusters.js';
import { pathOf } from '../discovery/resource.js';
import { numberAt, textAt, valueAt } from '../json.js';
import { OPERATION } from '../manifests/annotations.js';
import { LiveFailure } from './live-failure.js';
import { workloadsOf, type LiveWorkload, type TargetTurn } from './workloads.js';

/** As `kubectl rollout restart` writes it. */
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';
/** Not the manager of deployments, whose next one would otherwise take the annotation away and restart everything again. */
const MANAGER = 'beanpod-restart';

/**
 * Lets every workload of the target replace its pods by its own rules. What was changed since it was read is left alone.
 * The operation's id in the template tells what is restarted already.
 */
export async function restart(
  { transport }: Cluster,
  turn: OperationTurn & TargetTurn,
): Promise<LiveAnswer<Operated>> {
  const workloads = await workloadsOf(transport, turn, ['Deployment', 'StatefulSet', 'DaemonSet']);
  if (workloads.length === 0) throw unclear('The target has no workload that could be restarted');
  const paused = workloads.filter(({ object }) => valueAt(object, 'spec', 'paused') === true);
  if (paused.length > 0)
    throw new LiveFailure(
      failure('k8s.paused', `${paused.map(nameOf).join(', ')} would replace no pod until resumed`),
    );
  if (turn.how === 'preview') return done(workloads.map((one) => `${pods(one)} would replace its pods`));
  const template = {
    metadata: {
      annotations: { [RESTARTED_AT]: new Date(turn.askedAt).toISOString(), [OPERATION]: turn.operation },
    },
  };
  for (const { place, name, object } of workloads) {
    const by = textAt(object, 'spec', 'template', 'metadata', 'annotations', OPERATION);
    if (by === turn.operation) continue;
    await turn.intend('restart');
    await transport.send({
      method: 'PATCH',
      path: pathOf(place.resource, place.namespace, name),
      query: { fieldManager: MANAGER },
      contentType: 'application/strategic-merge-patch+json',
      body: { metadata: { resourceVersion: object.metadata.resourceVersion }, spec: { template } },
      signal: turn.signal,
    });
  }
  return done(workloads.map((one) => `${pods(one)} replaces its pods`));
}

function done(value: Operated): LiveAnswer<Operated> {
  return { said: 'done', value };
}

function nameOf({ kind, name }: LiveWorkload): string {
  return `${kind} ${name}`;
}

function pods(one: LiveWorkload): string {
  const { object } = one;
  const count =
    numberAt(object, 'status', 'replicas') ?? numberAt(object, 'status', 'currentNumberScheduled');
  return count === undefined ? nameOf(one) : `${nameOf(one)} (${count} pods)`;
}

function unclear(detail: string): LiveFailure {
  return new LiveFailure(failure('k8s.operation-unclear', detail));
}
