import { describe, expect, it } from 'vitest';
import { newest } from '../../../../../src/providers/kubernetes/failure/pod-look.js';
import { rolloutOf } from '../../../../../src/providers/kubernetes/failure/new-version.js';
import type { KubeObject } from '../../../../../src/providers/kubernetes/object.js';
import { eventView } from '../../../../../src/providers/kubernetes/watch/event-view.js';
import { eventObject, podObject, type PodNote } from './objects.js';
import { viewOf, type World } from './world.js';

const HASH = 'controller-revision-hash';

function workload(kind: string, fields: Readonly<Record<string, unknown>> = {}): KubeObject {
  return {
    apiVersion: kind === 'Job' ? 'batch/v1' : 'apps/v1',
    kind,
    metadata: { name: 'db', namespace: 'shop', uid: 'db-uid' },
    ...fields,
  };
}

function pod(note: PodNote, labels: Readonly<Record<string, string>> = {}): KubeObject {
  const object = podObject({ owner: 'db-uid', running: true, ...note });
  return { ...object, metadata: { ...object.metadata, labels } };
}

function names(object: KubeObject, world: Partial<World>, since?: string): readonly string[] | undefined {
  return rolloutOf(object, since, viewOf({ objects: {}, ...world }))?.pods.map(({ name }) => name);
}

describe('the new pods of a workload', () => {
  it('of a StatefulSet have its update revision, and an ordinal from its partition on', () => {
    const set = workload('StatefulSet', {
      spec: { replicas: 3, updateStrategy: { rollingUpdate: { partition: 1 } } },
      status: { updateRevision: 'db-2' },
    });
    const pods = [
      pod({ name: 'db-0' }, { [HASH]: 'db-2' }),
      pod({ name: 'db-1' }, { [HASH]: 'db-1' }),
      pod({ name: 'db-2' }, { [HASH]: 'db-2' }),
    ];

    expect(names(set, { pods })).toEqual(['db-2']);
  });

  it('of a DaemonSet have its newest revision', () => {
    const owner = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'db', uid: 'db-uid', controller: true };
    const revision = (hash: string, number: number): KubeObject => ({
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: { name: hash, labels: { [HASH]: hash }, ownerReferences: [owner] },
      revision: number,
    });
    const revisions = [revision('b', 2), revision('c', 10), revision('a', 1)];
    const objects = { '/apis/apps/v1/namespaces/shop/controllerrevisions': revisions };
    const pods = [pod({ name: 'old' }, { [HASH]: 'b' }), pod({ name: 'new' }, { [HASH]: 'c' })];

    expect(names(workload('DaemonSet'), { objects, pods })).toEqual(['new']);
    expect(names(workload('DaemonSet'), { pods })).toEqual([]);
  });

  it.each(['ReplicaSet', 'Job'])('of a %s are all that it owns', (kind) => {
    expect(names(workload(kind), { pods: [pod({ name: 'a' }), podObject({ name: 'b' })] })).toEqual(['a']);
  });

  it('is a single pod itself, unless another one has its name by now', () => {
    const single = podObject({ name: 'a', running: true });
    const other = { ...single, metadata: { ...single.metadata, uid: 'another' } };

    expect(names(single, { pods: [single] })).toEqual(['a']);
    expect(names(single, { pods: [other] })).toEqual([]);
  });

  it('are none for a Deployment whose ReplicaSet is not seen, and nothing for kinds without pods', () => {
    expect(names(workload('Deployment'), {})).toEqual([]);
    expect(names(workload('Service'), {})).toBeUndefined();
  });

  it('are not on their way out, and were made since our write', () => {
    const pods = [
      pod({ name: 'leaving', deleting: true }),
      pod({ name: 'early', createdAt: '2026-01-01T09:00:00Z' }),
      pod({ name: 'new' }),
    ];

    expect(names(workload('ReplicaSet'), { pods }, '2026-01-01T10:00:00Z')).toEqual(['new']);
  });

  it.each<[number, KubeObject]>([
    [2, workload('ReplicaSet', { spec: { replicas: 3 }, status: { replicas: 1 } })],
    [1, workload('StatefulSet', { status: {} })],
    [2, workload('DaemonSet', { status: { desiredNumberScheduled: 3, currentNumberScheduled: 1 } })],
    [1, workload('Job', { status: {} })],
    [0, workload('Job', { status: { active: 1 } })],
  ])('lack %i', (missing, object) => {
    expect(rolloutOf(object, undefined, viewOf({ objects: {} }))?.makers[0]?.missing).toBe(missing);
  });
});

describe('the newest of several events', () => {
  it('is the last one by time, then by version', () => {
    const at = (message: string, version: string, time: string) => {
      const event = eventObject({ about: 'a', reason: 'Failed', message });
      return eventView({
        ...event,
        lastTimestamp: time,
        metadata: { ...event.metadata, resourceVersion: version },
      });
    };
    const events = [
      at('first', '9', '2026-01-01T10:00:00Z'),
      at('last', '12', '2026-01-01T10:00:05Z'),
      at('second', '11', '2026-01-01T10:00:05Z'),
    ];

    expect(newest(events, ['Failed'])?.message).toBe('last');
    expect(newest(events, ['Other'])).toBeUndefined();
  });
});
