import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createNotices } from '../../../src/shared/store/notices.js';
import { startLiveCluster, type LiveCluster } from '../../support/live-cluster.js';
import { startMailServer, startStandIn } from '../../support/stand-ins.js';

const SLOW = { timeout: 60_000, interval: 100 };
const TEST_MS = 180_000;
const APP = '/api/v1/namespaces/shop/configmaps/app';
const MANIFESTS = `
apiVersion: v1
kind: ConfigMap
metadata: {name: app}
data: {GREETING: hello}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: more}
data: {COLOUR: red}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api}
spec:
  replicas: 1
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec: {containers: [{name: api, image: registry.example.com/shop/api}]}
`;

let world: LiveCluster;
let receiver: Awaited<ReturnType<typeof startStandIn>>;
let mailServer: Awaited<ReturnType<typeof startMailServer>>;

beforeAll(async () => {
  receiver = await startStandIn();
  mailServer = await startMailServer();
  world = await startLiveCluster(
    {},
    {
      BEANPOD_DRIFT_MINUTES: '0',
      BEANPOD_NOTICE_NETWORKS: '127.0.0.0/8',
      BEANPOD_PUBLIC_URL: 'https://beanpod.example.com',
      BEANPOD_SMTP_URL: mailServer.url,
      BEANPOD_SECRET_HOOK: 'the-secret-of-the-receiver',
    },
  );
  await world.startWorker();
  const cluster = { type: 'kubeconfig', kubeconfig: 'env:BEANPOD_SECRET_SIM' };
  await world.api.configure('shop-api', 'staging', {
    provider: 'kubernetes',
    spec: { cluster, namespace: 'shop', manifests: MANIFESTS },
    verify: { stabilityMs: 0 },
  });
  const secret = 'env:BEANPOD_SECRET_HOOK';
  const events = ['target.drifted', 'target.restored'];
  const url = `${receiver.url}/in`;
  await subscribe('hook', { channel: { type: 'webhook', url, secret }, events });
  await subscribe('cd', {
    channel: { type: 'webhook', url: `${receiver.url}/cd`, secret, format: 'cdevents' },
    events,
  });
  await subscribe('chat', {
    channel: { type: 'slack', channel: '#ops', token: secret, api: `${receiver.url}/slack` },
    events,
  });
  await subscribe('mail', { channel: { type: 'email', to: ['ops@example.com'] }, events });
  await subscribe('code', {
    channel: { type: 'gitlab', project: 'acme/shop', token: secret, api: `${receiver.url}/gitlab` },
    events,
  });
  await subscribe('elsewhere', {
    channel: { type: 'webhook', url: `${receiver.url}/elsewhere`, secret },
    environments: ['production'],
  });
}, TEST_MS);
afterAll(async () => {
  await world.close();
  await receiver.close();
  await mailServer.close();
});
beforeEach(async () => {
  await told('/');
  receiver.reset();
  receiver.answer(() => ({ status: 200, body: { ok: true, channel: 'C1', ts: '17.1' } }));
  mailServer.mails.length = 0;
});

async function subscribe(name: string, subscription: object): Promise<void> {
  const put = await world.api.call().put(`/v1/subscriptions/${name}`).send(subscription);
  expect(put.status, put.text).toBe(201);
}

async function deploy(version: string): Promise<string> {
  const artifact = { type: 'images', images: [`registry.example.com/shop/api:ok-${version}`] };
  const request = { service: 'shop-api', environment: 'staging', version, artifact };
  const { body, text } = await world.api.call().post('/v1/deployments').send(request);
  expect(body.id, text).toBeDefined();
  await expect
    .poll(async () => (await world.api.call().get(`/v1/deployments/${body.id}`)).body.state, SLOW)
    .toBe('succeeded');
  return body.id;
}

/** Has a worker look. */
async function look(): Promise<string> {
  return (await world.api.call().get('/v1/targets/shop-api/staging/drift')).body.state;
}

async function set(data: object): Promise<void> {
  const { status, text } = await world.client.call('PATCH', `${APP}?fieldManager=kubectl-edit`, {
    contentType: 'application/strategic-merge-patch+json',
    body: { data },
  });
  expect(status, text).toBe(200);
}

