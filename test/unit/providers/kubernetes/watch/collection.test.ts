import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../../src/providers/kubernetes/object.js';
import { createCollection } from '../../../../../src/providers/kubernetes/watch/collection.js';
import { eventReading, podReading } from '../../../../../src/providers/kubernetes/watch/reading.js';
import { eventObject, podObject } from '../failure/objects.js';

function version(object: KubeObject, resourceVersion: string, uid?: string): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion, ...(uid !== undefined && { uid }) } };
}

const one = podObject({ name: 'one', running: true });
const two = podObject({ name: 'two', running: true });

describe('the kept contents of a watch', () => {
  it('finds by name and by owner', () => {
    const pods = createCollection(podReading);
    pods.put(one);
    pods.put(two);

    expect(pods.get('one')?.uid).toBe('pod-one');
    expect(pods.group('rs-2').map(({ name }) => name)).toEqual(['one', 'two']);
    expect(pods.group('rs-1')).toEqual([]);
  });

  it('tells whom a change concerns, and nobody when it is no change', () => {
    const pods = createCollection(podReading);

    expect(pods.put(version(one, '5'))).toEqual(['pod-one', 'rs-2']);
    expect(pods.put(version(one, '5'))).toEqual([]);
    expect(pods.put(version(one, '6'))).toEqual(['pod-one', 'rs-2']);
    expect(pods.remove(one)).toEqual(['pod-one', 'rs-2']);
    expect(pods.remove(one)).toEqual([]);
  });

  it('tells also the former object of a name that is used again', () => {
    const pods = createCollection(podReading);
    pods.put(version(one, '5'));

    expect(pods.put(version(one, '9', 'pod-new'))).toEqual(['pod-one', 'rs-2', 'pod-new']);
    expect(pods.group('rs-2')).toHaveLength(1);
  });

  it('drops at the end of a new list what that did not have', () => {
    const pods = createCollection(podReading);
    pods.put(version(one, '5'));
    pods.put(version(two, '5'));

    const renewal = pods.restart();
    expect(renewal.put(version(two, '5'))).toEqual([]);

    expect(renewal.finish()).toEqual(['pod-one', 'rs-2']);
    expect(pods.size).toBe(1);
    expect(pods.group('rs-2').map(({ name }) => name)).toEqual(['two']);
  });

  it('keeps a bounded number of events, the newest', () => {
    const events = createCollection({ ...eventReading, most: 3 });
    for (const about of ['a', 'b', 'c', 'd']) {
      events.put(eventObject({ about, reason: 'BackOff', message: 'again' }));
    }

    expect(events.size).toBe(3);
    expect(events.group('pod-a')).toEqual([]);
    expect(events.group('pod-d')).toHaveLength(1);
  });
});
