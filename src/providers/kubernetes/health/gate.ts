import { failure } from '../../../shared/domain/failures.js';
import { nameOf, type KubeObject, type ObjectRef } from '../object.js';
import { textAt, valueAt } from '../watch/fields.js';
import { degraded, progressing, type Health, type Written } from './health.js';

/**
 * What must hold before the status of any object means something: it is the one that we wrote, the watch has seen
 * our write, and its controller has too. Undefined when all that holds.
 */
export function gate(object: KubeObject, written: Written): Health | undefined {
  const name = nameOf(refOf(object));
  if (object.metadata.uid !== written.uid) {
    // A watch that is behind may still show the object that ours replaced.
    if (isOlder(object.metadata.resourceVersion, written.resourceVersion)) return behind(name);
    return degraded(failure('k8s.object-replaced', `${name} was deleted and created again by somebody else`));
  }
  const generation = object.metadata.generation ?? 0;
  if (isOlder(object.metadata.resourceVersion, written.resourceVersion)) return behind(name);
  if (generation < (written.generation ?? 0)) return behind(name);
  if (object.metadata.deletionTimestamp !== undefined) {
    return degraded(failure('k8s.object-missing', `${name} is being deleted by somebody else`));
  }
  const observed = observedGeneration(object);
  if (observed !== undefined && observed < generation) {
    return progressing(`its controller has not seen generation ${generation} yet`);
  }
  return undefined;
}

/** Names an object as its own manifest does. */
export function refOf({ apiVersion, kind, metadata }: KubeObject): ObjectRef {
  const { namespace, name = '' } = metadata;
  return { apiVersion, kind, name, ...(namespace !== undefined && { namespace }) };
}

/** Whether one resource version is older. Versions of one resource grow; what is no number is never called older. */
export function isOlder(version: string | undefined, than: string): boolean {
  const [left, right] = [Number(version), Number(than)];
  return Number.isFinite(left) && Number.isFinite(right) && left < right;
}

function behind(name: string): Health {
  return progressing(`the watch has not seen our write of ${name} yet`);
}

/** Some controllers, Argo Rollouts for one, write it as text. Undefined for a status that does not have it. */
function observedGeneration(object: KubeObject): number | undefined {
  const value = valueAt(object, 'status', 'observedGeneration');
  if (typeof value === 'number') return value;
  const text = textAt(object, 'status', 'observedGeneration');
  if (text !== undefined && /^\d+$/.test(text)) return Number(text);
  // The built-in workload controllers always write it, so its absence means that they have not looked.
  return object.apiVersion === 'apps/v1' && object.kind !== 'ControllerRevision' ? 0 : undefined;
}
