import { isJson, jsonAt, valueAt, type Json } from '../json.js';
import type { KubeObject } from '../object.js';
import { podTemplatesOf } from './pod-specs.js';
import type { Problem } from './problem.js';

/** The objects of one group. */
interface GroupObjects {
  readonly group: string;
  readonly objects: readonly KubeObject[];
}

type Labels = Readonly<Record<string, unknown>>;

/**
 * Selectors of one group that match pods of another one: two workloads would fight over pods, a Service would send
 * requests to both, a budget would count both. Only selectors of plain labels are judged; expressions are left alone.
 */
export function crossingsOf(
  groups: readonly GroupObjects[],
  whereOf: (object: KubeObject) => string,
): readonly Problem[] {
  if (groups.length < 2) return [];
  const pods = groups.map(({ group, objects }) => ({ group, labels: objects.flatMap(labelsOfPods) }));
  return groups.flatMap(({ group, objects }) =>
    objects.flatMap((object): Problem[] => {
      const selector = selectorOf(object);
      const other =
        selector && pods.find((each) => each.group !== group && each.labels.some(matching(object, selector)));
      if (!other) return [];
      const said = `its selector matches pods of the group ${other.group} too: put {{groupName}} into labels and selectors`;
      return [{ level: 'error', where: whereOf(object), said }];
    }),
  );
}

function labelsOfPods(
  object: KubeObject,
): readonly { readonly namespace: string; readonly labels: Labels }[] {
  const namespace = object.metadata.namespace ?? '';
  const templates = podTemplatesOf(object as Json).map((template) => jsonAt(template, 'metadata', 'labels'));
  const own = object.kind === 'Pod' ? [{ ...object.metadata.labels }] : [];
  return [...templates, ...own].map((labels) => ({ namespace, labels }));
}

const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'PodDisruptionBudget']);

/** The labels that an object selects pods by, when it selects by labels alone and by any. */
function selectorOf(object: KubeObject): Labels | undefined {
  const selector =
    object.kind === 'Service' && object.apiVersion === 'v1'
      ? valueAt(object, 'spec', 'selector')
      : WORKLOADS.has(object.kind) && valueAt(object, 'spec', 'selector', 'matchExpressions') === undefined
        ? valueAt(object, 'spec', 'selector', 'matchLabels')
        : undefined;
  return isJson(selector) && Object.keys(selector).length > 0 ? selector : undefined;
}

function matching(object: KubeObject, selector: Labels) {
  const within = object.metadata.namespace ?? '';
  return ({ namespace, labels }: { readonly namespace: string; readonly labels: Labels }): boolean =>
    namespace === within && Object.entries(selector).every(([name, value]) => labels[name] === value);
}
