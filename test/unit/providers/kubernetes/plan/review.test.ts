import { describe, expect, it } from 'vitest';
import { sentencesOf } from '../../../../../src/providers/kubernetes/review/permissions.js';
import { structuralFaults } from '../../../../../src/providers/kubernetes/review/structural.js';
import { byKind } from '../../../../../src/providers/kubernetes/manifests/kind-order.js';
import type { KubeObject } from '../../../../../src/providers/kubernetes/object.js';
import {
  inventoryObject,
  inventoryOf,
  readInventory,
} from '../../../../../src/providers/kubernetes/set/inventory.js';
import { namesRead, surplus } from '../../../../../src/providers/kubernetes/set/old-versions.js';
import { isPrunable } from '../../../../../src/providers/kubernetes/set/prune.js';

describe('missing permissions', () => {
  it('are one line for each kind and namespace', () => {
    const missing = [
      { verb: 'patch', group: 'apps', resource: 'deployments', namespace: 'shop' },
      { verb: 'create', group: 'apps', resource: 'deployments', namespace: 'shop' },
      { verb: 'get', group: '', resource: 'pods', subresource: 'log', namespace: 'shop' },
      { verb: 'patch', group: '', resource: 'namespaces' },
    ];

    expect(sentencesOf(missing)).toEqual([
      'patch, create deployments.apps in shop',
      'get pods/log in shop',
      'patch namespaces',
    ]);
  });
});

describe('a resource whose definition is part of the set', () => {
  const schema = {
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        required: ['size'],
        properties: {
          size: { type: 'integer' },
          mode: { type: 'string', enum: ['a', 'b'] },
          port: { 'x-kubernetes-int-or-string': true },
          labels: { type: 'object', additionalProperties: { type: 'string' } },
          free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
    },
  };
  const resource = (spec: unknown) => ({ apiVersion: 'a/v1', kind: 'W', metadata: { name: 'x' }, spec });

  it.each([
    [{ size: 1, mode: 'a', port: 'http', labels: { x: 'y' }, free: { any: [1] } }, []],
    [{ size: '1' }, ['/spec/size must be integer']],
    [{}, ['/spec/size is required']],
    [{ size: 1, mode: 'c' }, ['/spec/mode must be one of "a", "b"']],
    [{ size: 1, siez: 2 }, ['/spec/siez is not a known field']],
    [{ size: 1, labels: { x: 1 } }, ['/spec/labels/x must be string']],
  ])('is checked against it: %j', (spec, faults) => {
    expect(structuralFaults(resource(spec), schema)).toEqual(faults);
  });
});

describe('the order of kinds', () => {
  it('puts what others need first and keeps the order of the manifests within a kind', () => {
    const kinds = [
      'Widget',
      'Deployment',
      'Service',
      'CustomResourceDefinition',
      'ConfigMap',
      'Namespace',
      'Deployment',
    ];
    const objects = kinds.map((kind, index) => ({ kind, index }));

    expect(byKind(objects).map((group) => group.map(({ kind, index }) => `${kind}${index}`))).toEqual([
      ['Namespace5'],
      ['ConfigMap4'],
      ['CustomResourceDefinition3'],
      ['Service2'],
      ['Deployment1', 'Deployment6'],
      ['Widget0'],
    ]);
  });
});

describe('old versions of configuration', () => {
  const version = (name: string, of: string, annotations = {}): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, annotations: { 'beanpod.dev/version-of': of, ...annotations } },
  });
  const names = (objects: readonly KubeObject[]) => objects.map(({ metadata }) => metadata.name);

  it('beyond the five newest of a name may go, by number and not by text', () => {
    const live = [998, 999, 1000, 1001, 1002, 1003, 7].map((n) =>
      version(`a-v${String(n).padStart(3, '0')}`, 'a'),
    );

    expect(names(surplus([...live, version('b-v000', 'b'), version('a-vx', 'a')]))).toEqual([
      'a-v998',
      'a-v007',
    ]);
  });

  it('are counted by the history that the newest asks for', () => {
    const history = { 'strategy.spinnaker.io/max-version-history': '1' };

    expect(names(surplus([version('a-v000', 'a'), version('a-v001', 'a', history)]))).toEqual(['a-v000']);
  });

  it('stay while anything refers to them: pods, old ReplicaSets, revisions, CronJobs', () => {
    const spec = (name: string) => ({ containers: [{ name: 'x', envFrom: [{ configMapRef: { name } }] }] });
    const readers: KubeObject[] = [
      { apiVersion: 'v1', kind: 'Pod', metadata: {}, spec: spec('pod') },
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: {}, spec: { template: { spec: spec('set') } } },
      {
        apiVersion: 'apps/v1',
        kind: 'ControllerRevision',
        metadata: {},
        data: { spec: { template: { spec: spec('revision') } } },
      },
      {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: {},
        spec: { jobTemplate: { spec: { template: { spec: spec('cron') } } } },
      },
    ];

    expect([...namesRead(readers)]).toEqual(
      ['pod', 'set', 'revision', 'cron'].map((name) => `ConfigMap/${name}`),
    );
  });
});

describe('pruning', () => {
  const owner = { service: 'api', environment: 'staging' };
  const place = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true, name: 'a' };
  const labels = { 'beanpod.dev/service': 'api', 'beanpod.dev/environment': 'staging' };
  const object = (metadata: Partial<KubeObject['metadata']> = {}): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a', uid: 'u', labels, ...metadata },
  });

  it('deletes what the target itself deployed', () => {
    expect(isPrunable({ ...place, uid: 'u' }, object(), owner)).toBe(true);
  });

  it.each([
    ['another object of the same name', { ...place, uid: 'other' }, object()],
    ['an object whose uid was never recorded', place, object()],
    [
      'an object of another target',
      { ...place, uid: 'u' },
      object({ labels: { ...labels, 'beanpod.dev/service': 'web' } }),
    ],
    ['an object that lost its labels', { ...place, uid: 'u' }, object({ labels: {} })],
    [
      'a version of configuration',
      { ...place, uid: 'u' },
      object({ annotations: { 'beanpod.dev/version-of': 'a' } }),
    ],
    [
      'what Argo CD would keep',
      { ...place, uid: 'u' },
      object({ annotations: { 'argocd.argoproj.io/sync-options': 'Prune=false' } }),
    ],
    [
      'what helm would keep',
      { ...place, uid: 'u' },
      object({ annotations: { 'helm.sh/resource-policy': 'keep' } }),
    ],
    ['a namespace', { ...place, kind: 'Namespace', uid: 'u' }, object()],
    ['a volume claim', { ...place, kind: 'PersistentVolumeClaim', uid: 'u' }, object()],
    ['a definition', { ...place, kind: 'CustomResourceDefinition', uid: 'u' }, object()],
  ])('never deletes %s', (_, entry, live) => {
    expect(isPrunable(entry, live, owner)).toBe(false);
  });

  it('goes by an inventory that kubectl takes for the parent of an ApplySet, and by none that is damaged', () => {
    const inventory = inventoryOf('api', 'staging', 'shop');
    const written = inventoryObject(inventory, [{ ...place, namespace: 'shop', uid: 'u' }]);

    expect(readInventory(written)).toEqual([{ ...place, namespace: 'shop', uid: 'u' }]);
    expect(written.metadata.labels).toEqual({
      'applyset.kubernetes.io/id': expect.stringMatching(/^applyset-[A-Za-z0-9_-]{43}-v1$/) as unknown,
    });
    expect(readInventory({ ...written, data: { inventory: '[{"kind":' } })).toEqual([]);
    expect(readInventory(undefined)).toEqual([]);
  });
});
