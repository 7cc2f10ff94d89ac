import { describe, expect, it } from 'vitest';
import {
  besidePath,
  NODES,
  sourcesOf,
  STORAGE_CLASSES,
  type AppliedObject,
} from '../../../../../src/providers/kubernetes/health/applied-object.js';
import { isStranded, surroundingsOf } from '../../../../../src/providers/kubernetes/health/surroundings.js';
import type { KubeObject } from '../../../../../src/providers/kubernetes/object.js';
import { podView, type PodView } from '../../../../../src/providers/kubernetes/watch/pod-view.js';
import { eventObject, podObject, type PodNote } from '../failure/objects.js';
import { viewOf, type World } from '../failure/world.js';

function applied(apiVersion: string, kind: string, name = 'api', collection = `/${kind}`): AppliedObject {
  return {
    ref: { apiVersion, kind, name, namespace: 'shop' },
    collection,
    written: { uid: `${name}-uid`, resourceVersion: '1' },
  };
}

function object(kind: string, name: string, fields: Readonly<Record<string, unknown>> = {}): KubeObject {
  return { apiVersion: 'v1', kind, metadata: { name, namespace: 'shop', uid: `${name}-uid` }, ...fields };
}

const service = applied('v1', 'Service');
const slices = besidePath(service.ref, 'discovery.k8s.io/v1', 'endpointslices');
const services = besidePath(service.ref, 'v1', 'services');

function around(world: Partial<World>, set: readonly AppliedObject[] = [service], about = service) {
  return surroundingsOf(about, set, viewOf({ objects: {}, ...world }));
}

describe('what surrounds an object', () => {
  it('exists, does not, or cannot be seen', () => {
    const seen = around({ objects: { [services]: [object('Service', 'api')] } });

    expect(seen.exists('Service', 'api')).toBe(true);
    expect(seen.exists('Service', 'apo')).toBe(false);
    expect(around({}).exists('Service', 'api')).toBeUndefined();
    expect(seen.exists('Secret', 'tls')).toBeUndefined();
    expect(surroundingsOf(service, [], viewOf({ objects: {} }), () => false).exists('Secret', 'tls')).toBe(
      false,
    );
  });

  it('has the ready addresses of the own slices of a Service', () => {
    const owner = { apiVersion: 'v1', kind: 'Service', name: 'api', uid: 'api-uid', controller: true };
    const endpoints = [
      { addresses: ['10.0.0.1'], conditions: { ready: true } },
      { addresses: ['10.0.0.2'], conditions: { ready: false } },
      { addresses: ['10.0.0.3', '10.0.0.4'] },
    ];
    const own = object('EndpointSlice', 'api-1', { endpoints });
    const slice = { ...own, metadata: { ...own.metadata, ownerReferences: [owner] } };
    const other = object('EndpointSlice', 'other-1', { endpoints });

    expect(around({ objects: { [slices]: [slice, other] } }).readyAddresses('api')).toBe(3);
    expect(around({ objects: { [slices]: [] } }).readyAddresses('api')).toBe(0);
    expect(around({}).readyAddresses('api')).toBeUndefined();
  });

  it.each([
    ['some', { app: 'api' }, 2],
    ['some', { app: 'api' }, undefined],
    ['none', { app: 'apo' }, 2],
    ['none', { app: 'api', tier: 'web' }, 2],
    ['no workload', { app: 'api' }, 0],
  ] as const)('has %s pods of the set for %o at %s replicas', (answer, selector, replicas) => {
    const deployment = applied('apps/v1', 'Deployment');
    const spec = { replicas, template: { metadata: { labels: { app: 'api' } } } };
    const world = { objects: { '/Deployment': [object('Deployment', 'api', { spec })] } };

    expect(around(world, [service, deployment]).backedBy(selector)).toBe(answer);
  });

  it('has single pods too, and no pods of kinds that are none', () => {
    const pod = applied('v1', 'Pod', 'alone');
    const labelled = object('Pod', 'alone');
    const world = {
      objects: {
        '/Pod': [{ ...labelled, metadata: { ...labelled.metadata, labels: { app: 'alone' } } }],
        '/Service': [object('Service', 'api')],
      },
    };

    expect(around(world, [service, pod]).backedBy({ app: 'alone' })).toBe('some');
    expect(around(world, [service]).backedBy({ app: 'alone' })).toBe('no workload');
  });

  it('has the mode of a storage class, and the newest warning about the object', () => {
    const storage = object('StorageClass', 'standard', { volumeBindingMode: 'WaitForFirstConsumer' });
    const about = applied('v1', 'PersistentVolumeClaim');
    const warning = eventObject({ about: 'a', reason: 'ProvisioningFailed', message: 'no room' });
    const events = [
      { ...warning, involvedObject: { kind: 'PersistentVolumeClaim', name: 'api', uid: 'api-uid' } },
    ];
    const seen = around({ objects: { [STORAGE_CLASSES]: [storage] }, events }, [about], about);

    expect(seen.bindingMode('standard')).toBe('WaitForFirstConsumer');
    expect(seen.bindingMode('other')).toBeUndefined();
    expect(seen.warning('ProvisioningFailed')).toBe('no room');
    expect(seen.warning('Other')).toBeUndefined();
  });
});

