import { randomBytes } from 'node:crypto';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ARTIFACT, useApi } from '../../support/api.js';
import { createHandWorker } from '../../support/hand-worker.js';
import { startHeraldOf } from '../../support/herald.js';
import { startMailServer, startStandIn } from '../../support/stand-ins.js';

const KEY = `k1:${randomBytes(32).toString('base64')}`;
const WHSEC = `whsec_${randomBytes(24).toString('base64')}`;
const api = useApi({ BEANPOD_ENCRYPTION_KEYS: KEY });

let standIn: Awaited<ReturnType<typeof startStandIn>>;
let mailServer: Awaited<ReturnType<typeof startMailServer>>;
let url = '';
let herald: { close(): Promise<void> };

beforeAll(async () => {
  await api.start();
  await api.configure();
  standIn = await startStandIn();
  mailServer = await startMailServer();
  url = standIn.url;
  herald = startOne();
});
afterAll(async () => {
  await herald.close();
  await standIn.close();
  await mailServer.close();
  await api.stop();
});
beforeEach(() => standIn.reset());
afterEach(async () => {
  const { items } = (await api.call().get('/v1/subscriptions')).body as unknown as {
    items: { subscription: string }[];
  };
  for (const { subscription } of items) await api.call().delete(`/v1/subscriptions/${subscription}`);
});

function startOne(networks?: readonly string[]) {
  return startHeraldOf({
    redis: api.redis,
    key: KEY,
    mailUrl: mailServer.url,
    ...(networks && { networks }),
  });
}

async function subscribe(name: string, channel: object, more: object = {}) {
  const answer = await api
    .call()
    .put(`/v1/subscriptions/${name}`)
    .send({ channel, ...more });
  expect(answer.status, answer.text).toBeLessThan(300);
  return answer;
}

let versions = 0;
async function deploy(more: object = {}): Promise<string> {
  versions += 1;
  const { body } = await api
    .call()
    .post('/v1/deployments')
    .send({
      service: 'shop-api',
      environment: 'staging',
      version: `v${versions}`,
      artifact: ARTIFACT,
      ...more,
    });
  return body.id;
}

const worker = () => createHandWorker(api.redis);
const bodies = () => standIn.bodies();
const noticesOf = async (name: string) =>
  (await api.call().get(`/v1/subscriptions/${name}/notices`)).body.items as unknown as {
    id: string;
    state: string;
    outcome: string;
    attempts: number;
    seen?: string;
  }[];

