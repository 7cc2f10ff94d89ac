import { failure } from '../../../shared/domain/failures.js';
import { imagesOf } from '../../../shared/domain/image-reference.js';
import type { Release } from '../../contract.js';
import type { Template } from '../manifests/render.js';
import { found, type Found } from '../found.js';
import type { KubernetesTarget } from '../target.js';

/**
 * What a release of a target is made from: a template for each of its groups, or one. Manifests that the version brings
 * along replace those of the target.
 */
export function templatesOf(target: KubernetesTarget, release: Release): Found<readonly Template[]> {
  const { artifact, service, environment, version } = release;
  const own = artifact.type === 'manifests' ? artifact.manifests : undefined;
  const text = own ?? target.manifests;
  if (text === undefined) {
    const detail = 'Neither the target nor the version has manifests.';
    return { said: 'failed', failure: failure('k8s.manifest-invalid', detail) };
  }
  const name = own === undefined ? 'target' : 'version';
  const always = { service, environment, version, namespace: target.namespace };
  const one: Template = {
    text,
    name,
    fill: target.templating ?? 'values',
    parameters: { ...target.parameters, ...always },
    images: imagesOf(artifact),
    ...(target.madeFor && { nodePortOffset: 'leave', madeNamespace: target.namespace }),
    ...(target.nodePortOffset !== undefined && { nodePortOffset: target.nodePortOffset }),
  };
  if (!target.groups) return found([one]);
  const groups = Object.entries(target.groups).sort(([first], [second]) => (first < second ? -1 : 1));
  return found(
    groups.map(([groupName, { parameters, replicas }]) => ({
      ...one,
      name: `${name} for ${groupName}`,
      group: groupName,
      parameters: { ...target.parameters, ...parameters, ...always, groupName },
      ...(replicas !== undefined && { replicas }),
    })),
  );
}
