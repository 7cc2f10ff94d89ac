import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PodsView } from '../../../src/shared/contract/live-pods.js';
import { openEventStream, type WireEvent } from '../../support/event-stream.js';
import { LIVE, stampOf, startLiveCluster, type LiveCluster } from '../../support/live-cluster.js';

let world: LiveCluster;
beforeAll(async () => {
  world = await startLiveCluster();
  await world.run('shop-api', { replicas: 2 });
  // Its template says that it belongs to shop-api, and its stamp that it does not.
  await world.run('other', { podLabels: stampOf('shop-api') });
});
afterAll(() => world.close());

test('shows the pods of the target and of no other one in its namespace', async () => {
  const pods = await world.pods(2);
  const others = await world.pods(1, '/v1/targets/other/staging/live');

  expect(pods.map(({ name }) => name.slice(0, 9))).toEqual(['shop-api-', 'shop-api-']);
  expect(others.map(({ owner }) => owner)).toEqual([{ kind: 'Deployment', name: 'other' }]);
  expect(pods[0]).toMatchObject({
    status: 'Running',
    restarts: 0,
    owner: { kind: 'Deployment', name: 'shop-api' },
    containers: [{ name: 'app', role: 'main', image: 'app:ok-1', ready: true, state: 'running' }],
  });
});

test('believes a pod that nothing controls, and no workload of the same name that was made since', async () => {
  const pod = (labels: object) => ({
    metadata: { name: 'alone', labels },
    spec: { containers: [{ name: 'app', image: 'app:ok-1' }] },
  });
  await world.client.post('/api/v1/namespaces/shop/pods', pod(stampOf('shop-api')));

  await expect.poll(async () => (await world.pods(3)).some(({ name }) => name === 'alone')).toBe(true);

  await world.client.call('DELETE', '/api/v1/namespaces/shop/pods/alone');
  await world.pods(2);
});

test('tells of every change while somebody follows', async () => {
  await world.pods(2);
  const stream = await openEventStream(`${world.api.url}${LIVE}/pods`, {
    authorization: `Bearer ${world.api.token}`,
  });
  const [first] = await stream.until('pods');
  const podsIn = (event: WireEvent | undefined) => (event?.data as PodsView | undefined)?.pods ?? [];
  const doomed = podsIn(first)[0]?.name ?? '';
  await world.client.call('DELETE', `/api/v1/namespaces/shop/pods/${doomed}`);

  for (;;) {
    const event = await stream.next();
    const pods = podsIn(event);
    if (!pods.some(({ name }) => name === doomed) && pods.filter(({ ready }) => ready).length === 2) break;
  }
  stream.close();
});

test('says why it cannot look: no target, no rights, no gateway', async () => {
  const unknown = await world.api.call().get('/v1/targets/nobody/staging/live/pods');
  const other = await world.api.startAnother();
  const { status, later, body } = await fetch(`${other.url}${LIVE}/pods`, {
    headers: { authorization: `Bearer ${world.api.token}` },
  }).then(async (answer) => ({
    status: answer.status,
    later: answer.headers.get('retry-after'),
    body: (await answer.json()) as { code: string },
  }));
  await other.close();

  expect([unknown.status, unknown.body.code]).toEqual([404, 'target.unknown']);
  expect([status, later, body.code]).toEqual([501, null, 'live.no-gateway']);
});

test('shows what it knows with its trouble while the cluster refuses the watches', async () => {
  world.sim.faults.add({ kind: 'status', code: 403, match: { resource: 'cronjobs' }, times: 1_000 });
  const cut = await world.startGateway();
  const gateway = { BEANPOD_GATEWAY_URL: cut.url, BEANPOD_GATEWAY_KEY: world.settings.BEANPOD_GATEWAY_KEY };
  const other = await world.api.startAnother(gateway);
  const answer = await fetch(`${other.url}${LIVE}/pods`, {
    headers: { authorization: `Bearer ${world.api.token}` },
  });
  const view = (await answer.json()) as PodsView;
  await other.close();
  await cut.close();
  world.sim.faults.clear();

  expect(view.trouble).toContain('cronjobs');
  expect(view.pods).toHaveLength(2);
});
