import { failure } from '../../../shared/domain/failures.js';
import type { OwnedTurn } from '../../live-operations.js';
import { createGateway, type Place } from '../gateway.js';
import { ENVIRONMENT, SERVICE } from '../manifests/annotations.js';
import type { KubeObject } from '../object.js';
import type { KubeTransport } from '../transport.js';
import { LiveFailure } from './live-failure.js';

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

/** The one that `wanted` names as `Kind/name`, or the only one. Throws a LiveFailure that lists what there is, as `what`. */
export function chosenOf(
  all: readonly LiveWorkload[],
  wanted: string | undefined,
  what: string,
): LiveWorkload {
  const names = all.map(({ kind, name }) => `${kind}/${name}`);
  const found = wanted === undefined ? all : all.filter((_, at) => names[at] === wanted);
  const [one, ...more] = found;
  if (one && more.length === 0) return one;
  const which = names.length === 0 ? `no ${what}` : names.join(', ');
  throw new LiveFailure(failure('k8s.operation-unclear', `The target has ${which}`));
}
