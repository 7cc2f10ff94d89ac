import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, listAt, type Fields } from '../../simulators/kubernetes/json.js';
import type { Event } from '../../simulators/kubernetes/events.js';
import type { Deployment, Pod } from '../../simulators/kubernetes/workloads.js';
import { conditionOf } from '../../simulators/kubernetes/workloads.js';
import { deployment, DEPLOYMENTS, openSession, PODS, type Session } from './kubernetes-session.js';

const MERGE = 'application/merge-patch+json';
const PROBE = { readinessProbe: { httpGet: { path: '/', port: 80 } } };
let session: Session;
beforeAll(async () => {
  session = await openSession();
});
afterAll(() => session.close());

async function status(name: string, satisfied: (deployment: Deployment) => boolean): Promise<Deployment> {
  const body = await session.client.until(`${DEPLOYMENTS}/${name}`, (object) =>
    satisfied(object as unknown as Deployment),
  );
  return body as unknown as Deployment;
}

function isDone(deployment: Deployment): boolean {
  const { status, spec, metadata } = deployment;
  return (
    status.observedGeneration === metadata.generation &&
    status.updatedReplicas === spec.replicas &&
    status.availableReplicas === spec.replicas &&
    status.replicas === spec.replicas
  );
}

async function setImage(name: string, image: string): Promise<void> {
  const containers = [{ name: 'web', image, ...PROBE }];
  await session.client.call('PATCH', `${DEPLOYMENTS}/${name}`, {
    body: { spec: { template: { spec: { containers } } } },
    contentType: MERGE,
  });
}

async function setsOf(name: string): Promise<Fields[]> {
  const { body } = await session.client.get(
    `/apis/apps/v1/namespaces/default/replicasets?labelSelector=app%3D${name}`,
  );
  return listAt(body, 'items') as Fields[];
}

async function podsOf(name: string): Promise<Pod[]> {
  const { body } = await session.client.get(`${PODS}?labelSelector=app%3D${name}`);
  return listAt(body, 'items') as Pod[];
}

async function eventsAbout(kind: string, name: string): Promise<Event[]> {
  const selector = encodeURIComponent(`involvedObject.kind=${kind},involvedObject.name=${name}`);
  const { body } = await session.client.get(`/api/v1/namespaces/default/events?fieldSelector=${selector}`);
  return listAt(body, 'items') as Event[];
}

