import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AppliedObject } from '../../../../../src/providers/kubernetes/health/applied-object.js';
import {
  assessSet,
  type Assessment,
  type Memory,
} from '../../../../../src/providers/kubernetes/health/assess-set.js';
import type { KubeObject } from '../../../../../src/providers/kubernetes/object.js';
import { eventObject, podObject, type PodNote } from '../failure/objects.js';
import { viewOf, type World } from '../failure/world.js';
import { readFixture } from './fixture.js';

const DEPLOYMENTS = '/apis/apps/v1/namespaces/shop/deployments';
const REPLICA_SETS = '/apis/apps/v1/namespaces/shop/replicasets';
const FRESH: Memory = { firstSeen: new Map() };

const { object: healthyDeployment, context } = readFixture('deployment-healthy');
const { object: updatingDeployment } = readFixture('deployment-updating');
const replicaSets = context.around.owned('ReplicaSet').map(ownedByDeployment);

const api: AppliedObject = {
  ref: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'api' },
  collection: DEPLOYMENTS,
  written: { uid: 'dep-1', generation: 3, resourceVersion: '900', at: '2026-01-01T10:00:00Z' },
};

function world(deployment: KubeObject, pods: readonly PodNote[], rest: Partial<World> = {}): World {
  return {
    objects: { [DEPLOYMENTS]: [deployment], [REPLICA_SETS]: replicaSets },
    pods: pods.map(podObject),
    ...rest,
  };
}

function assess(shown: World, memory: Memory = FRESH, now = 0, objects = [api]): Assessment {
  return assessSet({ objects, view: viewOf(shown), memory, now });
}

describe('a deployed set', () => {
  const good = { name: 'a', running: true, ready: true };

  it('is done when everything is healthy', () => {
    expect(assess(world(healthyDeployment, [good])).outcome).toEqual({ said: 'done' });
  });

  it('needs to see nothing of configuration', () => {
    const settings: AppliedObject = {
      ref: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'settings' },
      collection: '/api/v1/namespaces/shop/configmaps',
      written: { uid: 'cm-1', resourceVersion: '5' },
    };

    expect(assess({ objects: {} }, FRESH, 0, [settings]).outcome.said).toBe('done');
  });

  it('passes on what people should know of healthy objects', () => {
    const { object } = readFixture('deployment-scaled-to-zero');

    expect(assess(world(object, [])).warnings).toEqual([
      'Deployment shop/api: it is scaled to zero: no pod runs',
    ]);
  });

  it('waits while a watch is in trouble, whatever it shows', () => {
    const shown = world(healthyDeployment, [good], { trouble: 'The watch of pods is interrupted' });

    expect(assess(shown).outcome).toMatchObject({
      said: 'wait',
      because: 'The watch of pods is interrupted',
    });
  });

  it('waits for an object whose watch has not answered, or has not come to our write', () => {
    expect(assess({ objects: {} }).outcome.said).toBe('wait');
    expect(assess({ objects: { [DEPLOYMENTS]: [] }, version: '899' }).outcome.said).toBe('wait');
  });

  it('fails for an object that was deleted', () => {
    expect(assess({ objects: { [DEPLOYMENTS]: [] }, version: '950' }).outcome).toMatchObject({
      said: 'failed',
      failure: { code: 'k8s.object-missing' },
    });
  });

  it('waits for nothing but the grace of what it sees, and then fails with image, answer and pod', () => {
    const pulling = { name: 'a', waiting: 'ErrImagePull', message: 'shop/api:2: not found' };
    const shown = world(updatingDeployment, [pulling]);

    const first = assess(shown);
    const second = assess(shown, first.memory, 1_000);

    expect(first.outcome).toMatchObject({ said: 'wait', forMs: 1_000 });
    expect(second.outcome).toMatchObject({
      said: 'failed',
      failure: {
        code: 'k8s.image-not-found',
        detail: 'Container main of pod a cannot pull image shop/api:2: shop/api:2: not found',
      },
    });
  });

  it('says what a pod that is not ready yet is at', () => {
    const starting = { name: 'a', waiting: 'PodInitializing', init: { running: true } };

    expect(assess(world(updatingDeployment, [starting])).outcome).toMatchObject({
      because: 'Deployment shop/api: 2 of 3 pods are new; pod a is Init:0/1',
    });
  });

  it('judges no pod of the old version', () => {
    const old = { name: 'old', waiting: 'CrashLoopBackOff', restarts: 40, owner: 'rs-1' };

    expect(assess(world(updatingDeployment, [old, good])).outcome.said).toBe('wait');
  });

  it('judges no pod from before our write', () => {
    const early = {
      name: 'early',
      waiting: 'CrashLoopBackOff',
      restarts: 40,
      last: { exitCode: 1, reason: 'Error' },
      createdAt: '2026-01-01T09:59:59Z',
    };

    expect(assess(world(updatingDeployment, [early])).outcome.said).toBe('wait');
    expect(
      assess(world(updatingDeployment, [{ ...early, createdAt: '2026-01-01T10:00:00Z' }])).outcome.said,
    ).toBe('failed');
  });

  it('judges no pod before the controller has seen our write', () => {
    const behind = { ...updatingDeployment, metadata: { ...updatingDeployment.metadata, generation: 4 } };
    const crashed = {
      name: 'a',
      waiting: 'CrashLoopBackOff',
      restarts: 9,
      last: { exitCode: 1, reason: 'Error' },
    };

    expect(assess(world(behind, [crashed])).outcome.said).toBe('wait');
  });

  it('fails when a pod restarts after everything was healthy', () => {
    const before = assess(world(healthyDeployment, [good]));
    const after = { ...good, restarts: 1, last: { exitCode: 1, reason: 'Error' } };

    expect(assess(world(healthyDeployment, [after]), before.memory, 5_000).outcome).toMatchObject({
      said: 'failed',
      failure: { code: 'health.flapping' },
    });
  });

  it('names what the pods wait for when the rollout is stuck', () => {
    const { object } = readFixture('deployment-deadline-exceeded');
    const pulling = { name: 'a', waiting: 'ErrImagePull', message: 'dial tcp: i/o timeout' };

    const { outcome } = assess(world(object, [pulling]));

    expect(outcome.said === 'failed' && outcome.failure.code).toBe('k8s.image-unavailable');
    expect(outcome.said === 'failed' && outcome.failure.detail).toContain('made no progress for 600 s');
  });

  it('asks to be woken by its objects, what makes the pods, and the pods', () => {
    expect(assess(world(updatingDeployment, [good])).uids).toEqual(['dep-1', 'rs-2', 'pod-a']);
  });

  it('shows the events of a bad pod', () => {
    const crashed = {
      name: 'a',
      waiting: 'CrashLoopBackOff',
      restarts: 3,
      last: { exitCode: 1, reason: 'Error' },
    };
    const events = [eventObject({ about: 'a', reason: 'BackOff', message: 'Back-off restarting', count: 7 })];

    expect(assess(world(updatingDeployment, [crashed], { events })).material.lines).toContain(
      'Warning BackOff Pod a: Back-off restarting (7 times)',
    );
  });

  it('counts a Job that ended well and was removed as ended', () => {
    const { object: job } = readFixture('job-complete');
    const collection = '/apis/batch/v1/namespaces/shop/jobs';
    const migrate: AppliedObject = {
      ref: { apiVersion: 'batch/v1', kind: 'Job', namespace: 'shop', name: 'migrate' },
      collection,
      written: { uid: 'job-1', generation: 1, resourceVersion: '5' },
    };
    const before = assess({ objects: { [collection]: [job] } }, FRESH, 0, [migrate]);

    expect(assess({ objects: { [collection]: [] } }, before.memory, 1, [migrate]).outcome.said).toBe('done');
  });
});

