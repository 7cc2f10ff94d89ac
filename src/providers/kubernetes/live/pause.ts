import { failure } from '../../../shared/domain/failures.js';
import type { LiveAnswer, Operated, OperationTurn } from '../../live-operations.js';
import type { Cluster } from '../connect/clusters.js';
import { pathOf } from '../discovery/resource.js';
import { valueAt } from '../json.js';
import { LiveFailure } from './live-failure.js';
import { chosenOf, workloadsOf, type TargetTurn } from './workloads.js';

const MANAGER = 'beanpod-pause';

/** Words for both ways: what is asked of the Deployment, what it would be, and what it is then. */
const WAYS = {
  pause: {
    paused: true,
    would: 'would keep its pods as they are until it is resumed',
    is: 'keeps its pods as they are until it is resumed',
  },
  resume: { paused: false, would: 'would go on with its rollout', is: 'goes on with its rollout' },
} as const;

/** Sets `spec.paused` of one Deployment. No other kind knows it. */
export async function setPaused(
  { transport }: Cluster,
  turn: OperationTurn & TargetTurn,
  way: keyof typeof WAYS,
  workload: string | undefined,
): Promise<LiveAnswer<Operated>> {
  const all = await workloadsOf(transport, turn, ['Deployment', 'StatefulSet', 'DaemonSet']);
  const known = all.filter(({ kind }) => kind === 'Deployment');
  if (workload !== undefined && !workload.startsWith('Deployment/'))
    throw new LiveFailure(
      failure('k8s.operation-unclear', `${workload} has no rollout to pause; only Deployments have`),
    );
  const { name, place, object } = chosenOf(known, workload, 'Deployment');
  const { paused, would, is } = WAYS[way];
  const isSo = (valueAt(object, 'spec', 'paused') === true) === paused;
  const which = `Deployment ${name}`;
  if (turn.how === 'preview') return done(isSo ? `${which} does so already: it ${is}` : `${which} ${would}`);
  if (!isSo) {
    await turn.intend(way);
    await transport.send({
      method: 'PATCH',
      path: pathOf(place.resource, place.namespace, name),
      query: { fieldManager: MANAGER },
      contentType: 'application/merge-patch+json',
      body: { metadata: { resourceVersion: object.metadata.resourceVersion }, spec: { paused } },
      signal: turn.signal,
    });
  }
  return done(`${which} ${is}`);
}

function done(sentence: string): LiveAnswer<Operated> {
  return { said: 'done', value: [sentence] };
}
