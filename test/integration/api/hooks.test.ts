import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useApi } from '../../support/api.js';

const SECRET = 'a-secret-of-the-tests-0123456789';
const WHSEC = `whsec_${randomBytes(24).toString('base64')}`;
const api = useApi({ BEANPOD_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}` });
beforeAll(async () => {
  await api.start();
  await api.configure();
  await api.configure('shop-api', 'production');
});
afterAll(() => api.stop());

interface Delivery {
  readonly id: string;
  readonly outcome: string;
  readonly reason: string;
  readonly deployments: readonly string[];
}

const ARTIFACT = { type: 's3', bucket: 'ci-artifacts', key: '{service}/{commit}.zip' };
const HOOK = {
  sender: 'github',
  secrets: [SECRET],
  services: { shop: 'shop-api' },
  artifact: ARTIFACT,
  decisions: [
    { branch: 'main', action: 'deploy', environments: ['staging'] },
    { branch: 'release/*', action: 'deploy', environments: ['staging', 'production'] },
  ],
};

const put = (name: string, hook: object) => api.call().put(`/v1/hooks/${name}`).send(hook);
const lastDeliveries = async (name: string) =>
  (await api.call().get(`/v1/hooks/${name}/deliveries`)).body.items as unknown as Delivery[];

/** The parts of https://docs.github.com/webhooks/webhook-events-and-payloads#push that say something. */
function push(branch: string, commit: string, timestamp = '2026-11-26T12:00:00Z') {
  return JSON.stringify({
    ref: `refs/heads/${branch}`,
    after: commit,
    repository: { name: 'shop', full_name: 'acme/shop' },
    head_commit: { id: commit, message: 'Faster checkout\n\nmore', timestamp, author: { name: 'Ada' } },
  });
}

async function send(name: string, body: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${api.url}/v1/hooks/${name}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'push',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
      ...headers,
    },
    body,
  });
  return { status: response.status, body: (await response.json()) as Delivery & { code?: string } };
}

const commitOf = (digit: string) => digit.repeat(40);

describe('a push that GitHub signed', () => {
  test('registers the version and deploys it where the table says, once', async () => {
    await put('github', HOOK);
    const id = randomUUID();
    const body = push('main', commitOf('a'));
    const first = await send('github', body, { 'x-github-delivery': id });
    const again = await send('github', body, { 'x-github-delivery': id });

    expect(first).toMatchObject({ status: 202, body: { outcome: 'done', version: 'aaaaaaaaaaaa' } });
    expect(again).toMatchObject({ status: 200, body: { outcome: 'duplicate' } });
    const deployment = (await api.call().get(`/v1/deployments/${first.body.deployments[0]}`)).body;
    expect(deployment).toMatchObject({
      environment: 'staging',
      version: 'aaaaaaaaaaaa',
      message: 'Faster checkout',
      actor: 'hook github',
    });
    const version = (await api.call().get('/v1/services/shop-api/versions/aaaaaaaaaaaa')).body;
    expect(version).toMatchObject({ branch: 'main', author: 'Ada', commit: commitOf('a') });
  });

  test('deploys to every environment of its row', async () => {
    const { body } = await send('github', push('release/2.1', commitOf('b')));

    expect(body.deployments).toHaveLength(2);
    expect(body.reason).toBe(
      'Version bbbbbbbbbbbb of shop-api was registered; Row 2 deploys it to staging, production',
    );
  });

  test('that was overtaken by a later one does not take the branch back', async () => {
    await send('github', push('main', commitOf('c'), '2026-11-26T13:00:00Z'));
    const late = await send('github', push('main', commitOf('d'), '2026-11-26T12:30:00Z'));

    expect(late).toMatchObject({ status: 200, body: { outcome: 'nothing', deployments: [] } });
    expect(late.body.reason).toMatch(/newer/);
  });

  test.each([
    ['altered', { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }],
    ['unsigned', { 'x-hub-signature-256': '' }],
  ])('does nothing when it is %s, and is listed with the reason', async (_, headers) => {
    const refused = await send('github', push('main', commitOf('e')), headers);

    expect(refused).toMatchObject({ status: 401, body: { code: 'hook.refused' } });
    expect((await lastDeliveries('github'))[0]).toMatchObject({ outcome: 'refused', deployments: [] });
    expect((await api.call().get('/v1/services/shop-api/versions/eeeeeeeeeeee')).status).toBe(404);
  });

  test('of another branch, event or repository leads to nothing, with the reason', async () => {
    await put('picky', { ...HOOK, when: [{ path: '$.repository.full_name', matches: 'acme/sh.p' }] });
    const other = JSON.stringify({
      ...JSON.parse(push('main', commitOf('f'))),
      repository: { name: 'shop', full_name: 'evil/shop' },
    });
    const said = [
      await send('picky', push('feature', commitOf('f'))),
      await send('picky', push('main', commitOf('f')), { 'x-github-event': 'star' }),
      await send('picky', other),
      await send('picky', push('main', '0'.repeat(40))),
    ];

    expect(said.map(({ body }) => body.reason)).toEqual([
      'Version ffffffffffff of shop-api was registered; No row of the decision table fits',
      'An event star is none that leads to anything',
      '$.repository.full_name does not match acme/sh.p',
      'The branch was removed',
    ]);
  });

  test('to an unknown hook is answered like a wrong signature', async () => {
    expect(await send('nowhere', push('main', commitOf('a')))).toMatchObject({
      status: 401,
      body: { code: 'hook.refused' },
    });
  });

  test('that could not be carried out is listed, and can be replayed when the cause is gone', async () => {
    await put('early', { ...HOOK, services: { shop: 'later' } });
    const refused = await send('early', push('main', commitOf('1')));
    await api.configure('later');
    const [delivery] = await lastDeliveries('early');
    const replayed = await api.call().post(`/v1/hooks/early/deliveries/${delivery?.id}/replay`).send({});

    expect(refused).toMatchObject({ status: 422, body: { code: 'delivery.refused' } });
    expect(replayed.body).toMatchObject({ outcome: 'done', deployments: [expect.any(String) as unknown] });
  });
});

describe('other senders', () => {
  test('by Standard Webhooks say in our words what there is', async () => {
    await put('ci', { sender: 'standard', secrets: [WHSEC], decisions: HOOK.decisions, artifact: ARTIFACT });
    const body = JSON.stringify({
      service: 'shop-api',
      version: '118',
      branch: 'main',
      commit: commitOf('9'),
    });
    const at = new Date();
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(WHSEC).sign('msg_1', at, body),
    };

    expect(await send('ci', body, headers)).toMatchObject({ status: 202, body: { version: '118' } });
    expect(await send('ci', body, headers)).toMatchObject({ status: 200, body: { outcome: 'duplicate' } });
  });

  test('like Bitbucket have what they say in other places', async () => {
    await put('bitbucket', { ...HOOK, sender: 'bitbucket' });
    const body = JSON.stringify({
      repository: { slug: 'shop', full_name: 'acme/shop' },
      push: {
        changes: [
          {
            new: {
              name: 'main',
              target: { hash: commitOf('8'), message: 'x', date: '2026-11-26T14:00:00Z' },
            },
          },
        ],
      },
    });
    const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
    const headers = {
      'x-hub-signature': signature,
      'x-event-key': 'repo:push',
      'x-request-uuid': randomUUID(),
    };

    expect(await send('bitbucket', body, headers)).toMatchObject({
      status: 202,
      body: { version: '888888888888', deployments: [expect.any(String) as unknown] },
    });
  });
});

describe('a hook', () => {
  test('never shows its secrets, and keeps them when they come back as (sealed)', async () => {
    await put('kept', HOOK);
    const shown = await api.call().get('/v1/hooks/kept');
    await put('kept', { ...HOOK, secrets: ['(sealed)'] });

    expect(shown.body).toMatchObject({ secrets: ['(sealed)'], address: '/v1/hooks/kept' });
    expect((await send('kept', push('other', commitOf('7')))).status).toBe(202);
  });

  test('that could not work is refused with every violation', async () => {
    const refused = await put('wrong', {
      sender: 'github',
      secrets: ['short-one'],
      map: { service: '$[' },
      when: [{ path: '$.a', matches: '(' }],
      decisions: [{ action: 'deploy' }],
    });

    expect(refused.body).toMatchObject({
      status: 422,
      errors: [
        { pointer: '/secrets/0' },
        { pointer: '/map/service' },
        { pointer: '/when/0/matches' },
        { pointer: '/decisions/0/environments' },
      ],
    });
  });
});
