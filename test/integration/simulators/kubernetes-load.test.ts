import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listAt } from '../../simulators/kubernetes/json.js';
import type { Deployment } from '../../simulators/kubernetes/workloads.js';
import { deployment, DEPLOYMENTS, openSession, PODS, type Session } from './kubernetes-session.js';

let session: Session;
beforeAll(async () => {
  session = await openSession({ speed: 500 });
});
afterAll(() => session.close());

describe('many objects', () => {
  it('carries 5 000 pods of one namespace', async () => {
    for (let index = 0; index < 10; index++) {
      await session.client.post(DEPLOYMENTS, deployment(`big-${index}`, 'app:ok-1', { replicas: 500 }));
    }

    const { store } = session.simulator.cluster;
    const ready = (): number => {
      let sum = 0;
      for (const object of store.collection('deployments.apps').list('default'))
        sum += (object as Deployment).status.readyReplicas ?? 0;
      return sum;
    };
    await expect.poll(ready, { timeout: 60_000, interval: 100 }).toBe(5000);
    const { body } = await session.client.get(PODS);
    expect(listAt(body, 'items')).toHaveLength(5000);
  }, 90_000);

  it('rolls out 300 Deployments of one namespace at once', async () => {
    const { client, simulator } = session;
    await client.post('/api/v1/namespaces', { metadata: { name: 'fleet' } });
    const path = '/apis/apps/v1/namespaces/fleet/deployments';
    await Promise.all(
      Array.from({ length: 300 }, (_, index) =>
        client.post(path, deployment(`app-${index}`, 'app:ok-1', { replicas: 2 })),
      ),
    );

    const done = (): number => {
      let count = 0;
      for (const object of simulator.cluster.store.collection('deployments.apps').list('fleet')) {
        if ((object as Deployment).status.availableReplicas === 2) count += 1;
      }
      return count;
    };
    await expect.poll(done, { timeout: 60_000, interval: 100 }).toBe(300);
  }, 90_000);
});
