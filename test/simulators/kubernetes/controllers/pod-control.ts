import { ApiError } from '../api-error.js';
import type { Cluster } from '../cluster.js';
import { ownedBy, type KubeObject, type Metadata } from '../objects.js';
import { builtIn } from '../registry/registry.js';
import { CONTROLLER } from '../writes/write-call.js';
import type { Pod, PodSpec, PodTemplate } from '../workloads.js';

const POD = builtIn('Pod');

/** What a new pod gets besides its template. */
export interface NewPod {
  metadata: Partial<Metadata>;
  spec?: Partial<PodSpec>;
  /** The controller that events come from. */
  from: string;
}

/** Creates a pod of an owner; returns the refusal of the server when it refuses, after saying so in an event. */
export function createPod(
  cluster: Cluster,
  owner: KubeObject,
  template: PodTemplate,
  pod: NewPod,
): string | undefined {
  const labels = { ...template.metadata?.labels, ...pod.metadata.labels };
  const metadata = { ...template.metadata, ...pod.metadata, labels, ownerReferences: [ownedBy(owner)] };
  const body = { metadata, spec: { ...template.spec, ...pod.spec } };
  try {
    const created = cluster.writes.create(POD, owner.metadata.namespace, body, CONTROLLER);
    const message = `Created pod: ${created.metadata.name}`;
    cluster.events.record(owner, { type: 'Normal', reason: 'SuccessfulCreate', message, from: pod.from });
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const message = `Error creating: ${error.message}`;
    cluster.events.record(owner, { type: 'Warning', reason: 'FailedCreate', message, from: pod.from });
    return error.message;
  }
}

/** Deletes a pod of an owner and says so in an event. */
export function deletePod(cluster: Cluster, owner: KubeObject, pod: Pod, from: string): void {
  const { name, namespace } = pod.metadata;
  cluster.remove({ type: POD, namespace, name }, { propagation: 'Background' }, CONTROLLER);
  const message = `Deleted pod: ${name}`;
  cluster.events.record(owner, { type: 'Normal', reason: 'SuccessfulDelete', message, from });
}
