import type { Cluster } from '../cluster.js';
import type { KubeObject } from '../objects.js';
import { builtIn } from '../registry/registry.js';
import { CONTROLLER } from '../writes/write-call.js';
import type { PodSpec } from '../workloads.js';

type WithClaims = KubeObject & { spec: { volumeClaimTemplates?: KubeObject[] } };

/** Creates the claims of one pod of a StatefulSet that do not exist yet. */
export function ensureClaims(cluster: Cluster, set: WithClaims, pod: string): void {
  for (const template of set.spec.volumeClaimTemplates ?? []) {
    const name = `${template.metadata.name}-${pod}`;
    const { namespace } = set.metadata;
    if (cluster.store.collection('persistentvolumeclaims').get(`${namespace ?? ''}/${name}`) !== undefined)
      continue;
    const { labels, annotations } = template.metadata;
    const metadata = {
      name,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
    };
    const body = { metadata, spec: template['spec'] };
    cluster.writes.create(builtIn('PersistentVolumeClaim'), namespace, body, CONTROLLER);
  }
}

/** The volumes of a pod with those of its claims. */
export function claimVolumes(set: WithClaims, pod: string, spec: PodSpec): Pick<PodSpec, 'volumes'> {
  const claims = (set.spec.volumeClaimTemplates ?? []).map(({ metadata }) => ({
    name: metadata.name,
    persistentVolumeClaim: { claimName: `${metadata.name}-${pod}` },
  }));
  if (claims.length === 0) return {};
  const others = (spec.volumes ?? []).filter((volume) => !claims.some((claim) => claim.name === volume.name));
  return { volumes: [...others, ...claims] };
}
