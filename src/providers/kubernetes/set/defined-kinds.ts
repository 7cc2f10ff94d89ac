import type { Resource } from '../discovery/resource.js';
import { listAt, textAt, valueAt } from '../json.js';
import { fieldsAt } from '../watch/fields.js';
import type { KubeObject } from '../object.js';

/** The kinds that CustomResourceDefinitions of a set bring along, as the cluster will serve them. */
export function definedKinds(objects: readonly KubeObject[]): readonly Resource[] {
  return objects
    .filter(({ kind }) => kind === 'CustomResourceDefinition')
    .flatMap((definition) =>
      listAt(definition, 'spec', 'versions')
        .filter((version) => valueAt(version, 'served') !== false)
        .map((version) => ({
          group: textAt(definition, 'spec', 'group') ?? '',
          version: textAt(version, 'name') ?? '',
          kind: textAt(definition, 'spec', 'names', 'kind') ?? '',
          plural: textAt(definition, 'spec', 'names', 'plural') ?? '',
          namespaced: textAt(definition, 'spec', 'scope') === 'Namespaced',
          verbs: [],
          subresources: Object.keys(fieldsAt(version, 'subresources')),
        })),
    );
}

/** The schema that a definition of the set gives for a kind. */
export function definedSchema(objects: readonly KubeObject[], { group, version, kind }: Resource): unknown {
  const definition = objects.find(
    (object) =>
      object.kind === 'CustomResourceDefinition' &&
      textAt(object, 'spec', 'group') === group &&
      textAt(object, 'spec', 'names', 'kind') === kind,
  );
  const served = listAt(definition, 'spec', 'versions').find((each) => textAt(each, 'name') === version);
  return valueAt(served, 'schema', 'openAPIV3Schema');
}
