import { jsonAt, type Json } from '../json.js';
import type { KubeObject } from '../object.js';
import { crossingsOf } from './crossings.js';
import { render, type Rendered, type Template } from './render.js';

/** The sets of several groups as one. */
export interface RenderedGroups extends Rendered {
  /** The group that an object was rendered for; `undefined` without groups. */
  groupOf(object: KubeObject): string | undefined;
}

interface Origin {
  readonly rendered: Rendered;
  readonly group: string | undefined;
}

/** The sets of all templates as one; each of them is the same set for another group. */
export function renderGroups(templates: readonly Template[]): RenderedGroups {
  const all = templates.map((template): Origin => {
    const rendered = render(template);
    if (template.replicas !== undefined) scale(rendered.set, template.replicas);
    return { rendered, group: template.group };
  });
  const origin = new Map(
    all.flatMap((each) => objectsOf(each.rendered).map((object) => [object, each] as const)),
  );
  const whereOf = (object: KubeObject) => origin.get(object)?.rendered.whereOf(object) ?? object.kind;
  const groups = all.map(({ rendered, group }) => ({ group: group ?? '', objects: objectsOf(rendered) }));
  return {
    set: all.flatMap(({ rendered }) => rendered.set),
    hooks: all.flatMap(({ rendered }) => rendered.hooks),
    problems: [...all.flatMap(({ rendered }) => rendered.problems), ...crossingsOf(groups, whereOf)],
    whereOf,
    groupOf: (object) => origin.get(object)?.group,
  };
}

function objectsOf({ set, hooks }: Rendered): readonly KubeObject[] {
  return [...set, ...hooks.map(({ job }) => job)];
}

const SCALED = ['Deployment', 'StatefulSet', 'ReplicaSet'];

function scale(objects: readonly KubeObject[], replicas: number): void {
  for (const object of objects) {
    if (!object.apiVersion.startsWith('apps/') || !SCALED.includes(object.kind)) continue;
    (object as Json)['spec'] = { ...jsonAt(object, 'spec'), replicas };
  }
}
