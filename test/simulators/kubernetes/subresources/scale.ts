import { notFound } from '../api-error.js';
import type { Cluster } from '../cluster.js';
import { at, clone, fieldsAt, isFields, textAt, type Fields } from '../json.js';
import type { KubeObject } from '../objects.js';
import { collectionOf, subjectOf, type ResourceType } from '../registry/resource-type.js';
import { selectorText } from '../selectors.js';
import type { WriteCall } from '../writes/write-call.js';
import type { Place } from '../writes/writes.js';

/** The Scale of an object. Throws 404 when the object does not exist. */
export function readScale(cluster: Cluster, place: Place): Fields {
  const { type, namespace, name } = place;
  const key = namespace === undefined ? name : `${namespace}/${name}`;
  const object = cluster.store.collection(collectionOf(type)).get(key);
  if (object === undefined) throw notFound(subjectOf(type, name));
  return scaleOf(type, object);
}

/** Writes spec.replicas of an object through its scale subresource; `change` turns the old Scale into the new one. */
export function writeScale(
  cluster: Cluster,
  place: Place,
  change: (scale: Fields) => unknown,
  call: WriteCall,
): Fields {
  const { type } = place;
  const object = cluster.writes.update(
    place,
    (live) => {
      const scale = change(scaleOf(type, live));
      const replicas = at(scale, 'spec', 'replicas') ?? 0;
      const version = textAt(scale, 'metadata', 'resourceVersion');
      const next = clone(live) as Fields & KubeObject;
      if (version !== undefined) next.metadata.resourceVersion = version;
      setAt(next, pathOf(type.custom?.scale?.specReplicasPath ?? '.spec.replicas'), replicas);
      return next;
    },
    call,
    { verb: 'update', subresource: 'scale', managed: 'tracked' },
  );
  return scaleOf(type, object);
}

function scaleOf(type: ResourceType, object: KubeObject): Fields {
  const paths = type.custom?.scale;
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = paths?.labelSelectorPath;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: at(object, ...pathOf(paths?.specReplicasPath ?? '.spec.replicas')) ?? 0 },
    status: {
      replicas: at(object, ...pathOf(paths?.statusReplicasPath ?? '.status.replicas')) ?? 0,
      selector:
        selector === undefined
          ? selectorText(fieldsAt(object, 'spec', 'selector'))
          : at(object, ...pathOf(selector)),
    },
  };
}

function pathOf(jsonPath: string): string[] {
  return jsonPath.split('.').filter((part) => part !== '');
}

function setAt(object: Fields, path: string[], value: unknown): void {
  const [name = '', ...rest] = path;
  if (rest.length === 0) {
    object[name] = value;
    return;
  }
  const below = object[name];
  const next: Fields = isFields(below) ? below : {};
  object[name] = next;
  setAt(next, rest, value);
}
