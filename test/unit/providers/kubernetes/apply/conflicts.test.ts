import { describe, expect, it } from 'vitest';
import {
  answerFor,
  conflictsOf,
  resolve,
  sentenceOf,
  withoutFieldsOf,
} from '../../../../../src/providers/kubernetes/apply/conflicts.js';
import { entriesToMigrate, managerOf } from '../../../../../src/providers/kubernetes/apply/field-managers.js';
import { withScaledReplicas } from '../../../../../src/providers/kubernetes/apply/replicas.js';
import type { KubeObject, ManagedFields } from '../../../../../src/providers/kubernetes/object.js';
import { KubeStatusError } from '../../../../../src/providers/kubernetes/transport.js';

const MINE = 'beanpod-api-staging';

function refusal(...causes: (readonly [message: string, field: string])[]): KubeStatusError {
  return new KubeStatusError({
    status: 409,
    reason: 'Conflict',
    message: 'Apply failed',
    causes: causes.map(([message, field]) => ({ reason: 'FieldManagerConflict', message, field })),
    retryAfter: undefined,
  });
}

function live(managedFields: readonly ManagedFields[], spec: unknown = {}): KubeObject {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'api', managedFields }, spec };
}

function owner(manager: string, more: Partial<ManagedFields> = {}): ManagedFields {
  const fieldsV1 = { 'f:spec': { 'f:replicas': {} } };
  return { manager, operation: 'Update', apiVersion: 'apps/v1', fieldsV1, ...more };
}

describe('a conflict', () => {
  it.each([
    ['conflict with "helm"', 'helm'],
    ['conflict with "kubectl-edit" using apps/v1 at 2026-11-21T10:00:00Z', 'kubectl-edit'],
    ['conflict with "hpa" with subresource "scale" using apps/v1', 'hpa'],
  ])('names its manager: %s', (message, manager) => {
    const found = conflictsOf(refusal([message, '.spec.replicas']), undefined);

    expect(found).toEqual([{ manager, field: '.spec.replicas', since: undefined }]);
  });

  it('tells since when the manager owns the field', () => {
    const object = live([
      owner('hpa', { time: '2026-11-20T00:00:00Z' }),
      owner('hpa', { time: '2026-11-21T00:00:00Z' }),
    ]);
    const [found] = conflictsOf(refusal(['conflict with "hpa"', '.spec.replicas']), object) ?? [];

    expect(found && sentenceOf(found)).toBe('.spec.replicas is owned by hpa since 2026-11-21T00:00:00Z');
  });

  it('is told from a write that came in between', () => {
    expect(conflictsOf(refusal(), undefined)).toBeUndefined();
  });

  it.each([
    ['kubectl-client-side-apply', {}, 'take'],
    ['kubectl-edit', {}, 'take'],
    ['helm', {}, 'take'],
    ['argocd-controller', {}, 'take'],
    ['helm-operator', {}, 'refuse'],
    ['istio-pilot', { otherwise: 'leave' }, 'leave'],
    ['istio-pilot', { managers: { 'istio-*': 'take' } }, 'take'],
    ['istio-pilot', { managers: { 'istio-*': 'take', 'istio-pilot': 'refuse' } }, 'refuse'],
    ['helm', { managers: { helm: 'refuse' } }, 'refuse'],
  ] as const)('with %s under %j is answered with %3$s', (manager, rules, answer) => {
    expect(answerFor(manager, rules)).toBe(answer);
  });

  it('that is refused stands in the way of those that would be taken', () => {
    const conflicts = [
      { manager: 'helm', field: '.spec.a', since: undefined },
      { manager: 'stranger', field: '.spec.b', since: undefined },
    ];

    expect(resolve(conflicts, {})).toEqual({ said: 'refused', conflicts: [conflicts[1]] });
    expect(resolve(conflicts, { otherwise: 'leave' })).toEqual({ said: 'go', left: new Set(['stranger']) });
  });

  it('that is left loses only the fields that differ', () => {
    const fieldsV1 = { 'f:spec': { 'f:replicas': {}, 'f:paused': {} } };
    const object = live([owner('hpa', { fieldsV1 })], { replicas: 5, paused: false });
    const wanted = live([], { replicas: 2, paused: false });

    expect(withoutFieldsOf(new Set(['hpa']), wanted, object)['spec']).toEqual({ paused: false });
  });
});

describe('an earlier deployer', () => {
  it('is migrated as a whole, but neither controllers nor people who edit', () => {
    const object = live([
      owner('kubectl-client-side-apply'),
      owner('kubectl', { operation: 'Apply' }),
      owner('kubectl'),
      owner('kubectl-edit'),
      owner('helm', { operation: 'Apply' }),
      owner('kubectl-client-side-apply', { subresource: 'status' }),
      owner(MINE, { operation: 'Apply' }),
    ]);

    expect(entriesToMigrate(object, MINE).map(({ manager, operation }) => `${operation} ${manager}`)).toEqual(
      ['Update kubectl-client-side-apply', 'Apply kubectl', 'Apply helm'],
    );
  });

  it('cannot be mistaken for us: our name fits the limit of the server for the longest names', () => {
    expect(managerOf('a'.repeat(63), 'b'.repeat(63)).length).toBeLessThanOrEqual(128);
    expect(managerOf('a'.repeat(63), 'b'.repeat(63))).not.toBe(
      managerOf('a'.repeat(63), `${'b'.repeat(62)}c`),
    );
  });
});

describe('the replicas of a scaled workload', () => {
  const wanted = live([], { replicas: 2 });

  it('are sent as they are while nobody else owns them, as leaving them out would make them 1', () => {
    const object = live([owner(MINE, { operation: 'Apply' })], { replicas: 7 });

    expect(withScaledReplicas(wanted, object, MINE)['spec']).toEqual({ replicas: 7 });
  });

  it('are left out once the autoscaler owns them', () => {
    const object = live([owner('kube-controller-manager', { subresource: 'scale' })], { replicas: 7 });

    expect(withScaledReplicas(wanted, object, MINE)['spec']).toEqual({});
  });

  it('are those of the manifest for a workload that does not exist', () => {
    expect(withScaledReplicas(wanted, undefined, MINE)['spec']).toEqual({ replicas: 2 });
  });
});
