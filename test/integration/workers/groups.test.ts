import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';
import { textWith } from '../../support/caller.js';
import { startLiveCluster, type LiveCluster } from '../../support/live-cluster.js';

const SLOW = { timeout: 60_000, interval: 100 };
const TEST_MS = 120_000;
const MANIFESTS = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: "api-{{groupName}}"}
spec:
  replicas: 1
  selector: {matchLabels: {app: "api-{{groupName}}"}}
  template:
    metadata:
      labels: {app: "api-{{groupName}}"}
      annotations: {sim.beanpod.dev/behaviour: "{{behaviour}}"}
    spec: {containers: [{name: api, image: registry.example.com/shop/api}]}
`;

let world: LiveCluster;
beforeAll(async () => {
  world = await startLiveCluster();
  await world.startWorker();
}, TEST_MS);
afterAll(() => world.close());

async function configure(behaviour: string, more: object = {}, manifests = MANIFESTS): Promise<void> {
  await world.api.configure('shop-api', 'staging', {
    provider: 'kubernetes',
    spec: {
      cluster: { type: 'kubeconfig', kubeconfig: 'env:BEANPOD_SECRET_SIM' },
      namespace: 'shop',
      manifests,
      parameters: { behaviour: 'ok' },
      groups: { large: { replicas: 3 }, small: { parameters: { behaviour } } },
    },
    verify: { stabilityMs: 0 },
    ...more,
  });
}

/** Deploys a version and waits for its end. */
async function deploy(version: string): Promise<DeploymentView> {
  const artifact = { type: 'images', images: [`registry.example.com/shop/api:${version}`] };
  const request = { service: 'shop-api', environment: 'staging', version, artifact };
  const { body } = await world.api.call().post('/v1/deployments').send(request);
  const read = async () =>
    JSON.parse((await world.api.call().get(`/v1/deployments/${body.id}`)).text) as DeploymentView;
  await expect.poll(async () => (await read()).terminal, SLOW).toBe(true);
  return read();
}

/** What the events tell of the groups. */
async function told(id: string): Promise<readonly string[]> {
  const { body } = await world.api.call().get(`/v1/deployments/${id}/events?limit=500`);
  return body.lines.flatMap(({ code, text }) => (code === 'group.ended' ? [text] : []));
}

describe('a deployment of groups', () => {
  test(
    'says of each that it was updated',
    async () => {
      await configure('ok');
      const ended = await deploy('ok-1');

      expect(ended).toMatchObject({
        state: 'succeeded',
        groups: [
          { name: 'large', result: 'updated' },
          { name: 'small', result: 'updated' },
        ],
      });
      expect(await told(ended.id)).toEqual(['Group large: updated', 'Group small: updated']);
    },
    TEST_MS,
  );

  test(
    'says of each that it was rolled back, and which of them was bad, for CI as well',
    async () => {
      await configure('crash');
      const ended = await deploy('ok-2');

      expect(ended.state).toBe('rolled_back');
      expect(ended.groups?.map(({ name, result }) => `${name} ${result}`)).toEqual([
        'large rolled_back',
        'small rolled_back',
      ]);
      expect(ended.groups?.[1]?.because).toContain('api-small');
      expect(await told(ended.id)).toEqual([
        textWith('Group large: rolled back'),
        textWith(`Group small: rolled back; ${ended.groups?.[1]?.because}`),
      ]);
      const outcome = await world.api.call().get(`/v1/deployments/${ended.id}/outcome`);
      expect(outcome).toMatchObject({ status: 424, body: { deployment: { groups: ended.groups } } });
    },
    TEST_MS,
  );

  test(
    'that may not be rolled back says which of them failed and which were updated',
    async () => {
      await configure('crash', { policy: { rollback: 'never' } });
      const ended = await deploy('ok-3');

      expect(ended).toMatchObject({ state: 'failed', wrote: true });
      expect(ended.groups).toMatchObject([
        { name: 'large', result: expect.stringMatching(/updated|unknown/) as unknown },
        { name: 'small', result: 'failed', because: textWith('api-small') },
      ]);
    },
    TEST_MS,
  );

  test(
    'that the API server refuses says that none was touched',
    async () => {
      await configure('ok', {}, MANIFESTS.replace('replicas: 1', 'replicaz: 1'));
      const ended = await deploy('ok-4');

      expect(ended).toMatchObject({ state: 'failed', wrote: false });
      expect(ended.groups).toEqual([
        { name: 'large', result: 'untouched' },
        { name: 'small', result: 'untouched' },
      ]);
    },
    TEST_MS,
  );
});
