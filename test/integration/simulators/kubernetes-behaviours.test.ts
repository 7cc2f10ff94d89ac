import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAt, type Fields } from '../../simulators/kubernetes/json.js';
import type { Event } from '../../simulators/kubernetes/events.js';
import {
  conditionOf,
  isReady,
  type ContainerStatus,
  type Pod,
} from '../../simulators/kubernetes/workloads.js';
import { configMap, CONFIG_MAPS, openSession, PODS, type Session } from './kubernetes-session.js';

let session: Session;
beforeAll(async () => {
  session = await openSession();
});
afterAll(() => session.close());

let count = 0;

async function run(
  image: string,
  pod: Fields = {},
  annotations: Record<string, string> = {},
): Promise<string> {
  count += 1;
  const name = `pod-${count}`;
  const containers = [{ name: 'web', image }];
  await session.client.post(PODS, { metadata: { name, annotations }, spec: { containers, ...pod } });
  return name;
}

async function see(name: string, satisfied: (pod: Pod) => boolean): Promise<Pod> {
  const body = await session.client.until(`${PODS}/${name}`, (object) => satisfied(object as unknown as Pod));
  return body as unknown as Pod;
}

/** All states that the first container went through, oldest first. */
async function history(
  name: string,
  enough: (states: ContainerStatus[]) => boolean,
): Promise<ContainerStatus[]> {
  const path = `${PODS}?watch=true&fieldSelector=metadata.name%3D${name}&resourceVersion=1`;
  const states = (events: { object: unknown }[]): ContainerStatus[] =>
    events.flatMap((event) => (event.object as Pod).status.containerStatuses?.[0] ?? []);
  return states(await session.client.watch(path, (events) => enough(states(events))));
}

async function events(name: string): Promise<Event[]> {
  const { body } = await session.client.get(
    `/api/v1/namespaces/default/events?fieldSelector=involvedObject.name%3D${name}`,
  );
  // A list goes by names; what was written last has the greatest resourceVersion.
  const found = listAt(body, 'items') as Event[];
  return found.sort(
    (one, other) => Number(one.metadata.resourceVersion) - Number(other.metadata.resourceVersion),
  );
}

function waiting(pod: Pod): string | undefined {
  return pod.status.containerStatuses?.[0]?.state.waiting?.reason;
}

