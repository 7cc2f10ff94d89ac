import { isJson, jsonAt, listAt, textAt, valueAt, type Json } from '../json.js';
import type { KubeObject } from '../object.js';
import { containersOf, podSpecsOf, podTemplatesOf } from './pod-specs.js';
import { wishProblems } from './health-wishes.js';
import type { Problem } from './problem.js';
import { waveProblems } from './waves.js';

/** Names of objects: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;

/** RBAC names may hold colons and capitals. */
const FREE_NAMES = /^(Cluster)?Role(Binding)?$/;

/** What is wrong with an object as far as that shows without a server. Server-side apply itself refuses repeated keys. */
export function lint(object: KubeObject, where: string): readonly Problem[] {
  return [
    ...nameFaults(object),
    ...textFaults(object),
    ...selectorFaults(object),
    ...podSpecsOf(object as Json).flatMap(podFaults),
    ...servicePortFaults(object),
  ]
    .map((said): Problem => ({ level: 'error', where, said }))
    .concat(waveProblems(object, where), wishProblems(object, where));
}

function nameFaults({ kind, metadata }: KubeObject): string[] {
  const name = metadata.name ?? `${metadata.generateName}x`;
  if (FREE_NAMES.test(kind) || NAME.test(name)) return [];
  return [`the name "${name}" is none: lower-case letters, digits, "-" and "." are allowed`];
}

/** Places where the API takes texts only, and where YAML makes booleans and numbers of words like `yes` and `1`. */
function textFaults(object: KubeObject): string[] {
  const owners: readonly (readonly [string, unknown])[] = [
    ['', object],
    ...podTemplatesOf(object as Json).map((template) => ['the pod template: ', template] as const),
  ];
  const faults = owners.flatMap(([of, owner]) => [
    ...mapFaults(`${of}metadata.annotations`, valueAt(owner, 'metadata', 'annotations')),
    ...mapFaults(`${of}metadata.labels`, valueAt(owner, 'metadata', 'labels')),
    ...labelFaults(`${of}metadata.labels`, jsonAt(owner, 'metadata', 'labels')),
  ]);
  const isConfiguration = object.kind === 'ConfigMap' || object.kind === 'Secret';
  const own = isConfiguration ? ['data', 'stringData'].flatMap((f) => mapFaults(f, object[f])) : [];
  return [...faults, ...own];
}

function mapFaults(path: string, map: unknown): string[] {
  if (map === undefined || map === null) return [];
  if (!isJson(map)) return [`${path} is not a map`];
  return Object.entries(map).flatMap(([key, value]) =>
    typeof value === 'string' || value === null ? [] : [notText(`${path}.${key}`, value)],
  );
}

function notText(path: string, value: unknown): string {
  return `${path} reads as ${typeof value} ${JSON.stringify(value)} but must be a text; put it into quotes`;
}

function labelFaults(path: string, labels: Json): string[] {
  return Object.entries(labels).flatMap(([key, value]) =>
    typeof value !== 'string' || LABEL_VALUE.test(value)
      ? []
      : [`${path}.${key} "${value}" is no label value: at most 63 letters, digits, "-", "_" and "."`],
  );
}

function selectorFaults(object: KubeObject): string[] {
  const selector = jsonAt(object, 'spec', 'selector', 'matchLabels');
  const labels = jsonAt(object, 'spec', 'template', 'metadata', 'labels');
  if (!isJson(valueAt(object, 'spec', 'template'))) return [];
  return Object.entries(selector).flatMap(([key, value]) =>
    labels[key] === value
      ? []
      : [`the selector wants ${key}=${String(value)}, which the pod template does not have`],
  );
}

function podFaults(pod: Json): string[] {
  const containers = containersOf(pod);
  return [
    ...repeated(
      'containers',
      containers.map((each) => textAt(each, 'name')),
    ),
    ...repeated(
      'volumes',
      listAt(pod, 'volumes').map((each) => textAt(each, 'name')),
    ),
    ...containers.flatMap((container) => {
      const name = textAt(container, 'name') ?? '?';
      return [
        ...repeated(
          `environment variables of container ${name}`,
          listAt(container, 'env').map((entry) => textAt(entry, 'name')),
        ),
        ...repeated(`ports of container ${name}`, listAt(container, 'ports').map(portKey('containerPort'))),
        ...repeated(
          `mount paths of container ${name}`,
          listAt(container, 'volumeMounts').map((mount) => textAt(mount, 'mountPath')),
        ),
        ...listAt(container, 'env').flatMap((entry) => {
          const value = valueAt(entry, 'value');
          const path = `the variable ${textAt(entry, 'name') ?? '?'} of container ${name}`;
          return value === undefined || value === null || typeof value === 'string'
            ? []
            : [notText(path, value)];
        }),
      ];
    }),
  ];
}

function servicePortFaults(object: KubeObject): string[] {
  if (object.kind !== 'Service') return [];
  return repeated('ports', listAt(object, 'spec', 'ports').map(portKey('port')));
}

function portKey(field: string): (port: unknown) => string {
  return (port) => `${String(valueAt(port, field))}/${textAt(port, 'protocol') ?? 'TCP'}`;
}

function repeated(what: string, keys: readonly (string | undefined)[]): string[] {
  const twice = keys.filter((key, index) => key !== undefined && keys.indexOf(key) !== index);
  return [...new Set(twice)].map((key) => `${what}: ${key} is there more than once`);
}
