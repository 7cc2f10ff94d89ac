import { once } from 'node:events';
import { expect, test } from 'vitest';
import { freePort, useRedis } from '../../support/redis.js';
import { callerOf } from '../../support/caller.js';
import { startProcess } from '../../support/worker-process.js';
import { createRawClient } from '../../simulators/kubernetes/raw-client.js';
import { startKubernetes } from '../../simulators/kubernetes/start.js';
import { LIVE, stampOf } from '../../support/live-cluster.js';

const TOKEN = 'token-of-one-process-0123456789-abcdef';
const redis = useRedis();

test('one process in the role all has a gateway of its own', async () => {
  await redis.start();
  const sim = await startKubernetes({ speed: 100, namespaces: ['shop'] });
  const client = createRawClient(sim);
  const port = await freePort();
  const all = startProcess('all', {
    REDIS_URL: redis.url,
    BEANPOD_NAMESPACE: redis.namespace,
    BEANPOD_REDIS_CHECK: 'off',
    BEANPOD_HOST: '127.0.0.1',
    BEANPOD_PORT: String(port),
    BEANPOD_ADMIN_TOKEN: TOKEN,
    BEANPOD_SECRET_SIM: sim.kubeconfig(),
  });
  await all.said('worker ready');
  const call = callerOf(`http://127.0.0.1:${port}`, TOKEN);
  await call.put('/v1/services/shop-api').send({});
  await call.put('/v1/environments/staging').send({});
  const cluster = { type: 'kubeconfig', kubeconfig: 'env:BEANPOD_SECRET_SIM' };
  await call
    .put('/v1/targets/shop-api/staging')
    .send({ provider: 'kubernetes', spec: { cluster, namespace: 'shop' } });
  await client.post('/api/v1/namespaces/shop/pods', {
    metadata: { name: 'alone', labels: stampOf('shop-api') },
    spec: { containers: [{ name: 'app', image: 'app:ok-1' }] },
  });

  await expect.poll(async () => (await call.get(`${LIVE}/pods`)).text).toContain('"name":"alone"');

  await all.kill('SIGTERM');
  await client.close();
  await sim.close();
  await redis.stop();
});

test('a gateway without the key that it shares with the API does not start', async () => {
  const { child } = startProcess('gateway', {});

  expect(await once(child, 'exit')).toEqual([78, null]);
});