describe('any sequence of looks', () => {
  const GOOD = [
    'deployment-healthy',
    'stateful-set-healthy',
    'daemon-set-healthy',
    'job-complete',
    'custom-ready',
  ];
  const OTHERS = [
    'deployment-updating',
    'deployment-paused',
    'deployment-deadline-exceeded',
    'deployment-replaced',
    'stateful-set-updating',
    'daemon-set-not-available',
    'job-failed',
    'job-suspended',
    'custom-not-ready',
    'custom-stalled-beats-ready',
    'custom-controller-behind',
    'rollout-paused',
  ];
  const shownArb = fc.record({
    fixture: fc.oneof(fc.constantFrom(...GOOD), fc.constantFrom(...GOOD, ...OTHERS)),
    shown: fc.constantFrom('found', 'found', 'found', 'absent', 'unseen'),
  });
  const looksArb = fc.array(
    fc.record({
      objects: fc.array(shownArb, { minLength: 1, maxLength: 4 }),
      trouble: fc.option(fc.string()),
    }),
    { minLength: 1, maxLength: 6 },
  );

  it('is done only when every object is healthy and seen, and never when none was applied', () => {
    fc.assert(
      fc.property(looksArb, (looks) => {
        let memory = FRESH;
        for (const [turn, { objects, trouble }] of looks.entries()) {
          const set = objects.map(({ fixture, shown }, place) => part(fixture, shown, `${turn}-${place}`));
          const answer = assessSet({
            objects: set.map(({ applied }) => applied),
            view: viewOf({
              objects: Object.fromEntries(set.flatMap(({ paths }) => paths)),
              ...(trouble !== null && { trouble }),
            }),
            memory,
            now: turn * 10_000,
          });
          memory = answer.memory;
          const isGood = objects.every(({ fixture, shown }) => GOOD.includes(fixture) && shown === 'found');
          expect(answer.outcome.said === 'done').toBe(isGood && trouble === null);
        }
      }),
    );
    expect(
      assessSet({ objects: [], view: viewOf({ objects: {} }), memory: FRESH, now: 0 }).outcome.said,
    ).toBe('wait');
  });
});

/** One object of a random set, in a collection and with a uid of its own. */
function part(fixture: string, shown: string, id: string) {
  const { object, context: from } = readFixture(fixture);
  const uid = object.metadata.uid === from.written.uid ? id : `${id}-other`;
  const name = `object-${id}`;
  const collection = `/collections/${id}`;
  const own = { ...object, metadata: { ...object.metadata, uid, name, namespace: id } } as KubeObject;
  const sets = from.around.owned('ReplicaSet').map((set) => ownedBy(set, id));
  const applied: AppliedObject = {
    ref: { apiVersion: object.apiVersion, kind: object.kind, namespace: id, name },
    collection,
    written: { ...from.written, uid: id },
  };
  const list = shown === 'unseen' ? [] : [[collection, shown === 'absent' ? [] : [own]] as const];
  const paths = [...list, [`/apis/apps/v1/namespaces/${id}/replicasets`, sets] as const];
  return { applied, paths };
}

function ownedByDeployment(set: KubeObject): KubeObject {
  return ownedBy(set, 'dep-1');
}

function ownedBy(set: KubeObject, uid: string): KubeObject {
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'api', uid, controller: true };
  return { ...set, metadata: { ...set.metadata, ownerReferences: [owner] } };
}
