import type { KubeObject } from '../object.js';
import { DEPLOYMENT, ENVIRONMENT, EPOCH, MANAGED_BY, PART_OF, SERVICE, VERSION } from './annotations.js';

/** Whose object it is and by which deployment it came. */
export interface Stamp {
  readonly service: string;
  readonly environment: string;
  readonly deploymentId: string;
  readonly version: string;
  readonly epoch: number;
  /** Id of the inventory, in the form of an ApplySet. */
  readonly set: string;
}

/**
 * The object with Beanpod's labels and annotations. Only its own metadata is touched, never a pod template or a
 * selector, so a stamp alone restarts nothing: the API server counts no new generation for metadata.
 */
export function stamped(object: KubeObject, stamp: Stamp): KubeObject {
  return {
    ...object,
    metadata: {
      ...object.metadata,
      labels: {
        [MANAGED_BY]: 'beanpod',
        ...object.metadata.labels,
        ...ownerLabels(stamp),
        [PART_OF]: stamp.set,
      },
      annotations: {
        'kubernetes.io/change-cause': `version ${stamp.version}`,
        ...object.metadata.annotations,
        [VERSION]: stamp.version,
        [DEPLOYMENT]: stamp.deploymentId,
        [EPOCH]: String(stamp.epoch),
      },
    },
  };
}

/** The labels that say which target an object belongs to. */
export function ownerLabels({
  service,
  environment,
}: Pick<Stamp, 'service' | 'environment'>): Record<string, string> {
  return { [SERVICE]: service, [ENVIRONMENT]: environment };
}
