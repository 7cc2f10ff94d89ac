import { jsonAt, type Json } from '../json.js';
import type { KubeObject } from '../object.js';
import { render, type Rendered, type Template } from './render.js';

/** The sets of all templates as one; each of them is the same set for another group. */
export function renderGroups(templates: readonly Template[]): Rendered {
  const all = templates.map((template) => {
    const rendered = render(template);
    if (template.replicas !== undefined) scale(rendered.set, template.replicas);
    return rendered;
  });
  const origin = new Map(
    all.flatMap((rendered) =>
      [...rendered.set, ...rendered.hooks.map(({ job }) => job)].map((object) => [object, rendered] as const),
    ),
  );
  return {
    set: all.flatMap(({ set }) => set),
    hooks: all.flatMap(({ hooks }) => hooks),
    problems: all.flatMap(({ problems }) => problems),
    whereOf: (object) => origin.get(object)?.whereOf(object) ?? object.kind,
  };
}

const SCALED = ['Deployment', 'StatefulSet', 'ReplicaSet'];

function scale(objects: readonly KubeObject[], replicas: number): void {
  for (const object of objects) {
    if (!object.apiVersion.startsWith('apps/') || !SCALED.includes(object.kind)) continue;
    (object as Json)['spec'] = { ...jsonAt(object, 'spec'), replicas };
  }
}
