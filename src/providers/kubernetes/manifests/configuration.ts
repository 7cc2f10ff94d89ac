import { isSame, jsonAt, type Json } from '../json.js';
import type { KubeObject } from '../object.js';
import { annotationOf, CONFIGURATION, CONTENT, DOMAIN, firstAnnotation, VERSION_OF } from './annotations.js';
import { podTemplatesOf } from './pod-specs.js';
import { referencesOf } from './references.js';

/**
 * How pods learn of changed configuration. `versioned`: each content has a name of its own, `app-v003`, so that old
 * pods keep the old content; `annotated`: the name stays and pod templates are stamped, so that pods are replaced;
 * `plain`: nothing is done.
 */
export type ConfigurationMode = 'versioned' | 'annotated' | 'plain';

/** What was decided for one ConfigMap or Secret; stored, so that a plan can be made again. */
export interface ConfigurationChoice {
  /** `ConfigMap/shop/app`: kind, namespace, and the name in the manifests. */
  readonly of: string;
  /** Name to write it under. */
  readonly name: string;
  /** How many contents it has had in place, from 0; for `annotated` only. */
  readonly content: number;
}

const VERSIONED = [`${DOMAIN}/versioned`, 'strategy.spinnaker.io/versioned'];

/** Whether the object is configuration, as opposed to workload and network. */
export function isConfiguration({ apiVersion, kind }: Pick<KubeObject, 'apiVersion' | 'kind'>): boolean {
  return apiVersion === 'v1' && (kind === 'ConfigMap' || kind === 'Secret');
}

/** The mode of one object: its annotation (Beanpod's or Spinnaker's) before that of the target. */
export function modeOf(object: KubeObject, standard: ConfigurationMode): ConfigurationMode {
  const said = firstAnnotation(object, VERSIONED);
  if (said === undefined) return standard;
  if (said === 'true') return 'versioned';
  return standard === 'versioned' ? 'annotated' : standard;
}

/**
 * Chooses the name of a versioned object as Spinnaker does: the newest version with equal content is used again, else
 * one more than the highest. `versions` are the live objects that were made of this name.
 */
export function chooseVersion(object: KubeObject, versions: readonly KubeObject[]): ConfigurationChoice {
  const base = object.metadata.name ?? '';
  const numbered = versions
    .map((live) => ({ live, number: versionNumber(live, base) }))
    .filter((each): each is { live: KubeObject; number: number } => each.number !== undefined)
    .sort((one, other) => other.number - one.number);
  const equal = numbered.find(({ live }) => isSame(contentOf(live), contentOf(object)));
  const number = equal?.number ?? (numbered[0]?.number ?? -1) + 1;
  const name = `${base}-v${String(number).padStart(3, '0')}`;
  return { of: keyOf(object.kind, object, base), name, content: 0 };
}

/** Counts the content of an object that keeps its name, given what is live under that name. */
export function countContent(object: KubeObject, live: KubeObject | undefined): ConfigurationChoice {
  const name = object.metadata.name ?? '';
  const before = Number(live && annotationOf(live, CONTENT)) || 0;
  const changed = live !== undefined && !isSame(contentOf(live), contentOf(object));
  return { of: keyOf(object.kind, object, name), name, content: changed ? before + 1 : before };
}

/** The number at the end of the name of a version of `base`. */
export function versionNumber(live: KubeObject, base: string): number | undefined {
  const name = live.metadata.name ?? '';
  const digits = name.startsWith(`${base}-v`) ? name.slice(base.length + 2) : '';
  return /^\d{3,}$/.test(digits) ? Number(digits) : undefined;
}

/** Writes the choices into the objects: names, references to them, and stamps on pod templates. Changes `objects`. */
export function applyChoices(
  objects: readonly KubeObject[],
  choices: readonly ConfigurationChoice[],
  modes: (object: KubeObject) => ConfigurationMode,
): void {
  const chosen = new Map(choices.map((choice) => [choice.of, choice]));
  for (const object of objects) {
    for (const reference of referencesOf(object)) {
      const choice = chosen.get(keyOf(reference.kind, object, reference.name));
      if (choice) reference.rename(choice.name);
    }
    stampTemplates(object, choices);
  }
  for (const object of objects) {
    const choice =
      isConfiguration(object) && chosen.get(keyOf(object.kind, object, object.metadata.name ?? ''));
    if (!choice) continue;
    const metadata = object.metadata as Json;
    if (modes(object) === 'versioned') {
      metadata['annotations'] = { ...object.metadata.annotations, [VERSION_OF]: object.metadata.name };
      metadata['name'] = choice.name;
    } else if (choice.content > 0) {
      metadata['annotations'] = { ...object.metadata.annotations, [CONTENT]: String(choice.content) };
    }
  }
}

/** A content that never changed leaves no stamp, so that adopting a running workload restarts nothing. */
function stampTemplates(object: KubeObject, choices: readonly ConfigurationChoice[]): void {
  const counted = new Map(
    choices.filter(({ content }) => content > 0).map(({ of, content }) => [of, content]),
  );
  if (counted.size === 0) return;
  const read = new Map(
    referencesOf(object as Json).map(({ kind, name }) => [keyOf(kind, object, name), `${kind}/${name}`]),
  );
  const stamp = [...read]
    .flatMap(([of, name]) => (counted.has(of) ? [`${name}:${counted.get(of)}`] : []))
    .sort()
    .join(',');
  if (stamp === '') return;
  for (const template of podTemplatesOf(object)) {
    const annotations = { ...jsonAt(template, 'metadata', 'annotations'), [CONFIGURATION]: stamp };
    template['metadata'] = { ...jsonAt(template, 'metadata'), annotations };
  }
}

/** References stay within a namespace, so the one of `beside` is part of the key. */
function keyOf(kind: string, beside: KubeObject, name: string): string {
  return `${kind}/${beside.metadata.namespace ?? ''}/${name}`;
}

/** What makes two versions equal: everything but metadata. Texts of a Secret are compared as the server stores them. */
function contentOf(object: KubeObject): Json {
  const {
    apiVersion: _,
    kind,
    metadata: __,
    status: ___,
    stringData,
    data,
    type,
    immutable,
    ...rest
  } = object;
  const encoded = Object.entries(jsonAt(stringData)).map(([key, text]) => [
    key,
    Buffer.from(String(text)).toString('base64'),
  ]);
  return {
    ...rest,
    data: { ...jsonAt(data), ...Object.fromEntries(encoded) },
    immutable: immutable === true,
    ...(kind === 'Secret' && { type: type ?? 'Opaque' }),
  };
}
