import type { Turn } from '../../contract.js';
import { atOnce } from '../at-once.js';
import type { Discovery } from '../discovery/discovery.js';
import type { Gateway } from '../gateway.js';
import type { Rollout } from '../rollout.js';
import type { Member } from '../set/member.js';
import { KubeStatusError } from '../transport.js';
import { isAutoscaler, scaledBy, type Scaled } from './replicas.js';
import type { Writing } from './write-object.js';

/** How this deployment writes: its stamps, its rules and what autoscalers are about. */
export async function writingOf(rollout: Rollout, members: readonly Member[], turn: Turn): Promise<Writing> {
  const { target, release, manager, inventory } = rollout;
  const { gateway, cluster } = await rollout.link(turn.signal);
  const { deploymentId, service, environment, version } = release;
  const keeps = (target.replicas ?? 'autoscaler') === 'autoscaler';
  return {
    gateway,
    manager,
    rules: target.conflicts ?? {},
    stamp: { deploymentId, service, environment, version, epoch: turn.epoch, set: inventory.id },
    scaled: keeps ? await findScaled(members, gateway, cluster.discovery, turn.signal) : new Set(),
  };
}

const AUTOSCALERS = [
  ['autoscaling/v2', 'HorizontalPodAutoscaler'],
  ['keda.sh/v1alpha1', 'ScaledObject'],
] as const;

const SCALABLE = new Set(['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController']);

/** What autoscalers of the set, and live ones in its namespaces, scale. Autoscalers that may not be read count as none. */
async function findScaled(
  members: readonly Member[],
  gateway: Gateway,
  discovery: Discovery,
  signal: AbortSignal,
): Promise<Scaled> {
  const workloads = members.filter(({ kind }) => SCALABLE.has(kind));
  const namespaces = [...new Set(workloads.map(({ namespace }) => namespace))];
  const wishes = namespaces.flatMap((namespace) => AUTOSCALERS.map((kind) => ({ namespace, kind })));
  const live = await atOnce(wishes, async ({ namespace, kind: [apiVersion, kind] }) => {
    const served = await discovery.versionsOf(kind, signal);
    const resource = served.includes(`${apiVersion} ${kind}`)
      ? await discovery.find(apiVersion, kind, signal)
      : undefined;
    if (!resource) return [];
    try {
      return await gateway.list({ resource, namespace }, {}, signal);
    } catch (error) {
      if (error instanceof KubeStatusError && (error.status === 403 || error.status === 404)) return [];
      throw error;
    }
  });
  return scaledBy([...live.flat(), ...members.map(({ object }) => object).filter(isAutoscaler)]);
}
