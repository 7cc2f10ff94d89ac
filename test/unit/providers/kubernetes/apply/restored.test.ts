import { describe, expect, it } from 'vitest';
import {
  isSameContent,
  restored,
  restoredOwners,
} from '../../../../../src/providers/kubernetes/apply/restored.js';
import type { KubeObject, ManagedFields } from '../../../../../src/providers/kubernetes/object.js';

const MINE = 'beanpod-api-staging';

function entry(
  manager: string,
  fieldsV1: Record<string, unknown>,
  more: Partial<ManagedFields> = {},
): ManagedFields {
  return { manager, operation: 'Apply', apiVersion: 'v1', fieldsV1, ...more };
}

function object(spec: unknown, metadata: Partial<KubeObject['metadata']> = {}): KubeObject {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'api', ...metadata }, spec };
}

const seen = { uid: 'u', resourceVersion: '9', creationTimestamp: 't' };

describe('an object as it was', () => {
  it('has its fields back, those that the bad version added gone and those it left out there again', () => {
    const live = object(
      { image: 'bad', added: 1 },
      { ...seen, managedFields: [entry(MINE, { 'f:spec': { 'f:image': {}, 'f:added': {} } })] },
    );

    expect(restored(object({ image: 'good', left: 2 }), live, MINE, 7)).toEqual(
      object({ image: 'good', left: 2 }, seen),
    );
  });

  it('keeps what somebody else owns alone by now', () => {
    const hpa = entry(
      'kube-controller-manager',
      { 'f:spec': { 'f:replicas': {} } },
      { operation: 'Update', subresource: 'scale' },
    );
    const live = object(
      { image: 'bad', replicas: 9 },
      { ...seen, managedFields: [hpa, entry(MINE, { 'f:spec': { 'f:image': {} } })] },
    );

    expect(restored(object({ image: 'good', replicas: 3 }), live, MINE, 7)['spec']).toEqual({
      image: 'good',
      replicas: 9,
    });
  });

  it('takes back what the bad version took over from somebody else', () => {
    const live = object(
      { image: 'bad' },
      {
        ...seen,
        managedFields: [
          entry(MINE, { 'f:spec': { 'f:image': {} } }),
          entry('shared', { 'f:spec': { 'f:image': {} } }),
        ],
      },
    );

    expect(restored(object({ image: 'theirs' }), live, MINE, 7)['spec']).toEqual({ image: 'theirs' });
  });

  it('carries the fence of the present owner where it had one, and none where it had none', () => {
    const live = object({}, { ...seen, annotations: { 'beanpod.dev/epoch': '7' } });
    const ours = object({}, { annotations: { 'beanpod.dev/epoch': '3', a: 'b' } });

    expect(restored(ours, live, MINE, 8).metadata.annotations).toEqual({ 'beanpod.dev/epoch': '8', a: 'b' });
    expect(restored(object({}), live, MINE, 8).metadata.annotations).toBeUndefined();
  });

  it('is the same whatever its status, versions, owners and fence say', () => {
    const one = {
      ...object({ a: 1 }, { ...seen, annotations: { 'beanpod.dev/epoch': '1' } }),
      status: { x: 1 },
    };

    expect(isSameContent(one, object({ a: 1 }, { generation: 4, annotations: {} }))).toBe(true);
    expect(isSameContent(one, object({ a: 2 }))).toBe(false);
  });

  it('belongs to its owners again, with what others have gained since', () => {
    const before = [
      entry(MINE, { 'f:a': {} }),
      entry('kubectl-edit', { 'f:b': {} }, { operation: 'Update' }),
    ];
    const live = [
      entry(MINE, { 'f:a': {}, 'f:b': {} }),
      entry(MINE, { 'f:b': {} }, { operation: 'Update' }),
      entry('kubectl-edit', { 'f:c': {} }, { operation: 'Update' }),
      entry('newcomer', { 'f:d': {} }),
    ];

    expect(restoredOwners(before, live, MINE)).toEqual([
      entry(MINE, { 'f:a': {} }),
      entry('kubectl-edit', { 'f:b': {}, 'f:c': {} }, { operation: 'Update' }),
      entry('newcomer', { 'f:d': {} }),
    ]);
  });
});