describe('a pod on a bad node', () => {
  const down: PodNote = { name: 'a', running: true };

  function onNode(note: PodNote, node: string): PodView {
    return { ...podView(podObject(note)), node };
  }

  function node(status: string, unschedulable = false): KubeObject {
    return object('Node', 'n', {
      spec: { unschedulable },
      status: { conditions: [{ type: 'Ready', status }] },
    });
  }

  it.each<[string, KubeObject[], PodView, boolean]>([
    ['down with its node', [node('Unknown')], onNode(down, 'n'), true],
    ['down on a node that takes no pods', [node('True', true)], onNode(down, 'n'), true],
    ['down on a good node', [node('True')], onNode(down, 'n'), false],
    ['ready on a bad node', [node('Unknown')], onNode({ ...down, ready: true }, 'n'), false],
    ['without a node', [node('Unknown')], podView(podObject(down)), false],
    ['evicted', [], onNode({ name: 'a', phase: 'Failed', reason: 'Evicted' }, 'n'), true],
  ])('%s', (_, nodes, pod, stranded) => {
    expect(isStranded(pod, viewOf({ objects: { [NODES]: nodes } }))).toBe(stranded);
  });

  it('counts for the workload that owns it', () => {
    const daemons = applied('apps/v1', 'DaemonSet');
    const pods = [podObject({ name: 'a', phase: 'Failed', reason: 'Evicted', owner: 'api-uid' })];

    expect(around({ pods }, [daemons], daemons).strandedPods()).toBe(1);
  });

  it('counts apart when it is of the newest revision of its DaemonSet', () => {
    const daemons = applied('apps/v1', 'DaemonSet');
    const evicted = { phase: 'Failed', reason: 'Evicted', owner: 'api-uid' };
    const labelled = (object: KubeObject, hash: string): KubeObject => ({
      ...object,
      metadata: { ...object.metadata, labels: { 'controller-revision-hash': hash } },
    });
    const pods = ['v1', 'v2'].map((hash) => labelled(podObject({ ...evicted, name: hash }), hash));
    const owner = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'api', uid: 'api-uid', controller: true };
    const revisions = ['v1', 'v2'].map((hash, at) => {
      const revision = labelled(object('ControllerRevision', hash, { revision: at + 1 }), hash);
      return { ...revision, metadata: { ...revision.metadata, ownerReferences: [owner] } };
    });
    const objects = { [besidePath(daemons.ref, 'apps/v1', 'controllerrevisions')]: revisions };

    expect(around({ pods, objects }, [daemons], daemons).strandedPods()).toBe(2);
    expect(around({ pods, objects }, [daemons], daemons).strandedNewPods()).toBe(1);
    expect(around({ pods }, [daemons], daemons).strandedNewPods()).toBe(0);
  });
});

describe('what is watched for a set', () => {
  function paths(...kinds: readonly (readonly [string, string])[]): readonly string[] {
    const set = kinds.map(([apiVersion, kind]) => applied(apiVersion, kind));
    return sourcesOf(set).map(({ path, select }) => path.replace('/namespaces/shop', '') + (select ?? ''));
  }

  it('is nothing for configuration', () => {
    expect(paths(['v1', 'ConfigMap'], ['v1', 'Secret'], ['rbac.authorization.k8s.io/v1', 'Role'])).toEqual(
      [],
    );
  });

  it('is what each kind is judged by, once', () => {
    const pods = ['/api/v1/pods', '/api/v1/eventstype=Warning', '/api/v1/eventsreason=TriggeredScaleUp'];

    expect(paths(['apps/v1', 'Deployment'])).toEqual(['/Deployment', ...pods, '/apis/apps/v1/replicasets']);
    expect(paths(['apps/v1', 'DaemonSet'])).toEqual([
      '/DaemonSet',
      ...pods,
      '/apis/apps/v1/controllerrevisions',
      NODES,
    ]);
    expect(paths(['apps/v1', 'StatefulSet'], ['batch/v1', 'Job'])).toEqual(['/StatefulSet', ...pods, '/Job']);
    expect(paths(['v1', 'Service'])).toEqual(['/Service', '/apis/discovery.k8s.io/v1/endpointslices']);
    expect(paths(['networking.k8s.io/v1', 'Ingress'])).toEqual(['/Ingress', '/api/v1/services']);
    expect(paths(['v1', 'PersistentVolumeClaim'])).toEqual([
      '/PersistentVolumeClaim',
      ...pods.slice(1),
      STORAGE_CLASSES,
    ]);
    expect(paths(['example.org/v1', 'Queue'])).toEqual(['/Queue']);
  });

  it('is needed when one object of the set needs it', () => {
    const node = applied('example.org/v1', 'NodeLike', 'n', NODES);
    const daemons = applied('apps/v1', 'DaemonSet');
    const optional = (set: readonly AppliedObject[]) =>
      sourcesOf(set).find(({ path }) => path === NODES)?.optional;

    expect(optional([daemons])).toBe(true);
    expect(optional([daemons, node])).toBe(false);
    expect(optional([node, daemons])).toBe(false);
  });
});
