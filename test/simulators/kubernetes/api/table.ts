import { badRequest } from '../api-error.js';
import { at, type Fields } from '../json.js';
import type { KubeObject } from '../objects.js';
import type { ResourceType } from '../registry/resource-type.js';
import { columnsOf } from './columns.js';
import type { ApiRequest } from './request.js';

/** Tells whether a reader asks for the server-side table that kubectl prints. */
export function wantsTable(request: ApiRequest): boolean {
  return (request.raw.headers.accept ?? '').split(',')[0]?.includes('as=Table') === true;
}

/** Objects as a meta.k8s.io/v1 Table. */
export function toTable(
  type: ResourceType,
  objects: KubeObject[],
  metadata: unknown,
  request: ApiRequest,
): Fields {
  const columns = columnsOf(type);
  const include = request.query.get('includeObject') ?? 'Metadata';
  if (!['Metadata', 'None', 'Object'].includes(include))
    throw badRequest(`unrecognized includeObject value: ${include}`);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: columns.map(({ name, type: is, priority }) => ({
      name,
      type: is,
      format: name === 'Name' ? 'name' : '',
      description: name,
      priority,
    })),
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object) ?? '<none>'),
      ...(include === 'None' ? {} : { object: include === 'Object' ? object : partial(object) }),
    })),
  };
}

function partial(object: KubeObject): Fields {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: at(object, 'metadata') };
}
