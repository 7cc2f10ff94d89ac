import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { EnvironmentView } from '../../../src/shared/contract/configuration.js';
import type { DeliveryView } from '../../../src/shared/contract/hook.js';
import type { EnvironmentStatus } from '../../../src/shared/contract/snapshot.js';
import { ENVIRONMENT, SERVICE, startLiveInstance, type LiveInstance } from '../../support/live-instance.js';
import { startStandIn } from '../../support/stand-ins.js';

const SLOW = { timeout: 80_000, interval: 100 };
const TEST_MS = 280_000;
const SECRET = 'a-secret-of-the-tests-0123456789';
const [FIRST, SECOND] = ['a'.repeat(40), 'b'.repeat(40)];

let instance: LiveInstance;
let github: Awaited<ReturnType<typeof startStandIn>>;
beforeAll(async () => {
  github = await startStandIn();
  github.answer(({ path }) => ({ status: 201, body: path.endsWith('/deployments') ? { id: 7 } : {} }));
  instance = await startLiveInstance({
    BEANPOD_LEASE_MS: '1000',
    BEANPOD_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    BEANPOD_NOTICE_NETWORKS: '127.0.0.0/8',
  });
  instance.run();
  await instance.call.put('/v1/hooks/github').send({
    sender: 'github',
    secrets: [SECRET],
    artifact: { type: 'image', image: 'registry.example.com/{service}:{commit}' },
    decisions: [
      {
        action: 'review',
        review: { from: ENVIRONMENT, name: 'review-{pullRequest}', ttlMs: 86_400_000 },
      },
    ],
  });
  await instance.call.put('/v1/subscriptions/source').send({
    channel: { type: 'github', repository: 'acme/shop', token: 'ghp_of_the_tests', api: github.url },
  });
}, TEST_MS);
afterAll(async () => {
  await instance.stop();
  await github.close();
});

const get = async <T>(path: string) => (await instance.call.get(path)).body as unknown as T;

async function tell(action: string, commit: string, at: string): Promise<DeliveryView> {
  const body = JSON.stringify({
    action,
    number: 7,
    pull_request: {
      number: 7,
      title: 'Faster checkout',
      updated_at: at,
      user: { login: 'ada' },
      head: { ref: 'feature/fast', sha: commit, repo: { id: 1 } },
      base: { ref: 'main', repo: { id: 1 } },
    },
    repository: { id: 1, name: SERVICE, full_name: 'acme/shop' },
  });
  const response = await fetch(`${instance.url}/v1/hooks/github`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'pull_request',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
    },
    body,
  });
  return (await response.json()) as DeliveryView;
}

async function runs(): Promise<unknown> {
  const { services } = await get<EnvironmentStatus>('/v1/environments/review-7/status');
  return services.map(({ running }) => running?.version);
}

const inCloud = () =>
  instance.cloud.site.environments
    .filter(({ name }) => name.startsWith('review-7-'))
    .map(({ status }) => status);

test(
  'a pull request is deployed to an environment of its own, again with its next commit, and takes it along when it is closed',
  async () => {
    const opened = await tell('opened', FIRST, '2026-11-26T12:00:00Z');
    expect(opened).toMatchObject({ outcome: 'done', review: 'review-7' });
    await expect.poll(runs, SLOW).toEqual([FIRST.slice(0, 12)]);
    await vi.waitFor(() => expect(github.bodies().at(-1)).toMatchObject({ state: 'success' }), SLOW);
    expect(github.seen.find(({ path }) => path.endsWith('/deployments'))?.body).toMatchObject({
      ref: FIRST,
      environment: 'review-7',
    });
    await instance.restartApi('SIGKILL');

    const pushed = await tell('synchronize', SECOND, '2026-11-26T12:01:00Z');
    expect(pushed.reason).toContain('review-7 lives on');
    await expect.poll(runs, SLOW).toEqual([SECOND.slice(0, 12)]);
    expect(inCloud()).toEqual(['Ready']);

    const closed = await tell('closed', SECOND, '2026-11-26T12:02:00Z');
    expect(closed.reason).toBe('The pull request was closed; review-7 ends');
    expect((await get<EnvironmentView>('/v1/environments/review-7')).ending?.because).toBe(
      'Its pull request was closed',
    );
    await expect
      .poll(async () => (await instance.call.get('/v1/environments/review-7')).status, SLOW)
      .toBe(404);

    expect(inCloud()).toEqual(['Terminated']);
    const origin = instance.cloud.site.environments.find(({ name }) => name === 'shop-staging');
    expect(origin?.status).toBe('Ready');
    const { items } = await get<{ items: DeliveryView[] }>('/v1/hooks/github/deliveries');
    expect(items.map(({ outcome, review }) => [outcome, review])).toEqual([
      ['done', 'review-7'],
      ['done', 'review-7'],
      ['done', 'review-7'],
    ]);
  },
  TEST_MS,
);