describe('a webhook', () => {
  test('is told each state once, signed as Standard Webhooks are', async () => {
    await subscribe(
      'hook',
      { type: 'webhook', url: `${url}/in`, secret: WHSEC },
      { events: ['queued', 'succeeded'] },
    );
    const id = await deploy();
    await worker().succeed(id);

    await expect
      .poll(() => bodies().map(({ type }) => type))
      .toEqual(['deployment.queued', 'deployment.succeeded']);
    for (const { text, headers } of standIn.seen)
      expect(() => new Webhook(WHSEC).verify(text, headers as Record<string, string>)).not.toThrow();
    expect(bodies()[1]).toMatchObject({
      data: {
        id,
        service: 'shop-api',
        state: 'succeeded',
        link: `https://beanpod.example.com/deployments/${id}`,
      },
    });
  });

  test('that fails is tried again, and can be sent once more by hand', async () => {
    await subscribe('flaky', { type: 'webhook', url: `${url}/in`, secret: WHSEC }, { events: ['succeeded'] });
    standIn.answer(() => ({ status: 503 }));
    await worker().succeed(await deploy());
    await expect
      .poll(async () => (await noticesOf('flaky'))[0])
      .toMatchObject({ outcome: 'waiting', attempts: 1, seen: 'answered 503: {}' });
    standIn.answer(undefined);
    const [notice] = await noticesOf('flaky');
    await api.call().post(`/v1/subscriptions/flaky/notices/${notice?.id}/resend`).send({});

    await expect.poll(async () => (await noticesOf('flaky'))[0]).toMatchObject({ outcome: 'sent' });
    expect(new Set(standIn.seen.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  test('that redirects is not followed and given up', async () => {
    await subscribe('moved', { type: 'webhook', url: `${url}/in`, secret: WHSEC }, { events: ['succeeded'] });
    standIn.answer(() => ({ status: 302 }));
    await worker().succeed(await deploy());

    await expect
      .poll(async () => (await noticesOf('moved'))[0])
      .toMatchObject({ outcome: 'given-up', attempts: 1 });
  });

  test('never shows its secret', async () => {
    const put = await subscribe('kept', { type: 'webhook', url: `${url}/in`, secret: WHSEC });
    expect(put.text).not.toContain(WHSEC);
    expect((await api.call().get('/v1/subscriptions/kept')).body).toMatchObject({
      channel: { secret: '(sealed)' },
    });
    expect(
      JSON.stringify(await api.redis.client.hgetall(`{${api.redis.namespace}}:configuration:subscription`)),
    ).not.toContain(WHSEC);
  });

  test('to a private address that nobody allowed is not called', async () => {
    await herald.close();
    herald = startOne([]);
    await subscribe(
      'inside',
      { type: 'webhook', url: `${url}/in`, secret: WHSEC },
      { events: ['succeeded'] },
    );
    await worker().succeed(await deploy());

    await expect.poll(async () => (await noticesOf('inside'))[0]?.seen).toMatch(/not a public address/);
    expect(standIn.seen).toEqual([]);
    await herald.close();
    herald = startOne();
  });

  test('may be told in CDEvents', async () => {
    await subscribe(
      'cd',
      { type: 'webhook', url: `${url}/in`, secret: WHSEC, format: 'cdevents' },
      { events: ['succeeded'] },
    );
    await worker().succeed(await deploy());

    await expect.poll(() => standIn.seen.length).toBe(1);
    expect(standIn.seen[0]?.headers).toMatchObject({
      'ce-specversion': '1.0',
      'ce-type': 'dev.cdevents.service.upgraded.0.3.0',
    });
  });
});

describe('what changes with its deployment', () => {
  test('is one Slack message', async () => {
    standIn.answer(() => ({ status: 200, body: { ok: true, channel: 'C1', ts: '17.1' } }));
    await subscribe('chat', { type: 'slack', channel: '#deploys', token: 'xoxb-of-the-tests', api: url });
    await worker().rollBack(await deploy());

    await expect
      .poll(() => String(bodies().at(-1)?.['text']))
      .toMatch(/was rolled back.*\n.*2 of 2 instances are red/);
    expect(standIn.seen.filter(({ path }) => path === '/chat.postMessage')).toHaveLength(1);
    expect(
      standIn.seen.filter(({ path }) => path === '/chat.update').every(({ body }) => body['ts'] === '17.1'),
    ).toBe(true);
    expect(standIn.seen[0]?.headers['authorization']).toBe('Bearer xoxb-of-the-tests');
  });

  test('is one deployment at GitHub with statuses on the commit', async () => {
    standIn.answer(({ path }) => ({ status: 201, body: path.endsWith('/deployments') ? { id: 42 } : {} }));
    await subscribe(
      'source',
      { type: 'github', repository: 'acme/shop', token: 'ghp_of_the_tests', api: url },
      { events: ['preparing', 'succeeded'] },
    );
    const id = await deploy({ commit: 'a'.repeat(40) });
    await worker().save(id, { name: 'preparing' });
    await expect.poll(() => standIn.seen.length).toBe(2);
    await createFinisher(id);

    await expect
      .poll(() => standIn.seen.map(({ path, body }) => `${path} ${String(body['state'] ?? body['ref'])}`))
      .toEqual([
        `/repos/acme/shop/deployments ${'a'.repeat(40)}`,
        '/repos/acme/shop/deployments/42/statuses in_progress',
        '/repos/acme/shop/deployments/42/statuses success',
      ]);
  });

  test('is a build status at Bitbucket and a commit status at GitLab', async () => {
    await subscribe(
      'bb',
      { type: 'bitbucket', repository: 'acme/shop', token: 'bb-token', api: url },
      { events: ['succeeded'] },
    );
    await subscribe(
      'gl',
      { type: 'gitlab', project: 'acme/shop', token: 'gl-token', api: url },
      { events: ['succeeded'] },
    );
    await worker().succeed(await deploy({ commit: 'b'.repeat(40) }));

    await expect
      .poll(() => standIn.seen.map(({ path, body }) => `${path} ${String(body['state'])}`).sort())
      .toEqual([
        `/2.0/repositories/acme/shop/commit/${'b'.repeat(40)}/statuses/build SUCCESSFUL`,
        `/api/v4/projects/acme%2Fshop/statuses/${'b'.repeat(40)} success`,
      ]);
  });
});

describe('people', () => {
  test('get a mail or a card', async () => {
    await subscribe('mail', { type: 'email', to: ['ops@example.com'] }, { events: ['rolled_back'] });
    await subscribe('teams', { type: 'teams', flow: `${url}/flow` }, { events: ['rolled_back'] });
    await worker().rollBack(await deploy());

    await expect.poll(() => mailServer.mails.join('\n')).toMatch(/To: ops@example\.com/);
    expect(mailServer.mails.join('\n')).toMatch(/was rolled back/);
    await expect.poll(() => JSON.stringify(bodies()[0])).toMatch(/AdaptiveCard.*was rolled back/);
  });
});

describe('two heralds, one of which dies', () => {
  test('lose nothing and double nothing', async () => {
    const other = startOne();
    await subscribe('both', { type: 'webhook', url: `${url}/in`, secret: WHSEC }, { events: ['queued'] });
    const ids: string[] = [];
    for (let at = 0; at < 20; at += 1) {
      const service = `told-${at}`;
      await api.configure(service);
      ids.push(await deploy({ service }));
      if (at === 10) await other.close();
    }

    // One that was cut off comes again when it counts as lost, after a minute, under the same id.
    const told = () => new Set(standIn.seen.map(({ headers }) => headers['webhook-id']));
    await expect.poll(() => told().size, { timeout: 90_000 }).toBe(20);
    const about = new Set(bodies().map(({ data }) => (data as { id: string }).id));
    expect([...about].sort()).toEqual([...ids].sort());
  }, 150_000);

  test('hand on at once what they have not begun', async () => {
    const silent = createServer();
    const held: Socket[] = [];
    silent.on('connection', (socket) => held.push(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const nowhere = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/in`;
    const channel = { type: 'webhook', secret: WHSEC };
    await herald.close();
    await subscribe('next', { ...channel, url: nowhere }, { events: ['queued'] });
    for (let at = 0; at < 12; at += 1) await deploy();
    const first = startOne();
    await expect.poll(() => held.length).toBe(8);
    await first.close();
    for (const socket of held) socket.destroy();
    silent.close();

    await subscribe('next', { ...channel, url: `${url}/in` }, { events: ['queued'] });
    await deploy();
    herald = startOne();

    await expect.poll(() => standIn.seen.length).toBe(4 + 1);
  });
});

/** Takes over and succeeds, as another worker would after the lease of the first. */
async function createFinisher(id: string): Promise<void> {
  const { client, namespace } = api.redis;
  const target = `{${namespace}}:mailbox:shop-api/staging`;
  await client.hset(target, 'leaseUntil', '1');
  await createHandWorker(api.redis).succeed(id);
}