describe('deployments', () => {
  it('roll out through a ReplicaSet and say so in status, conditions and events', async () => {
    await session.client.post(DEPLOYMENTS, deployment('web', 'app:ok-1', { replicas: 3 }));

    const done = await status('web', isDone);
    const [set] = await setsOf('web');
    const events = await eventsAbout('Deployment', 'web');

    expect(conditionOf(done.status.conditions, 'Available')).toMatchObject({
      status: 'True',
      reason: 'MinimumReplicasAvailable',
    });
    expect(conditionOf(done.status.conditions, 'Progressing')).toMatchObject({
      status: 'True',
      reason: 'NewReplicaSetAvailable',
    });
    expect(done.metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '1' });
    expect(at(set, 'metadata', 'labels', 'pod-template-hash')).toEqual(expect.any(String));
    expect(events[0]?.message).toMatch(/^Scaled up replica set web-\w+ from 0 to 3$/);
    for (const pod of await podsOf('web')) {
      expect(pod.status).toMatchObject({ phase: 'Running', podIP: expect.any(String) as string });
      expect(pod.status.containerStatuses?.[0]?.imageID).toMatch(/^app@sha256:[0-9a-f]{64}$/);
    }
  });

  it('never go below availability or above the surge while they roll', async () => {
    await session.client.post(
      DEPLOYMENTS,
      deployment('roll', 'app:ok-1', {
        replicas: 4,
        strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      }),
    );
    const first = await status('roll', isDone);
    await setImage('roll', 'app:ok-2');
    const from = first.metadata.resourceVersion;
    const path = `${DEPLOYMENTS}?watch=true&fieldSelector=metadata.name%3Droll&resourceVersion=${from}`;
    const events = await session.client.watch(
      path,
      (list) => isDone(list.at(-1)?.object as unknown as Deployment) && list.length > 3,
    );

    for (const { object } of events) {
      const { status: now } = object as unknown as Deployment;
      expect(now.availableReplicas ?? 0).toBeGreaterThanOrEqual(4);
      expect(now.replicas ?? 0).toBeLessThanOrEqual(5);
    }
    expect(await setsOf('roll')).toHaveLength(2);
  });

  it('go back to an old ReplicaSet under a new revision', async () => {
    await session.client.post(DEPLOYMENTS, deployment('back', 'app:ok-1'));
    await setImage('back', 'app:ok-1');
    await status('back', isDone);
    await setImage('back', 'app:ok-2');
    await status('back', isDone);
    const before = await setsOf('back');
    await setImage('back', 'app:ok-1');
    const done = await status('back', isDone);

    expect(await setsOf('back')).toHaveLength(before.length);
    expect(Number(done.metadata.annotations?.['deployment.kubernetes.io/revision'])).toBeGreaterThan(2);
  });

  it('with Recreate end every old pod before the first new one', async () => {
    await session.client.post(
      DEPLOYMENTS,
      deployment('re', 'app:ok-1', { replicas: 2, strategy: { type: 'Recreate' } }),
    );
    await status('re', isDone);
    const { body } = await session.client.get(PODS);
    await setImage('re', 'app:ok-2');
    const path = `${PODS}?watch=true&labelSelector=app%3Dre&resourceVersion=${body.metadata.resourceVersion}`;
    const events = await session.client.watch(
      path,
      (list) => list.filter((event) => event.type === 'ADDED').length === 2,
    );

    const order = events.map((event) => event.type).filter((type) => type !== 'MODIFIED');
    expect(order).toEqual(['DELETED', 'DELETED', 'ADDED', 'ADDED']);
  });

  it('stop at a pause and go on when it ends', async () => {
    await session.client.post(DEPLOYMENTS, deployment('pause', 'app:ok-1'));
    await status('pause', isDone);
    const pause = (paused: boolean) =>
      session.client.call('PATCH', `${DEPLOYMENTS}/pause`, {
        body: { spec: { paused } },
        contentType: MERGE,
      });
    await pause(true);
    await setImage('pause', 'app:ok-2');
    const paused = await status(
      'pause',
      (now) =>
        conditionOf(now.status.conditions, 'Progressing')?.reason === 'DeploymentPaused' &&
        now.status.observedGeneration === now.metadata.generation,
    );
    const sets = await setsOf('pause');
    await pause(false);
    await status('pause', isDone);

    expect(paused.status.updatedReplicas ?? 0).toBe(0);
    expect(sets).toHaveLength(1);
    expect(await setsOf('pause')).toHaveLength(2);
  });

  it('miss their progress deadline and say which ReplicaSet did', async () => {
    await session.client.post(
      DEPLOYMENTS,
      deployment('late', 'app:probe-fail-1', { progressDeadlineSeconds: 30 }),
    );

    const late = await status(
      'late',
      (now) => conditionOf(now.status.conditions, 'Progressing')?.status === 'False',
    );

    expect(conditionOf(late.status.conditions, 'Progressing')).toMatchObject({
      reason: 'ProgressDeadlineExceeded',
      message: expect.stringMatching(/^ReplicaSet "late-\w+" has timed out progressing\.$/) as string,
    });
  });

  it('keep no more old ReplicaSets than revisionHistoryLimit', async () => {
    await session.client.post(DEPLOYMENTS, deployment('hist', 'app:ok-0', { revisionHistoryLimit: 1 }));
    for (const image of ['app:ok-1', 'app:ok-2', 'app:ok-3']) {
      await setImage('hist', image);
      await status('hist', isDone);
    }

    await expect.poll(() => setsOf('hist')).toHaveLength(2);
  });

  it('wait for minReadySeconds before they count a pod as available', async () => {
    await session.client.post(DEPLOYMENTS, deployment('min', 'app:ok-1', { minReadySeconds: 60 }));

    const ready = await status('min', (now) => now.status.readyReplicas === 1);
    const available = await status('min', isDone);

    expect(ready.status.availableReplicas).toBeUndefined();
    expect(available.status.availableReplicas).toBe(1);
  });

  it('follow the scale subresource', async () => {
    const { client } = session;
    await client.post(DEPLOYMENTS, deployment('size', 'app:ok-1'));
    const scale = await client.call('PATCH', `${DEPLOYMENTS}/size/scale`, {
      body: { spec: { replicas: 3 } },
      contentType: MERGE,
    });
    await status('size', (now) => isDone(now) && now.spec.replicas === 3);

    expect(scale.body).toMatchObject({
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      spec: { replicas: 3 },
      status: { selector: 'app=size' },
    });
    expect(await podsOf('size')).toHaveLength(3);
  });
});

describe('ReplicaSets', () => {
  it('replace a pod that is deleted', async () => {
    await session.client.post(DEPLOYMENTS, deployment('heal', 'app:ok-1'));
    await status('heal', isDone);
    const [before] = await podsOf('heal');
    await session.client.call('DELETE', `${PODS}/${before?.metadata.name ?? ''}`);

    await session.client.until(`${PODS}/${before?.metadata.name ?? ''}`, (_, code) => code === 404);
    await status('heal', isDone);
    const [after] = await podsOf('heal');

    expect(after?.metadata.uid).not.toBe(before?.metadata.uid);
  });

  it('report pods that the quota refuses as FailedCreate and ReplicaFailure', async () => {
    await session.client.post(DEPLOYMENTS, deployment('over', 'app:quota-1'));

    const failed = await status(
      'over',
      (now) => conditionOf(now.status.conditions, 'ReplicaFailure') !== undefined,
    );
    const [set] = await setsOf('over');
    const events = await eventsAbout('ReplicaSet', String(at(set, 'metadata', 'name')));

    expect(conditionOf(failed.status.conditions, 'ReplicaFailure')).toMatchObject({
      status: 'True',
      reason: 'FailedCreate',
    });
    expect(events).toMatchObject([
      {
        type: 'Warning',
        reason: 'FailedCreate',
        message: expect.stringContaining('exceeded quota: scripted-quota') as string,
      },
      ...events.slice(1),
    ]);
  });
});
