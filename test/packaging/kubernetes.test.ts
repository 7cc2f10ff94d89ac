import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { SETTINGS } from '../../src/shared/config/settings.js';
import { DEPLOY_QUEUE } from '../../src/shared/queue/names.js';
import { keysOf } from '../../src/shared/store/keys.js';
import { build, canBuild, folder, readFiles, type Manifest, type PodSpec } from './manifests.js';
import { looseEnds } from './loose-ends.js';
import { problemsOf } from './pod-rules.js';

const files = readFiles();
const whyNot = 'needs kubectl 1.21 or newer on the PATH';
const kustomizations = ['base', 'overlays/demo', 'overlays/production'];

const sound: PodSpec = {
  serviceAccountName: 'a',
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  terminationGracePeriodSeconds: 45,
  securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      name: 'c',
      image: 'beanpod:1.2.3',
      resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '1Gi' } },
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
    },
  ],
};

describe('the files below k8s/', () => {
  test('are all used: by a kustomization, or as the example that they are', () => {
    const used = new Set<string>();
    for (const [path, [manifest]] of files) {
      if (!path.endsWith('kustomization.yaml')) continue;
      used.add(path);
      for (const name of [
        ...(manifest?.resources ?? []),
        ...(manifest?.components ?? []),
        ...generated(manifest),
      ]) {
        const named = join(dirname(path), name);
        expect(existsSync(join(folder, named)), `${path} names ${name}`).toBe(true);
        used.add(named);
      }
    }

    const unused = [...files.keys()].filter((path) => !used.has(path));
    expect(unused).toEqual(['base/secret.example.yaml']);
    expect(files.size).toBeGreaterThan(12);
  });

  test('scale workers by the lists that the queue really has', () => {
    const [, scaled] = files.get('components/keda/scaled-object.yaml') ?? [];
    const { queuePrefix } = keysOf('beanpod');

    const lists = scaled?.spec?.triggers?.map(({ metadata }) => metadata['listName']);

    expect(lists).toEqual([`${queuePrefix}:${DEPLOY_QUEUE}:wait`, `${queuePrefix}:${DEPLOY_QUEUE}:active`]);
    expect(scaled?.spec?.triggers?.[1]?.metadata['listLength']).toBe(
      String(Number(SETTINGS.workerConcurrency.standard) / 2),
    );
  });
});

describe.each(kustomizations)('kubectl kustomize k8s/%s', (path) => {
  test('builds objects without two of one name', (context) => {
    const objects = built(path, context);

    const names = objects.map(({ kind, metadata }) => `${kind}/${metadata?.name}`);
    expect(names.length).toBeGreaterThan(10);
    expect(new Set(names).size).toBe(names.length);
  });

  test('makes pods that keep every rule', (context) => {
    const pods = podsOf(built(path, context));

    expect(pods.map(([name]) => name)).toEqual(expect.arrayContaining(['beanpod-api', 'beanpod-worker']));
    expect(pods.flatMap(([name, pod]) => problemsOf(pod).map((problem) => `${name} ${problem}`))).toEqual([]);
  });

  test('connects what belongs together: selectors, scale targets, accounts, settings and secrets', (context) => {
    const objects = built(path, context);

    expect(looseEnds(objects, secretKeys())).toEqual([]);
  });

  test('closes every pod and opens what is listed', (context) => {
    const objects = built(path, context);

    const closed = objects.find(({ metadata }) => metadata?.name === 'beanpod-closed')?.spec?.podSelector
      ?.matchLabels;
    expect(closed).toBeDefined();
    for (const { spec } of objects.filter((one) => one.spec?.template !== undefined)) {
      expect(spec?.template?.metadata.labels).toMatchObject(closed ?? {});
    }
  });
});

test('the demo holds its own Redis, which neither evicts nor forgets', (context) => {
  const redis = podsOf(built('overlays/demo', context)).find(([name]) => name === 'beanpod-redis')?.[1];

  const command = redis?.containers[0]?.command?.join(' ');

  expect(command).toContain('--appendonly yes --appendfsync always');
  expect(command).toContain('--maxmemory-policy noeviction');
});

