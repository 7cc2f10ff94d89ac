import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useApi } from '../../support/api.js';
import { createHandWorker } from '../../support/hand-worker.js';
import { startHeraldOf } from '../../support/herald.js';
import { startStandIn } from '../../support/stand-ins.js';

const KEY = `k1:${randomBytes(32).toString('base64')}`;
const SECRET = 'a-secret-of-the-tests-0123456789';
const COMMIT = 'c'.repeat(40);
const api = useApi({ BEANPOD_ENCRYPTION_KEYS: KEY });
let github: Awaited<ReturnType<typeof startStandIn>>;
let slack: Awaited<ReturnType<typeof startStandIn>>;
let herald: { close(): Promise<void> };

beforeAll(async () => {
  await api.start();
  await api.configure();
  [github, slack] = [await startStandIn(), await startStandIn()];
  github.answer(({ path }) => ({ status: 201, body: path.endsWith('/deployments') ? { id: 7 } : {} }));
  slack.answer(() => ({ status: 200, body: { ok: true, channel: 'C1', ts: '17.1' } }));
  herald = startHeraldOf({ redis: api.redis, key: KEY });
});
afterAll(async () => {
  await herald.close();
  await github.close();
  await slack.close();
  await api.stop();
});

async function push(signature: (body: string) => string, id: string = randomUUID()): Promise<Response> {
  const body = JSON.stringify({
    ref: 'refs/heads/main',
    after: COMMIT,
    repository: { name: 'shop', full_name: 'acme/shop' },
    head_commit: { message: 'Faster checkout', timestamp: '2026-11-26T12:00:00Z', author: { name: 'Ada' } },
  });
  return fetch(`${api.url}/v1/hooks/github`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': id,
      'x-hub-signature-256': signature(body),
    },
    body,
  });
}

const signed = (body: string) => `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;

describe('a push that GitHub sent', () => {
  test('leads to a version, a deployment, statuses on the commit and one Slack message; a forged or repeated one to nothing', async () => {
    await api
      .call()
      .put('/v1/hooks/github')
      .send({
        sender: 'github',
        secrets: [SECRET],
        services: { shop: 'shop-api' },
        artifact: { type: 's3', bucket: 'ci-artifacts', key: 'shop/{commit}.zip' },
        decisions: [{ branch: 'main', action: 'deploy', environments: ['staging'] }],
      });
    await api
      .call()
      .put('/v1/subscriptions/source')
      .send({
        channel: { type: 'github', repository: 'acme/shop', token: 'ghp_of_the_tests', api: github.url },
      });
    await api
      .call()
      .put('/v1/subscriptions/chat')
      .send({
        channel: { type: 'slack', channel: '#deploys', token: 'xoxb-of-the-tests', api: slack.url },
      });

    expect((await push(() => `sha256=${'0'.repeat(64)}`)).status).toBe(401);
    const id = randomUUID();
    const { deployments } = (await (await push(signed, id)).json()) as { deployments: string[] };
    expect(await (await push(signed, id)).json()).toMatchObject({ outcome: 'duplicate' });
    const worker = createHandWorker(api.redis);
    await worker.save(deployments[0] ?? '', { name: 'preparing' });
    await expect.poll(() => github.bodies().map(({ state }) => state)).toContain('in_progress');
    await worker.rollBack(deployments[0] ?? '');

    await expect.poll(() => github.bodies().at(-1)?.['state']).toBe('failure');
    await expect.poll(() => slack.seen.at(-1)?.text).toMatch(/was rolled back/);
    expect(github.seen.filter(({ path }) => path.endsWith('/deployments'))).toMatchObject([
      { body: { ref: COMMIT } },
    ]);
    expect(slack.seen.filter(({ path }) => path === '/chat.postMessage')).toHaveLength(1);
    const { items } = (await api.call().get('/v1/hooks/github/deliveries')).body as unknown as {
      items: { outcome: string }[];
    };
    expect(items.map(({ outcome }) => outcome)).toEqual(['duplicate', 'done', 'refused']);
  });
});
