import { SETTINGS } from '../../src/shared/config/settings.js';
import type { Labels, Manifest, PodSpec } from './manifests.js';

const settings = new Set<string>(Object.values(SETTINGS).map(({ env }) => env));

/** References of the objects that lead nowhere, one sentence each. `secretKeys` are those of the Secret beanpod. */
export function looseEnds(objects: readonly Manifest[], secretKeys: readonly string[]): readonly string[] {
  return objects.flatMap((object) =>
    [
      ...selectorEnds(object, objects),
      ...scalerEnds(object, objects),
      ...settingEnds(object),
      ...podEnds(object, objects, secretKeys),
    ].map((end) => `${object.kind} ${object.metadata?.name} ${end}`),
  );
}

function selectorEnds({ kind, spec }: Manifest, objects: readonly Manifest[]): string[] {
  const direct = kind === 'Service' ? spec?.selector : spec?.podSelector?.matchLabels;
  const wanted = spec?.selector?.matchLabels ?? direct;
  const isMet = objects.some((one) => fits(one.spec?.template?.metadata.labels, wanted ?? {}));
  return wanted === undefined || isMet ? [] : ['selects no pod'];
}

function scalerEnds({ spec }: Manifest, objects: readonly Manifest[]): string[] {
  const name = spec?.scaleTargetRef?.name;
  return name === undefined || has(objects, 'Deployment', name) ? [] : [`scales ${name}, which is not there`];
}

/** The ConfigMap beanpod is a list of environment variables; others hold files. */
function settingEnds({ kind, metadata, data = {} }: Manifest): string[] {
  if (kind !== 'ConfigMap' || metadata?.name !== 'beanpod') return [];
  return Object.keys(data).flatMap((name) =>
    settings.has(name) ? [] : [`sets ${name}, which is no setting`],
  );
}

function podEnds({ spec }: Manifest, objects: readonly Manifest[], secretKeys: readonly string[]): string[] {
  const pod = spec?.template?.spec;
  if (!pod) return [];
  const account = pod.serviceAccountName ?? 'default';
  const ends = has(objects, 'ServiceAccount', account) ? [] : [`runs as ${account}, which is not there`];
  return [...ends, ...variableEnds(pod, secretKeys)];
}

function variableEnds(pod: PodSpec, secretKeys: readonly string[]): string[] {
  return pod.containers.flatMap(({ env = [] }) =>
    env.flatMap(({ name, valueFrom }) => {
      const key = valueFrom?.secretKeyRef?.key;
      if (key !== undefined && !secretKeys.includes(key))
        return [`reads the key ${key}, which the example lacks`];
      return /^(BEANPOD|REDIS)_/.test(name) && !settings.has(name)
        ? [`sets ${name}, which is no setting`]
        : [];
    }),
  );
}

function has(objects: readonly Manifest[], kind: string, name: string): boolean {
  return objects.some((one) => one.kind === kind && one.metadata?.name === name);
}

function fits(labels: Labels | undefined, wanted: Readonly<Record<string, unknown>>): boolean {
  return labels !== undefined && Object.entries(wanted).every(([key, value]) => labels[key] === value);
}
