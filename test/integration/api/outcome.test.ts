import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keysOf } from '../../../src/shared/store/keys.js';
import { ADMIN_TOKEN, ARTIFACT, useApi } from '../../support/api.js';
import { createHandWorker } from '../../support/hand-worker.js';

const api = useApi();
let worker: ReturnType<typeof createHandWorker>;
beforeAll(async () => {
  await api.start();
  worker = createHandWorker(api.redis);
});
afterAll(() => api.stop());

let services = 0;
async function deploy(): Promise<string> {
  services += 1;
  const service = `service-${services}`;
  await api.configure(service);
  const answer = await api
    .call()
    .post('/v1/deployments')
    .send({ service, environment: 'staging', version: '118', artifact: ARTIFACT });
  return answer.body.id;
}

describe('the outcome', () => {
  test('is 503 with Retry-After until the deployment has ended', async () => {
    const id = await deploy();

    const answer = await api.call().get(`/v1/deployments/${id}/outcome`);

    expect([answer.status, answer.body.code]).toEqual([503, 'deployment.unfinished']);
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.body.state).toBe('queued');
  });

  test('is 200 with the deployment when it succeeded', async () => {
    const id = await deploy();
    await worker.succeed(id);

    const answer = await api.call().get(`/v1/deployments/${id}/outcome?wait=50`);

    expect([answer.status, answer.body.state]).toEqual([200, 'succeeded']);
  });

  test('is 424 with the reason for any other end', async () => {
    const id = await deploy();
    await worker.rollBack(id);

    const answer = await api.call().get(`/v1/deployments/${id}/outcome`);

    expect([answer.status, answer.body.code]).toEqual([424, 'deployment.unsuccessful']);
    expect(answer.body.detail).toContain('2 of 2 instances are red');
    expect(answer.body.deployment.state).toBe('rolled_back');
  });

  test('lasts not longer than 55 seconds', async () => {
    const answer = await api.call().get('/v1/deployments/x/outcome?wait=56');

    expect(answer.status).toBe(422);
  });

  test('is answered at once by a process that shuts down', async () => {
    const id = await deploy();
    const other = await api.startAnother();
    const path = `${other.url}/v1/deployments/${id}/outcome?wait=55`;
    const waiting = fetch(path, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
    const bell = keysOf(api.redis.namespace).bell(id);
    await expect.poll(() => api.redis.client.pubsub('NUMSUB', bell), { timeout: 20_000 }).toEqual([bell, 1]);

    const [answer] = await Promise.all([waiting, other.close()]);

    expect(answer.status).toBe(503);
  });
});

describe('curl --fail-with-body --retry', () => {
  test('waits for the end and exits with 0 after a success', async () => {
    const id = await deploy();
    const client = curl(`/v1/deployments/${id}/outcome?wait=1`);

    await worker.save(id, { name: 'preparing' });
    await worker.succeed(id);

    const { code, stdout } = await client;
    expect(code).toBe(0);
    expect(JSON.parse(stdout.slice(stdout.lastIndexOf('{"id"')))).toMatchObject({ state: 'succeeded' });
  });

  test('tries again after a 503 and exits with 22 and the reason after a rollback', async () => {
    const id = await deploy();
    let client: ReturnType<typeof curl> | undefined;
    await new Promise<void>((onRetry) => {
      client = curl(`/v1/deployments/${id}/outcome?wait=0`, onRetry);
    });
    await worker.rollBack(id);

    const { code, stdout } = (await client) ?? { code: -1, stdout: '' };
    expect(code).toBe(22);
    expect(stdout).toContain('2 of 2 instances are red');
  });
});

function curl(
  path: string,
  onRetry: () => void = () => undefined,
): Promise<{ code: number; stdout: string }> {
  const args = [
    '--fail-with-body',
    '-sS',
    '--retry',
    '60',
    '-H',
    `Authorization: Bearer ${ADMIN_TOKEN}`,
    api.url + path,
  ];
  return new Promise((resolve) => {
    const child = execFile('curl', args, (error, stdout) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout });
    });
    child.stderr?.on('data', onRetry);
  });
}