test('the number of replicas has one owner: the autoscaler where there is one', (context) => {
  const replicas = (path: string, name: string) =>
    built(path, context).find(({ kind, metadata }) => kind === 'Deployment' && metadata?.name === name)?.spec
      ?.replicas;
  const scaler = built('base', context).find(({ kind }) => kind === 'HorizontalPodAutoscaler');

  expect(scaler?.spec?.minReplicas).toBe(2);
  expect(replicas('base', 'beanpod-api')).toBeUndefined();
  expect(replicas('base', 'beanpod-worker')).toBe(2);
  expect(replicas('overlays/production', 'beanpod-worker')).toBeUndefined();
});

describe('the rules for pods', () => {
  const container = sound.containers[0];

  test('accept a sound pod', () => {
    expect(problemsOf(sound)).toEqual([]);
  });

  test.each<[string, PodSpec]>([
    [
      'may run as root',
      { ...sound, securityContext: { runAsUser: 1, seccompProfile: { type: 'RuntimeDefault' } } },
    ],
    ['mounts a token', { ...sound, automountServiceAccountToken: true }],
    ['is not allowed', { ...sound, volumes: [{ name: 'v', hostPath: { path: '/' } }] }],
    ['is not fixed', { ...sound, containers: [{ ...container, name: 'c', image: 'beanpod:latest' }] }],
    ['is not fixed', { ...sound, containers: [{ ...container, name: 'c', image: 'beanpod' }] }],
    [
      'has no memory limit',
      { ...sound, containers: [{ ...container, name: 'c', image: 'a:1.2.3', resources: {} }] },
    ],
    [
      'keeps capabilities',
      { ...sound, containers: [{ ...container, name: 'c', image: 'a:1.2.3', securityContext: {} }] },
    ],
    [
      'without all probes',
      { ...sound, containers: [{ ...container, name: 'c', image: 'a:1.2.3', ports: [{ name: 'h' }] }] },
    ],
  ])('see that a pod %s', (problem, pod) => {
    expect(problemsOf(pod).join('\n')).toContain(problem);
  });
});

describe('the search for loose ends', () => {
  test.each<[string, Omit<Manifest, 'apiVersion'>]>([
    ['selects no pod', { kind: 'Service', spec: { selector: { app: 'gone' } } }],
    ['selects no pod', { kind: 'PodDisruptionBudget', spec: { selector: { matchLabels: { app: 'gone' } } } }],
    ['scales gone', { kind: 'ScaledObject', spec: { scaleTargetRef: { name: 'gone' } } }],
    ['sets BEANPOD_GONE', { kind: 'ConfigMap', metadata: { name: 'beanpod' }, data: { BEANPOD_GONE: '1' } }],
    ['runs as a', { kind: 'Deployment', spec: { template: { metadata: { labels: {} }, spec: sound } } }],
  ])('sees one that %s', (problem, object) => {
    expect(looseEnds([{ apiVersion: 'v1', ...object }], []).join('\n')).toContain(problem);
  });
});

function generated(manifest: Manifest | undefined): readonly string[] {
  return (manifest?.configMapGenerator ?? []).flatMap(({ files: named = [] }) => named);
}

const cache = new Map<string, readonly Manifest[]>();

function built(path: string, context: { skip(isSkipped: boolean, note: string): void }): readonly Manifest[] {
  context.skip(!canBuild(), whyNot);
  const objects = cache.get(path) ?? build(path);
  cache.set(path, objects);
  return objects;
}

function podsOf(objects: readonly Manifest[]): readonly (readonly [string, PodSpec])[] {
  return objects.flatMap(({ metadata, spec }) =>
    spec?.template ? [[metadata?.name ?? '', spec.template.spec] as const] : [],
  );
}

function secretKeys(): readonly string[] {
  const [example] = files.get('base/secret.example.yaml') ?? [];
  return Object.keys((example as { stringData?: object } | undefined)?.stringData ?? {});
}
