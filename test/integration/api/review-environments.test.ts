import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeliveryView } from '../../../src/shared/contract/hook.js';
import { keysOf } from '../../../src/shared/store/keys.js';
import { ARTIFACT, useApi } from '../../support/api.js';
import { pointersOf } from '../../support/caller.js';
import { createHandWorker } from '../../support/hand-worker.js';

const SECRET = 'a-secret-of-the-tests-0123456789';
const DAY_MS = 86_400_000;
const api = useApi({
  BEANPOD_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
  BEANPOD_CLONES: '3',
});
const REVIEW = { from: 'staging', name: 'review-{pullRequest}', ttlMs: DAY_MS };
const HOOK = {
  sender: 'github',
  secrets: [SECRET],
  services: { shop: 'shop-api', web: 'shop-web' },
  artifact: { type: 's3', bucket: 'ci-artifacts', key: '{service}/{commit}.zip' },
  decisions: [
    { action: 'review', review: REVIEW },
    { branch: 'main', action: 'deploy', environments: ['staging'] },
  ],
};

beforeAll(async () => {
  await api.start();
  for (const service of ['shop-api', 'shop-web']) {
    await api.configure(service);
    const body = { service, environment: 'staging', version: '118', artifact: ARTIFACT };
    const { id } = (await api.call().post('/v1/deployments').send(body)).body;
    await createHandWorker(api.redis).succeed(id);
  }
  await put('github', HOOK);
});
afterAll(() => api.stop());

const put = (name: string, hook: object) => api.call().put(`/v1/hooks/${name}`).send(hook);

