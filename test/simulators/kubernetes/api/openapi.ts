import type { Fields } from '../json.js';
import type { Registry } from '../registry/registry.js';
import type { ResourceType } from '../registry/resource-type.js';
import { openApiComponents } from '../schema/openapi-components.js';

/** The part of OpenAPI v3 that kubectl needs: which kinds take fieldValidation on PATCH, and how their lists merge. */
export function openApiV3(registry: Registry, path: string): Fields | undefined {
  const groupVersions = new Map<string, ResourceType[]>();
  for (const type of registry.all()) {
    const key = type.group === '' ? `api/${type.version}` : `apis/${type.group}/${type.version}`;
    groupVersions.set(key, [...(groupVersions.get(key) ?? []), type]);
  }
  if (path === '/openapi/v3') {
    const paths: Fields = {};
    for (const key of groupVersions.keys()) paths[key] = { serverRelativeURL: `/openapi/v3/${key}` };
    return { paths };
  }
  const key = path.slice('/openapi/v3/'.length);
  const types = groupVersions.get(key);
  if (types === undefined) return undefined;
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1.32.0' },
    paths: Object.fromEntries(types.map((type) => [pathOf(key, type), { patch: patchOperation(type) }])),
    components: { schemas: openApiComponents(types) },
  };
}

function pathOf(key: string, type: ResourceType): string {
  const scope = type.namespaced ? 'namespaces/{namespace}/' : '';
  return `/${key}/${scope}${type.plural}/{name}`;
}

function patchOperation({ group, version, kind, custom }: ResourceType): Fields {
  const content = Object.fromEntries(
    [
      'application/apply-patch+yaml',
      'application/json-patch+json',
      'application/merge-patch+json',
      // kubectl falls back to merge patches where strategic ones are not offered.
      ...(custom === undefined ? ['application/strategic-merge-patch+json'] : []),
    ].map((type) => [type, { schema: { type: 'object' } }]),
  );
  const query = ['dryRun', 'fieldManager', 'fieldValidation', 'force'];
  return {
    'x-kubernetes-action': 'patch',
    'x-kubernetes-group-version-kind': { group, version, kind },
    parameters: query.map((name) => ({ name, in: 'query', schema: { type: 'string' } })),
    requestBody: { content },
    responses: { 200: { description: 'OK' } },
  };
}
