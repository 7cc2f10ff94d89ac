import { failure } from '../../../shared/domain/failures.js';
import type { Release } from '../../contract.js';
import type { Template } from '../manifests/render.js';
import { found, type Found } from '../rollout.js';
import type { KubernetesTarget } from '../target.js';

/** What a release of a target is made from. Manifests that the version brings along replace those of the target. */
export function templateOf(target: KubernetesTarget, release: Release): Found<Template> {
  const { artifact, service, environment, version } = release;
  const own = artifact.type === 'manifests' ? artifact.manifests : undefined;
  const text = own ?? target.manifests;
  if (text === undefined) {
    const detail = 'Neither the target nor the version has manifests.';
    return { said: 'failed', failure: failure('k8s.manifest-invalid', detail) };
  }
  return found({
    text,
    name: own === undefined ? 'target' : 'version',
    fill: target.templating ?? 'values',
    parameters: { ...target.parameters, service, environment, version, namespace: target.namespace },
    images: imagesOf(artifact),
    ...(target.nodePortOffset !== undefined && { nodePortOffset: target.nodePortOffset }),
  });
}

function imagesOf(artifact: Release['artifact']): readonly string[] {
  switch (artifact.type) {
    case 'image':
      return [artifact.image];
    case 'images':
    case 'manifests':
      return artifact.images ?? [];
    case 's3':
    case 'bundle':
      return [];
  }
}