async function send(event: string, payload: object, id: string = randomUUID(), hook = 'github') {
  const body = JSON.stringify(payload);
  const response = await fetch(`${api.url}/v1/hooks/${hook}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': id,
      'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
    },
    body,
  });
  return { status: response.status, body: (await response.json()) as DeliveryView & { detail?: string } };
}

interface About {
  readonly number?: number;
  readonly commit?: string;
  readonly repository?: string;
  readonly at?: string;
  readonly from?: object;
}

/** The parts of https://docs.github.com/webhooks/webhook-events-and-payloads#pull_request that say something. */
function request(action: string, { number = 7, commit = 'a', repository = 'shop', at, from }: About = {}) {
  return {
    action,
    number,
    pull_request: {
      number,
      title: 'Faster checkout',
      updated_at: at ?? '2026-11-26T12:00:00Z',
      user: { login: 'ada' },
      head: { ref: 'feature/fast', sha: commit.repeat(40), repo: from ?? { id: 1 } },
      base: { ref: 'main', repo: { id: 1 } },
    },
    repository: { id: 1, name: repository },
  };
}

const environment = async (name: string) => (await api.call().get(`/v1/environments/${name}`)).body;
const deploymentOf = async (id: string | undefined) =>
  (await api.call().get(`/v1/deployments/${id}`)).body as unknown as Record<string, unknown>;

describe('a pull request', () => {
  test('that is opened gets an environment like the one of the table, with its version and what runs there otherwise', async () => {
    const opened = await send('pull_request', request('opened'));

    expect(opened).toMatchObject({
      status: 202,
      body: {
        outcome: 'done',
        review: 'review-7',
        version: 'aaaaaaaaaaaa',
        reason:
          'Version aaaaaaaaaaaa of shop-api was registered; review-7 was made like staging; Version aaaaaaaaaaaa is deployed there',
      },
    });
    expect(await environment('review-7')).toMatchObject({
      origin: 'staging',
      reviews: 'Pull request 7 of shop-api, told to the hook github',
    });
    expect(await deploymentOf(opened.body.deployments[0])).toMatchObject({
      service: 'shop-api',
      environment: 'review-7',
      version: 'aaaaaaaaaaaa',
      actor: 'hook github',
      commit: 'a'.repeat(40),
    });
    const { items } = (await api.call().get('/v1/releases')).body as unknown as {
      items: { actor: string; message: string; members: object[] }[];
    };
    expect(items[0]).toMatchObject({
      actor: 'hook github',
      message: 'Pull request 7 of shop-api, told to the hook github: Faster checkout',
      members: [{ service: 'shop-web', environment: 'review-7', version: '118' }],
    });
    expect(items[0]?.members).toHaveLength(1);
  });

  test('whose delivery is sent or carried out again is reviewed in one environment all the same', async () => {
    const id = randomUUID();
    const commit = 'b';
    const first = await send('pull_request', request('synchronize', { commit }), id);
    // As if the process had died after it deployed and before it noted that.
    await api.redis.client.del(keysOf(api.redis.namespace).deliverySeen('github', id));

    const again = await send('pull_request', request('synchronize', { commit }), id);
    const once = await send('pull_request', request('synchronize', { commit }), id);

    expect(first.body.reason).toContain('review-7 lives on; Version bbbbbbbbbbbb is deployed there');
    expect(again.body.deployments).toEqual(first.body.deployments);
    expect(once).toMatchObject({ status: 200, body: { outcome: 'duplicate' } });
  });

  test('that is told of twice at the same moment is deployed by both to one environment', async () => {
    const both = await Promise.all(
      ['4', '5'].map((commit) => send('pull_request', request('opened', { number: 70, commit }))),
    );
    await api.call().delete('/v1/environments/review-70/clone');
    await forget('review-70');

    expect(both.map(({ body }) => [body.outcome, body.review, body.deployments.length])).toEqual([
      ['done', 'review-70', 1],
      ['done', 'review-70', 1],
    ]);
  });

  test('with new commits lets its environment live longer, and never shorter', async () => {
    const before = Date.parse((await environment('review-7')).expiresAt);
    await put('github', {
      ...HOOK,
      decisions: [{ action: 'review', review: { ...REVIEW, ttlMs: 2 * DAY_MS } }],
    });
    await send('pull_request', request('synchronize', { commit: 'c' }));
    const longer = Date.parse((await environment('review-7')).expiresAt);
    await put('github', HOOK);
    await send('pull_request', request('synchronize', { commit: 'd' }));
    const still = Date.parse((await environment('review-7')).expiresAt);

    expect(longer - before).toBeGreaterThan(0.9 * DAY_MS);
    expect(still).toBe(longer);
  });

  test('of another repository or by hand does not share a name: it is refused, and listed with the reason', async () => {
    const other = await send('pull_request', request('opened', { repository: 'web' }));
    await api.call().post('/v1/environments/staging/clone').send({ name: 'review-8', ttlMs: 600_000 });
    const mine = await send('pull_request', request('opened', { number: 8 }));

    expect(other).toMatchObject({ status: 422, body: { code: 'delivery.refused' } });
    expect(other.body.detail).toContain(
      'review-7 is taken by Pull request 7 of shop-api, told to the hook github',
    );
    expect(mine.body.detail).toContain('review-8 is taken by a clone that ');
    const { items } = (await api.call().get('/v1/hooks/github/deliveries')).body as unknown as {
      items: DeliveryView[];
    };
    expect(items[0]).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('review-8 is taken') as unknown,
    });
  });

  test('that is one too many is refused, and made when it is replayed after another has gone', async () => {
    const full = await api.call().post('/v1/environments/staging/clone').send({ name: 'm', ttlMs: 600_000 });
    const refused = await send('pull_request', request('opened', { number: 9 }));
    const { items } = (await api.call().get('/v1/hooks/github/deliveries')).body as unknown as {
      items: DeliveryView[];
    };
    await api.call().delete('/v1/environments/m/clone');
    await forget('m');
    const replayed = await api.call().post(`/v1/hooks/github/deliveries/${items[0]?.id}/replay`).send({});

    expect(full.status).toBe(202);
    expect(refused.body.detail).toContain('3 clones are the most at once');
    expect(replayed.body).toMatchObject({ outcome: 'done', review: 'review-9' });
  });

  test('from a fork, or of a branch called like a protected one, deploys nothing anywhere', async () => {
    const fork = await send('pull_request', request('opened', { number: 10, from: { id: 2 } }));
    await put('plain', { ...HOOK, decisions: HOOK.decisions.slice(1) });
    const named = request('opened', { number: 10 });
    named.pull_request.head.ref = 'main';
    const main = await send('pull_request', named, randomUUID(), 'plain');

    expect(fork).toMatchObject({
      status: 200,
      body: { outcome: 'nothing', reason: 'It comes from a fork, which may hold anything by anybody' },
    });
    expect(main.body).toMatchObject({
      deployments: [],
      reason: expect.stringContaining('No row of the decision table fits') as unknown,
    });
  });

  test('that is closed ends its environment once; what was built of it afterwards makes none', async () => {
    const at = '2026-11-26T13:00:00Z';
    const closed = await send('pull_request', request('closed', { at }));
    const again = await send('pull_request', request('closed', { at }));
    const late = await send('pull_request', request('synchronize', { commit: 'e' }));
    const during = await send('pull_request', request('reopened', { at: '2026-11-26T13:01:00Z' }));
    await forget('review-7');
    const built = await send('workflow_run', {
      workflow_run: {
        conclusion: 'success',
        head_branch: 'feature/fast',
        head_sha: 'f'.repeat(40),
        repository: { id: 1 },
        head_repository: { id: 1 },
        pull_requests: [{ number: 7, base: { repo: { id: 1 } } }],
      },
      repository: { id: 1, name: 'shop' },
    });

    expect(closed.body).toMatchObject({
      outcome: 'done',
      review: 'review-7',
      reason: 'The pull request was closed; review-7 ends',
    });
    expect(again.body.reason).toBe(closed.body.reason);
    expect(late.body.reason).toBe('Something newer was told of pull request 7 before');
    expect(during.body.detail).toContain('review-7 is being removed: replay the delivery when it is gone');
    expect(built.body).toMatchObject({
      reason: expect.stringContaining('There is no environment review-7') as unknown,
      deployments: [],
    });
    expect((await api.call().get('/v1/environments/review-7')).status).toBe(404);
  });
});

/** What a worker does when it has removed what was made for a clone. */
async function forget(name: string): Promise<void> {
  const { client, namespace } = api.redis;
  const keys = keysOf(namespace);
  await client.hdel(keys.clones, name);
  await client.hdel(keys.clonesEnding, name);
  await client.hdel(`${keys.root}:configuration:environment`, name);
  await client.hincrby(`${keys.root}:configuration`, 'revision', 1);
}

describe('a branch', () => {
  const push = (branch: string, commit: string) => ({
    ref: `refs/heads/${branch}`,
    after: commit.repeat(40),
    repository: { name: 'shop' },
    head_commit: { message: 'Faster', timestamp: '2026-11-26T12:00:00Z' },
  });

  test('gets an environment of its own for the services of the row, which ends when it is removed', async () => {
    const review = { ...REVIEW, each: 'branch', name: '{service}-{branch}', services: ['shop-api'] };
    await put('branches', {
      ...HOOK,
      decisions: [{ branch: 'feature/*', action: 'review', review }],
    });

    const pushed = await send('push', push('feature/Long_Names-of-things', '1'), randomUUID(), 'branches');
    const name = pushed.body.review ?? '';
    const gone = await send('push', push('feature/Long_Names-of-things', '0'), randomUUID(), 'branches');
    const unknown = await send('push', push('feature/other', '0'), randomUUID(), 'branches');

    expect(name).toBe('shop-api-feature-long-names-of-things');
    expect(pushed.body.deployments).toHaveLength(1);
    expect(gone.body).toMatchObject({ reason: `The branch was removed; ${name} ends`, review: name });
    expect(await environment(name)).toMatchObject({ ending: { because: 'Its branch was removed' } });
    expect(unknown).toMatchObject({
      status: 200,
      body: { outcome: 'nothing', reason: 'The branch was removed' },
    });
  });
});

describe('a hook', () => {
  test('that would make one environment for all, or says not how, is refused', async () => {
    const refused = await put('wrong', {
      ...HOOK,
      decisions: [
        { action: 'review' },
        { action: 'review', review: { ...REVIEW, name: 'review' } },
        { action: 'review', review: { ...REVIEW, each: 'branch' } },
        { action: 'review', review: { ...REVIEW, ttlMs: 1 } },
      ],
    });

    expect(refused.status).toBe(422);
    expect(pointersOf(refused)).toContain('/decisions/3/review/ttlMs');
    const judged = await put('wrong', {
      ...HOOK,
      decisions: [
        { action: 'review' },
        { action: 'review', review: { ...REVIEW, name: 'review' } },
        { action: 'review', review: { ...REVIEW, each: 'branch' } },
      ],
    });
    expect(pointersOf(judged)).toEqual([
      '/decisions/0/review',
      '/decisions/1/review/name',
      '/decisions/2/review/name',
    ]);
  });
});
