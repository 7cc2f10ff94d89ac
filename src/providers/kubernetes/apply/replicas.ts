import { copyOf, isJson, jsonAt, numberAt, type Json } from '../json.js';
import type { KubeObject } from '../object.js';
import { foreignOwnerOf } from './conflicts.js';

/** What an autoscaler scales, by kind and name within a namespace. */
export type Scaled = ReadonlySet<string>;

/** The workloads that these HorizontalPodAutoscalers and KEDA ScaledObjects scale. */
export function scaledBy(autoscalers: readonly KubeObject[]): Scaled {
  return new Set(
    autoscalers.flatMap((object) => {
      const { kind = 'Deployment', name } = jsonAt(object, 'spec', 'scaleTargetRef');
      return typeof name === 'string' ? [keyOf(object.metadata.namespace, String(kind), name)] : [];
    }),
  );
}

/** Whether an object is an autoscaler. */
export function isAutoscaler({ kind }: Pick<KubeObject, 'kind'>): boolean {
  return kind === 'HorizontalPodAutoscaler' || kind === 'ScaledObject';
}

/**
 * The configuration with replicas that do not work against the autoscaler: those that are live, or none once the
 * autoscaler owns the field. Leaving the field out while nobody else owns it would set it back to 1.
 */
export function withScaledReplicas(
  configuration: KubeObject,
  live: KubeObject | undefined,
  mine: string,
): KubeObject {
  const spec = configuration['spec'];
  if (!live || !isJson(spec)) return configuration;
  const copy = copyOf(configuration) as Json & KubeObject;
  const wanted = jsonAt(copy, 'spec');
  const replicas = numberAt(live, 'spec', 'replicas');
  if (foreignOwnerOf(live, '.spec.replicas', mine) !== undefined) delete wanted['replicas'];
  else if (replicas !== undefined) wanted['replicas'] = replicas;
  return copy;
}

/** How a workload is named in `Scaled`. */
export function keyOf(namespace: string | undefined, kind: string, name: string): string {
  return `${namespace ?? ''}/${kind}/${name}`;
}