describe('scripted pods', () => {
  it('ok: is pulled, started and ready, with the events of each step', async () => {
    const pod = await see(await run('app:ok-1'), isReady);

    const reasons = (await events(pod.metadata.name)).map((event) => event.reason);
    expect(reasons).toEqual(['Scheduled', 'Pulling', 'Pulled', 'Created', 'Started']);
    expect(pod.status.containerStatuses?.[0]).toMatchObject({ ready: true, started: true, restartCount: 0 });
  });

  it('image-not-found: alternates between ErrImagePull and ImagePullBackOff and names the image', async () => {
    const name = await run('registry.local/shop:image-not-found');
    const reasons = (states: ContainerStatus[]): string[] =>
      states
        .flatMap((state) => state.state.waiting?.reason ?? [])
        .filter((reason) => reason.includes('Pull'));

    const seen = await history(name, (states) => reasons(states).length >= 4);
    const said = await events(name);

    expect(reasons(seen).slice(0, 4)).toEqual([
      'ErrImagePull',
      'ImagePullBackOff',
      'ErrImagePull',
      'ImagePullBackOff',
    ]);
    const failed = said.find((event) => event.message.startsWith('Failed to pull image'));
    expect(failed?.message).toContain(
      'code = NotFound desc = failed to pull and unpack image "registry.local/shop:image-not-found"',
    );
    expect(failed?.message).toContain(': not found');
    expect(said.map((event) => event.message)).toContain(
      'Back-off pulling image "registry.local/shop:image-not-found"',
    );
  });

  it('pull-denied: says that the pull was denied', async () => {
    const pod = await see(
      await run('app:pull-denied'),
      (now) => waiting(now) === 'ErrImagePull' || waiting(now) === 'ImagePullBackOff',
    );

    expect(pod.status.containerStatuses?.[0]?.state.waiting?.message).toContain('pull access denied');
  });

  it('pull-flaky: times out and then succeeds', async () => {
    const name = await run('app:pull-flaky-1');
    const pod = await see(name, isReady);

    const messages = (await events(name)).map((event) => event.message);
    expect(messages.some((message) => message.includes('i/o timeout'))).toBe(true);
    expect(pod.status.phase).toBe('Running');
  });

  it('crash: restarts once at once and then backs off, with the exit code in lastState', async () => {
    const name = await run('app:crash-3', {}, { 'sim.beanpod.dev/behaviour': 'crash exit=7 after=100ms' });
    const pod = await see(
      name,
      (now) =>
        waiting(now) === 'CrashLoopBackOff' && (now.status.containerStatuses?.[0]?.restartCount ?? 0) >= 2,
    );

    const [status] = pod.status.containerStatuses ?? [];
    expect(status?.lastState.terminated).toMatchObject({ exitCode: 7, reason: 'Error' });
    expect(status?.state.waiting?.message).toMatch(
      /^back-off \d+m?\d*s restarting failed container=web pod=pod-\d+_default\(/,
    );
    expect((await events(name)).map((event) => event.message)).toContainEqual(
      expect.stringMatching(/^Back-off restarting failed container web in pod /),
    );
  });

  it('oom: is killed with 137', async () => {
    const pod = await see(
      await run('app:oom-1'),
      (now) => now.status.containerStatuses?.[0]?.lastState.terminated !== undefined,
    );

    expect(pod.status.containerStatuses?.[0]?.lastState.terminated).toMatchObject({
      exitCode: 137,
      reason: 'OOMKilled',
    });
  });

  it('start-error: never runs', async () => {
    const pod = await see(
      await run('app:start-error-1'),
      (now) => now.status.containerStatuses?.[0]?.lastState.terminated !== undefined,
    );

    expect(pod.status.containerStatuses?.[0]?.lastState.terminated).toMatchObject({
      exitCode: 128,
      reason: 'StartError',
    });
  });

  it('waits for a ConfigMap that is really missing and starts when it comes', async () => {
    const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'a' } } }];
    const name = await run('', { containers: [{ name: 'web', image: 'app:ok-1', env }] });
    const stuck = await see(name, (pod) => waiting(pod) === 'CreateContainerConfigError');
    await session.client.post(CONFIG_MAPS, configMap('settings', { a: '1' }));
    const pod = await see(name, isReady);

    expect(stuck.status.containerStatuses?.[0]?.state.waiting?.message).toBe(
      'configmap "settings" not found',
    );
    expect(pod.status.phase).toBe('Running');
  });

  it('cannot mount a Secret that is missing', async () => {
    const volumes = [{ name: 'keys', secret: { secretName: 'keys' } }];
    const name = await run('app:ok-1', { volumes });

    await expect
      .poll(async () => (await events(name)).map((event) => event.message))
      .toContain('MountVolume.SetUp failed for volume "keys" : secret "keys" not found');
    const pod = await see(name, () => true);
    expect(waiting(pod)).toBe('ContainerCreating');
  });

  it('probe-fail: runs, is not ready and is told unhealthy again and again', async () => {
    const name = await run('app:probe-fail-1');

    await expect
      .poll(async () => (await events(name)).find((event) => event.reason === 'Unhealthy')?.count ?? 0)
      .toBeGreaterThan(1);
    const pod = await see(name, () => true);
    expect(conditionOf(pod.status.conditions, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotReady',
      message: 'containers with unready status: [web]',
    });
  });

  it('flap: becomes unready after it was ready', async () => {
    const name = await run('app:flap-1');

    const seen = await history(
      name,
      (states) =>
        states.filter((state, index) => state.ready && states[index - 1]?.ready === false).length >= 2,
    );

    expect(seen.map((state) => state.ready).join()).toMatch(/true,false,(false,)*true/);
    expect(seen.at(-1)?.restartCount).toBe(0);
  });

  it('unschedulable: stays pending with the text of the scheduler, until a node comes', async () => {
    const stuck = await see(
      await run('app:unschedulable-1'),
      (pod) => conditionOf(pod.status.conditions, 'PodScheduled')?.status === 'False',
    );
    const name = await run('app:ok', {}, { 'sim.beanpod.dev/behaviour': 'unschedulable scale-up=5s' });
    await see(name, isReady);

    expect(conditionOf(stuck.status.conditions, 'PodScheduled')).toMatchObject({
      reason: 'Unschedulable',
      message: expect.stringContaining('0/3 nodes are available: 3 Insufficient cpu.') as string,
    });
    expect((await events(name)).map((event) => event.reason)).toEqual(
      expect.arrayContaining(['FailedScheduling', 'TriggeredScaleUp']),
    );
  });

  it('init-fail: fails in the init container and never starts the main one', async () => {
    const name = await run('app:init-fail-1', { initContainers: [{ name: 'migrate', image: 'migrate:1' }] });
    const pod = await see(name, (now) => (now.status.initContainerStatuses?.[0]?.restartCount ?? 0) >= 2);

    expect(pod.status.initContainerStatuses?.[0]?.lastState.terminated?.exitCode).toBe(1);
    expect(waiting(pod)).toBe('PodInitializing');
    expect(conditionOf(pod.status.conditions, 'Initialized')).toMatchObject({
      status: 'False',
      reason: 'ContainersNotInitialized',
    });
  });

  it('evicted: the pod fails as a whole', async () => {
    const pod = await see(await run('app:evicted-1'), (now) => now.status.phase === 'Failed');

    expect(pod.status).toMatchObject({
      reason: 'Evicted',
      message: expect.stringContaining('low on resource: memory') as string,
    });
  });

  it('exit: a pod that is not restarted succeeds or fails by its exit code', async () => {
    const good = await see(
      await run('app:ok-1', { restartPolicy: 'Never' }),
      (pod) => pod.status.phase === 'Succeeded',
    );
    const bad = await see(
      await run('app:crash-1', { restartPolicy: 'Never' }),
      (pod) => pod.status.phase === 'Failed',
    );

    expect(good.status.containerStatuses?.[0]?.state.terminated).toMatchObject({
      exitCode: 0,
      reason: 'Completed',
    });
    expect(bad.status.containerStatuses?.[0]?.state.terminated).toMatchObject({
      exitCode: 1,
      reason: 'Error',
    });
  });

  it('InvalidImageName: a reference with capitals is refused without a pull', async () => {
    const pod = await see(await run('Registry/App:1'), (now) => waiting(now) === 'InvalidImageName');

    expect((await events(pod.metadata.name)).map((event) => event.reason)).not.toContain('Pulling');
  });
});