/** What came in at a path, and nothing else of any subscription is on its way. */
async function told(path: string): Promise<readonly Record<string, unknown>[]> {
  const notices = createNotices(world.api.redis.client, world.api.redis.namespace);
  await expect.poll(async () => (await notices.untold(10)).changes, SLOW).toEqual([]);
  await expect
    .poll(async () => {
      const lists = await Promise.all(
        ['hook', 'cd', 'chat', 'mail', 'code'].map((name) => notices.list(name, 50)),
      );
      return lists.flat().filter(({ outcome }) => outcome === 'waiting');
    }, SLOW)
    .toEqual([]);
  return receiver.seen.filter((one) => one.path.startsWith(path)).map(({ body }) => body);
}

describe('drift of a target', () => {
  test(
    'is told once when it begins and once when it is gone, whoever looks how often, also after a restart',
    async () => {
      const id = await deploy('1');
      expect(await look()).toBe('none');
      expect(await told('/in')).toEqual([]);

      await set({ GREETING: 'bye' });
      expect(await look()).toBe('drifted');
      expect(await look()).toBe('drifted');
      await world.stopWorker();
      await world.startWorker();
      expect(await look()).toBe('drifted');
      world.sim.faults.add({ kind: 'drop-connection', times: 1_000 });
      expect(await look()).toBe('unknown');
      world.sim.faults.clear();
      expect(await look()).toBe('drifted');
      expect(await told('/in')).toEqual([
        {
          type: 'target.drifted',
          timestamp: expect.any(String) as unknown,
          data: expect.objectContaining({
            id,
            service: 'shop-api',
            environment: 'staging',
            version: '1',
            headline: 'shop-api 1 → staging is no longer as it was deployed',
            reason: 'ConfigMap shop/app was changed',
            link: 'https://beanpod.example.com/targets/shop-api/staging?view=drift',
          }) as unknown,
        },
      ]);

      await set({ GREETING: 'hello' });
      expect(await look()).toBe('none');
      expect(await look()).toBe('none');
      expect((await told('/in')).map(({ type }) => type)).toEqual(['target.drifted', 'target.restored']);
    },
    TEST_MS,
  );

  test(
    'ends with the deployment that puts it back, and begins anew with what is changed after that',
    async () => {
      await deploy('2');
      await set({ GREETING: 'bye' });
      expect(await look()).toBe('drifted');
      const id = await deploy('3');
      expect(await look()).toBe('none');
      await set({ GREETING: 'moin' });
      expect(await look()).toBe('drifted');

      const seen = await told('/in');
      expect(seen.map(({ type }) => type)).toEqual(['target.drifted', 'target.restored', 'target.drifted']);
      expect(seen[2]).toMatchObject({ data: { id, version: '3' } });
      await deploy('4');
      expect(await look()).toBe('none');
    },
    TEST_MS,
  );

  test(
    'is one Slack message from its beginning to its end, a mail, an incident of CDEvents and no commit status',
    async () => {
      await deploy('5');
      await set({ GREETING: 'bye' });
      await look();
      await told('/');
      await set({ GREETING: 'hello' });
      await look();

      const chat = await told('/slack');
      expect(chat.map(({ text }) => text)).toEqual([
        expect.stringMatching(
          /^❌ \*shop-api 5 → staging is no longer .*\*\nConfigMap shop\/app was changed\n<.*\|What differs>$/,
        ),
        expect.stringMatching(/^✅ \*shop-api 5 → staging is again as it was deployed\*\n<.*>$/),
      ]);
      expect(receiver.seen.flatMap(({ path }) => (path.startsWith('/slack') ? [path] : []))).toEqual([
        '/slack/chat.postMessage',
        '/slack/chat.update',
      ]);
      expect(await told('/cd')).toMatchObject([
        {
          context: { type: 'dev.cdevents.incident.detected.0.3.0' },
          subject: {
            id: 'drift:shop-api/staging',
            content: { description: 'ConfigMap shop/app was changed' },
          },
        },
        { context: { type: 'dev.cdevents.incident.resolved.0.3.0' } },
      ]);
      expect(mailServer.mails).toHaveLength(2);
      expect(mailServer.mails[0]).toMatch(/ConfigMap shop\/app was changed/);
      expect([...(await told('/gitlab')), ...(await told('/elsewhere'))]).toEqual([]);
      const { items } = (await world.api.call().get('/v1/subscriptions/code/notices?limit=2')).body;
      expect(items).toMatchObject([
        { outcome: 'sent', state: 'target.restored', target: 'shop-api/staging' },
        { state: 'target.drifted' },
      ]);
    },
    TEST_MS,
  );
});
