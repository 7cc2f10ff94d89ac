import { isJson, jsonAt, listAt, type Json } from '../json.js';

/**
 * The pod specs of an object, wherever it carries them: of a Pod, of the template of any workload (custom ones
 * included), of the job template of a CronJob. They are parts of `object`, not copies.
 */
export function podSpecsOf(object: Json): readonly Json[] {
  if (object['kind'] === 'CustomResourceDefinition') return [];
  const found: Json[] = [];
  const own = object['spec'];
  if (object['kind'] === 'Pod' && isJson(own)) found.push(own);
  seek(object, found);
  return found;
}

/** The metadata and spec of every pod template, for what is written onto pods. */
export function podTemplatesOf(object: Json): readonly Json[] {
  const found: Json[] = [];
  if (object['kind'] !== 'CustomResourceDefinition') seekTemplates(object, found);
  return found;
}

/** Every container of a pod spec: ordinary, init and ephemeral ones. */
export function containersOf(podSpec: Json): readonly Json[] {
  return ['initContainers', 'containers', 'ephemeralContainers'].flatMap((list) =>
    listAt(podSpec, list).filter(isJson),
  );
}

function seek(value: unknown, found: Json[]): void {
  const templates: Json[] = [];
  seekTemplates(value, templates);
  found.push(...templates.map((template) => jsonAt(template, 'spec')));
}

function seekTemplates(value: unknown, found: Json[]): void {
  for (const [name, child] of childrenOf(value)) {
    if (name === 'template' && isJson(child) && Array.isArray(jsonAt(child, 'spec')['containers'])) {
      found.push(child);
    } else {
      seekTemplates(child, found);
    }
  }
}

function childrenOf(value: unknown): readonly (readonly [string, unknown])[] {
  if (Array.isArray(value)) return value.map((child: unknown) => ['', child] as const);
  return isJson(value) ? Object.entries(value) : [];
}
