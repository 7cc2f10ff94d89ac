import type { KubeObject } from '../object.js';
import { fieldsAt, isFields, listAt, textAt, type Fields } from './fields.js';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * An object without what health never asks for: managed fields, the last applied manifest, the data of
 * configuration, and all of a pod template but its labels and the names of its containers.
 */
export function objectView(object: KubeObject): KubeObject {
  const { apiVersion, kind } = object;
  const { managedFields: _, annotations, ...metadata } = object.metadata;
  const kept = { ...annotations };
  delete kept[LAST_APPLIED];
  const view = { apiVersion, kind, metadata: { ...metadata, annotations: kept } };
  // Only these carry more beside spec and status that health reads.
  const extra = {
    endpoints: object['endpoints'],
    volumeBindingMode: object['volumeBindingMode'],
    revision: object['revision'],
  };
  return {
    ...view,
    ...Object.fromEntries(Object.entries(extra).filter(([, value]) => value !== undefined)),
    ...(isFields(object['spec']) && { spec: specView(object['spec']) }),
    ...(isFields(object['status']) && { status: statusView(object['status']) }),
  };
}

/** A node lists every image that it holds, which is most of its size. */
function statusView(status: Fields): Fields {
  const { images, ...kept } = status;
  return images === undefined ? status : kept;
}

function specView(spec: Fields): Fields {
  const template = spec['template'];
  if (!isFields(template) || !isFields(template['spec'])) return spec;
  const containers = listAt(template, 'spec', 'containers').map((one) => ({
    name: textAt(one, 'name'),
    image: textAt(one, 'image'),
  }));
  const labels = fieldsAt(template, 'metadata', 'labels');
  return { ...spec, template: { metadata: { labels }, spec: { containers } } };
}
