import type { Cluster } from '../cluster.js';
import { at, fieldsAt, listAt, textAt } from '../json.js';
import { timestamp, type KubeObject } from '../objects.js';
import { builtIn } from '../registry/registry.js';
import type { CustomFacts, ResourceType } from '../registry/resource-type.js';
import { customSchema } from '../schema/custom-schema.js';
import { CONTROLLER } from '../writes/write-call.js';
import { createWorkQueue } from './work-queue.js';

/** From a definition to its conditions Established and NamesAccepted. */
const ESTABLISH_MS = 100;
const COLLECTION = 'customresourcedefinitions.apiextensions.k8s.io';

/** Serves the resources that CustomResourceDefinitions define, and removes their objects with them. */
export function startCustomResourceController(cluster: Cluster): void {
  const { store, registry, writes } = cluster;
  const queue = createWorkQueue(cluster, (name) => {
    const definition = store.collection(COLLECTION).get(name);
    if (definition === undefined) return;
    registry.serve(name, typesOf(definition));
    const done = listAt(definition, 'status', 'conditions').length > 0;
    if (!done) cluster.clock.after(ESTABLISH_MS, () => establish(name));
  });

  function establish(name: string): void {
    const definition = store.collection(COLLECTION).get(name);
    if (definition === undefined) return;
    const now = timestamp();
    const conditions = [
      { type: 'NamesAccepted', reason: 'NoConflicts', message: 'no conflicts found' },
      {
        type: 'Established',
        reason: 'InitialNamesAccepted',
        message: 'the initial names have been accepted',
      },
    ].map((condition) => ({ ...condition, status: 'True', lastTransitionTime: now }));
    const storedVersions = versionsOf(definition)
      .filter((version) => version['storage'] === true)
      .map((version) => version['name']);
    const status = { conditions, acceptedNames: at(definition, 'spec', 'names'), storedVersions };
    writes.setStatus(builtIn('CustomResourceDefinition'), definition, status, CONTROLLER);
  }

  function withdraw(definition: KubeObject): void {
    const { name } = definition.metadata;
    const [type] = typesOf(definition);
    if (type !== undefined) {
      const objects = Array.from(store.collection(name).list());
      for (const object of objects) {
        const { namespace, name: own } = object.metadata;
        cluster.remove({ type, namespace, name: own }, { propagation: 'Background' }, CONTROLLER);
      }
    }
    registry.serve(name, []);
  }

  store.listen(({ collection, object, type }) => {
    if (collection !== COLLECTION) return;
    if (type === 'DELETED') withdraw(object);
    else queue.add(object.metadata.name);
  });
}

function versionsOf(definition: KubeObject): Record<string, unknown>[] {
  return listAt(definition, 'spec', 'versions').map((version) => fieldsAt(version));
}

function typesOf(definition: KubeObject): ResourceType[] {
  const names = fieldsAt(definition, 'spec', 'names');
  return versionsOf(definition)
    .filter((version) => version['served'] === true)
    .map((version) => ({
      group: textAt(definition, 'spec', 'group') ?? '',
      version: textAt(version, 'name') ?? '',
      kind: textAt(names, 'kind') ?? '',
      plural: textAt(names, 'plural') ?? '',
      singular: textAt(names, 'singular') ?? '',
      namespaced: at(definition, 'spec', 'scope') === 'Namespaced',
      shortNames: listAt(names, 'shortNames') as string[],
      categories: listAt(names, 'categories') as string[],
      subresources: Object.keys(fieldsAt(version, 'subresources')),
      counted: true,
      schema: customSchema(at(version, 'schema', 'openAPIV3Schema')),
      custom: factsOf(version),
    }));
}

function factsOf(version: Record<string, unknown>): CustomFacts {
  const scale = at(version, 'subresources', 'scale') as CustomFacts['scale'];
  const columns = listAt(version, 'additionalPrinterColumns').map((column) => ({
    name: textAt(column, 'name') ?? '',
    type: textAt(column, 'type') ?? 'string',
    jsonPath: textAt(column, 'jsonPath') ?? '',
    priority: Number(at(column, 'priority') ?? 0),
  }));
  return {
    openAPIV3Schema: at(version, 'schema', 'openAPIV3Schema'),
    columns,
    ...(scale === undefined ? {} : { scale }),
  };
}
