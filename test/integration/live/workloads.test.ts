import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PodsView } from '../../../src/shared/contract/live-pods.js';
import { textWith } from '../../support/caller.js';
import { openEventStream } from '../../support/event-stream.js';
import { LIVE, startLiveCluster, type LiveCluster } from '../../support/live-cluster.js';
import { createKubectl, hasKubectl, type Kubectl } from '../simulators/kubectl.js';

let world: LiveCluster;
let kubectl: Kubectl;
beforeAll(async () => {
  world = await startLiveCluster();
  await world.run('shop-api', { replicas: 2 });
  await world.run('other', { image: 'app:crash-1' });
  kubectl = createKubectl(world.sim.kubeconfig());
});
afterAll(async () => {
  kubectl.clean();
  await world.close();
});

async function look(live = LIVE): Promise<PodsView> {
  return JSON.parse((await world.api.call().get(`${live}/pods`)).text) as PodsView;
}

/** Follows the pods until they look like this. */
async function seen(
  isSo: (view: PodsView) => boolean,
  act: () => Promise<unknown>,
  url = world.api.url,
): Promise<PodsView> {
  const headers = { authorization: `Bearer ${world.api.token}` };
  const stream = await openEventStream(`${url}${LIVE}/pods`, headers);
  if (!stream.answer.ok) throw new Error(`It answered ${stream.answer.status}`);
  await stream.until('pods');
  await act();
  for (;;) {
    const event = await stream.next();
    if (!event) throw new Error('The stream has ended');
    if (event.event === 'pods' && isSo(event.data as PodsView)) {
      stream.close();
      return event.data as PodsView;
    }
  }
}

test('shows workloads, what the nodes have pulled, and the events about them', async () => {
  await world.pods(2);
  const { workloads, pods, events } = await look();

  expect(workloads).toEqual([
    {
      kind: 'Deployment',
      name: 'shop-api',
      uid: expect.any(String) as unknown,
      desired: 2,
      ready: 2,
      updated: 2,
      available: 2,
      paused: false,
    },
  ]);
  expect(pods[0]?.containers[0]?.imageId).toMatch(/@sha256:[0-9a-f]{64}$/);
  expect(events.map(({ about }) => about.kind)).toContain('Pod');
  expect(events).toContainEqual(
    expect.objectContaining({
      reason: 'ScalingReplicaSet',
      about: { kind: 'Deployment', name: 'shop-api' },
    }),
  );
  expect(events.map(({ about }) => about.name).filter((name) => name.startsWith('other'))).toEqual([]);
});

test('says why a container ended last, when, and why the pod takes no requests', async () => {
  const live = '/v1/targets/other/staging/live';
  await expect
    .poll(async () => (await look(live)).pods[0]?.containers[0]?.lastExit, { timeout: 20_000 })
    .toMatchObject({ reason: 'Error', exitCode: 1, at: textWith('T') });

  const view = await look(live);
  expect(view.pods[0]?.unready).toContainEqual(textWith('unready status: [app]'));
  expect(view.events).toContainEqual(expect.objectContaining({ type: 'Warning', reason: 'BackOff' }));
});

test.skipIf(!hasKubectl())(
  'tells followers what kubectl changes: pauses, scales, and an autoscaler that comes',
  async () => {
    const target = ['-n', 'shop', 'deployment/shop-api'];
    const paused = await seen(
      ({ workloads }) => workloads[0]?.paused === true,
      () => kubectl('rollout', 'pause', ...target),
    );
    await kubectl('rollout', 'resume', ...target);
    const scaled = await seen(
      ({ workloads }) => workloads[0]?.ready === 3,
      () => kubectl('scale', '--replicas=3', ...target),
    );
    const manifest = kubectl.manifest('scaler', {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'busy', namespace: 'shop' },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop-api' },
        minReplicas: 2,
        maxReplicas: 5,
      },
    });
    const watched = await seen(
      ({ workloads }) => workloads[0]?.autoscaler !== undefined,
      () => kubectl('create', '-f', manifest),
    );

    expect(paused.workloads[0]).toMatchObject({ name: 'shop-api', paused: true });
    expect(scaled.workloads[0]).toMatchObject({ desired: 3, paused: false });
    expect(watched.workloads[0]?.autoscaler).toMatchObject({ name: 'busy', min: 2, max: 5 });
  },
  60_000,
);

test('says since when it is old while a watch is broken, and no longer once it is whole again', async () => {
  const { length } = (await look()).pods;
  // The first list and the first watch of a gateway of its own come through, then nothing of pods does.
  const watched = { verb: 'watch', resource: 'pods' };
  world.sim.faults.add({ kind: 'watch-drop', match: watched, times: 1 });
  world.sim.faults.add({ kind: 'status', code: 503, match: watched, times: 10_000 });
  world.sim.faults.add({
    kind: 'status',
    code: 503,
    match: { verb: 'list', resource: 'pods' },
    skip: 1,
    times: 10_000,
  });
  const gateway = await world.startGateway();
  const { BEANPOD_GATEWAY_KEY } = world.settings;
  const api = await world.api.startAnother({ BEANPOD_GATEWAY_URL: gateway.url, BEANPOD_GATEWAY_KEY });
  const view = await seen(
    ({ staleSince }) => staleSince !== undefined,
    () => Promise.resolve(),
    api.url,
  );
  const whole = await seen(
    ({ staleSince, trouble }) => staleSince === undefined && trouble === undefined,
    async () => world.sim.faults.clear(),
    api.url,
  );
  await api.close();
  await gateway.close();

  expect(view).toMatchObject({ trouble: textWith('pods is interrupted'), staleSince: textWith('T') });
  expect(view.pods).toHaveLength(length);
  expect(whole.pods).toHaveLength(length);
}, 90_000);
