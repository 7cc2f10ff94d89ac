import { forbidden } from '../api-error.js';
import type { KubeObject } from '../objects.js';
import { builtIn } from '../registry/registry.js';
import { subjectOf } from '../registry/resource-type.js';
import type { Pod } from '../workloads.js';
import { podBehaviour } from './behaviours.js';

/** Throws 403 for a new pod whose behaviour is `quota`, in the words of the quota admission. */
export function admitByBehaviour(object: KubeObject): void {
  if (podBehaviour(object as Pod, 'quota') === undefined) return;
  const text = 'exceeded quota: scripted-quota, requested: pods=1, used: pods=10, limited: pods=10';
  throw forbidden(subjectOf(builtIn('Pod'), object.metadata.name), text);
}
