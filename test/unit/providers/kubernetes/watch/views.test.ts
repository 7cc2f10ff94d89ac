import { describe, expect, it } from 'vitest';
import { KubeStatusError } from '../../../../../src/providers/kubernetes/transport.js';
import { eventView } from '../../../../../src/providers/kubernetes/watch/event-view.js';
import { objectView } from '../../../../../src/providers/kubernetes/watch/object-view.js';
import { podStatus } from '../../../../../src/providers/kubernetes/watch/pod-status.js';
import { podView } from '../../../../../src/providers/kubernetes/watch/pod-view.js';
import { readWatchEvent } from '../../../../../src/providers/kubernetes/watch/read-event.js';
import { eventObject, podObject, type PodNote } from '../failure/objects.js';

describe('a line of a watch', () => {
  it('is an event with its object', () => {
    const line = JSON.stringify({ type: 'ADDED', object: podObject({ name: 'a' }) });

    expect(readWatchEvent(line)).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'a' } } });
  });

  it('may carry an error of the server', () => {
    const object = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' };

    expect(() => readWatchEvent(JSON.stringify({ type: 'ERROR', object }))).toThrow(KubeStatusError);
    expect(() => readWatchEvent(JSON.stringify({ type: 'ERROR', object }))).toThrow(
      'too old resource version',
    );
  });

  it.each([
    '{"type":"ADDED","obj',
    '{"type":"ADDED"}',
    '{}',
    'null',
    '[]',
    '{"type":"NEW","object":{"metadata":{}}}',
  ])('is refused when it is %s', (line) => {
    expect(() => readWatchEvent(line)).toThrow(SyntaxError);
  });
});

describe('the word for a pod', () => {
  it.each<[string, PodNote]>([
    ['Running', { name: 'a', running: true, ready: true }],
    ['ContainerCreating', { name: 'a', waiting: 'ContainerCreating' }],
    ['ImagePullBackOff', { name: 'a', waiting: 'ImagePullBackOff' }],
    ['CrashLoopBackOff', { name: 'a', waiting: 'CrashLoopBackOff', last: { exitCode: 1, reason: 'Error' } }],
    ['Terminating', { name: 'a', running: true, deleting: true }],
    ['Init:0/1', { name: 'a', waiting: 'PodInitializing', init: { running: true } }],
    [
      'Init:Error',
      { name: 'a', waiting: 'PodInitializing', init: { terminated: { exitCode: 1, reason: 'Error' } } },
    ],
    [
      'Init:CrashLoopBackOff',
      { name: 'a', waiting: 'PodInitializing', init: { waiting: 'CrashLoopBackOff' } },
    ],
    ['Completed', { name: 'a', phase: 'Succeeded', terminated: { exitCode: 0, reason: 'Completed' } }],
    ['OOMKilled', { name: 'a', terminated: { exitCode: 137, reason: 'OOMKilled' } }],
    ['Pending', { name: 'a', unschedulable: '0/3 nodes are available' }],
  ])('%s', (word, note) => {
    expect(podStatus(podView(podObject(note)))).toBe(word);
  });
});

describe('what is kept of an object', () => {
  it('leaves out configuration, managed fields and most of a template', () => {
    const kept = objectView({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name: 'api',
        uid: 'dep-1',
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', note: 'kept' },
        managedFields: [{ manager: 'beanpod', operation: 'Apply', apiVersion: 'apps/v1' }],
      },
      spec: {
        replicas: 2,
        template: {
          metadata: { labels: { app: 'api' }, annotations: { checksum: '1' } },
          spec: {
            containers: [{ name: 'api', image: 'shop/api:2', env: [{ name: 'PASSWORD', value: 'hidden' }] }],
          },
        },
      },
      data: { password: 'hidden' },
      status: { replicas: 2 },
    });

    expect(kept).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'api', uid: 'dep-1', annotations: { note: 'kept' } },
      spec: {
        replicas: 2,
        template: {
          metadata: { labels: { app: 'api' } },
          spec: { containers: [{ name: 'api', image: 'shop/api:2' }] },
        },
      },
      status: { replicas: 2 },
    });
  });

  it('reads an event that was written as a series', () => {
    const object = {
      ...eventObject({ about: 'a', container: 'main', reason: 'BackOff', message: 'again' }),
      lastTimestamp: null,
      count: null,
      series: { count: 12, lastObservedTime: '2026-01-01T11:00:00.000000Z' },
    };

    expect(eventView(object)).toMatchObject({
      count: 12,
      at: '2026-01-01T11:00:00.000000Z',
      container: 'main',
      about: { kind: 'Pod', name: 'a', uid: 'pod-a' },
    });
  });
});
