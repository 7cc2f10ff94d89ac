import type { OwnedTurn } from '../../contract.js';
import { createGateway, type Place } from '../gateway.js';
import { ENVIRONMENT, SERVICE } from '../manifests/annotations.js';
import type { KubeObject } from '../object.js';
import type { KubeTransport } from '../transport.js';

/** A workload of a target, as the API server has it now. */
export interface LiveWorkload {
  readonly kind: string;
  readonly name: string;
  readonly place: Place;
  readonly object: KubeObject;
}

export type TargetTurn = OwnedTurn & { readonly namespace: string };

const KINDS = { Deployment: 'deployments', StatefulSet: 'statefulsets', DaemonSet: 'daemonsets' } as const;

/** The workloads that a target has deployed, those of these kinds alone. */
export async function workloadsOf(
  transport: KubeTransport,
  { namespace, service, environment, signal }: TargetTurn,
  kinds: readonly (keyof typeof KINDS)[],
): Promise<readonly LiveWorkload[]> {
  const gateway = createGateway(transport);
  const labelSelector = `${SERVICE}=${service},${ENVIRONMENT}=${environment}`;
  const found = await Promise.all(
    kinds.map(async (kind) => {
      const resource = { group: 'apps', version: 'v1', plural: KINDS[kind], namespaced: true };
      const objects = await gateway.list({ resource, namespace }, { labelSelector }, signal);
      return objects.map((object): LiveWorkload => {
        const name = object.metadata.name ?? '';
        return { kind, name, place: { resource, namespace, name }, object };
      });
    }),
  );
  return found.flat();
}
