import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AccessRule } from '../../../src/shared/contract/access.js';
import { createClones } from '../../../src/shared/store/clones.js';
import { keysOf } from '../../../src/shared/store/keys.js';
import type { Answer } from '../../support/caller.js';
import { useApi } from '../../support/api.js';
import { createHandWorker } from '../../support/hand-worker.js';
import { OWN_PAGE, usePeople } from '../../support/people.js';

const api = useApi({ BEANPOD_CLONES: '50' });
const people = usePeople(api);
let worker: ReturnType<typeof createHandWorker>;
beforeAll(async () => {
  await api.start();
  worker = createHandWorker(api.redis);
});
afterAll(() => api.stop());

/** What an answer says that it made. */
interface Made {
  readonly id: string;
  readonly release: string;
  readonly members: readonly { readonly deployment: string }[];
  readonly services: readonly { readonly service: string; readonly version: string }[];
}

const made = (answer: Answer) => answer.body as unknown as Made;
const isReplay = ({ headers }: Answer) => headers['idempotency-replayed'] === 'true';
const count = async (path: string) => (await api.call().get(path)).body.items.length;
const RELEASES = '/v1/releases?limit=50';

function ask(path: string, body: object, key: string, token?: string) {
  return api.call(token).post(path).set({ 'idempotency-key': key }).send(body);
}

let environments = 0;

/** An environment in which version 2 runs and 1 ran before, and what may be asked for there. */
async function freshEnvironment() {
  const environment = `env-${(environments += 1)}`;
  await api.configure('shop-api', environment);
  const place = { service: 'shop-api', environment };
  const artifact = { type: 's3', bucket: 'ci-artifacts', key: 'shop-api/1.zip' };
  const deploy = async (version: string) => {
    const asked = { ...place, version, artifact };
    await worker.succeed((await api.call().post('/v1/deployments').send(asked)).body.id);
  };
  await deploy('1');
  const { items } = (await api.call().get(`/v1/environments/${environment}/snapshots`)).body;
  const [{ snapshot }] = items as unknown as [{ snapshot: string }];
  await deploy('2');
  return {
    deploy,
    release: {
      path: '/v1/releases',
      body: { members: [{ ...place, version: '3', artifact }] },
      other: { members: [{ ...place, version: '4', artifact }] },
    },
    restore: {
      path: `/v1/environments/${environment}/restore`,
      body: { snapshot, reason: 'Back to Monday' },
      other: { snapshot, reason: 'Back to Tuesday' },
    },
    clone: {
      path: `/v1/environments/${environment}/clone`,
      name: `copy-${environment}`,
      body: { name: `copy-${environment}`, ttlMs: 600_000 },
      other: { name: `other-${environment}`, ttlMs: 600_000 },
    },
  };
}

describe('twenty requests with one key at once', () => {
  test.each(['release', 'restore', 'clone'] as const)('make a %s once', async (kind) => {
    const { path, body } = (await freshEnvironment())[kind];
    const before = await count(RELEASES);

    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(path, body, `one-${kind}`)));

    expect(answers.map(({ status, text }) => (status === 202 ? status : text))).toEqual(Array(20).fill(202));
    expect(answers.filter(isReplay)).toHaveLength(19);
    expect(new Set(answers.map((answer) => made(answer).release ?? made(answer).id)).size).toBe(1);
    expect(new Set(answers.map(({ headers }) => headers['location'])).size).toBe(1);
    expect(await count(RELEASES)).toBe(before + 1);
  });
});

describe('a key', () => {
  test.each(['release', 'restore', 'clone'] as const)(
    'that made a %s refuses another body, and nothing is made',
    async (kind) => {
      const { path, body, other } = (await freshEnvironment())[kind];
      const first = await ask(path, body, `conflict-${kind}`);
      const before = [await count(RELEASES), await count('/v1/environments')];

      const refused = await ask(path, other, `conflict-${kind}`);

      expect(first.status, first.text).toBe(202);
      expect([refused.status, refused.body.code]).toEqual([422, 'idempotency.conflict']);
      expect([await count(RELEASES), await count('/v1/environments')]).toEqual(before);
    },
  );

  test.each(['release', 'restore', 'clone'] as const)('that is too long makes no %s', async (kind) => {
    const { path, body } = (await freshEnvironment())[kind];

    const refused = await ask(path, body, 'k'.repeat(256));

    expect([refused.status, refused.body.errors?.[0]?.pointer]).toEqual([422, '/header/idempotency-key']);
  });

  test('is that of its caller alone, and of one kind of thing alone', async () => {
    const { release, clone } = await freshEnvironment();
    const rules = [{ effect: 'allow', verbs: ['view', 'deploy', 'edit'] }];
    const { token } = (await api.call().post('/v1/tokens').send({ name: 'other', rules })).body;

    const mine = await ask(release.path, release.body, 'shared');
    const theirs = await ask(release.path, release.body, 'shared', token);
    const another = await ask(clone.path, clone.body, 'shared');

    expect([mine, theirs, another].map(({ status }) => status)).toEqual([202, 202, 202]);
    expect([mine, theirs, another].filter(isReplay)).toEqual([]);
    expect(made(mine).id).not.toBe(made(theirs).id);
  });

  test.each(['release', 'restore', 'clone'] as const)(
    'shows the %s that it made to nobody who has lost the right to ask for it',
    async (kind) => {
      const { path, body } = (await freshEnvironment())[kind];
      const role = `may-${kind}`;
      const allow: AccessRule = { effect: 'allow', verbs: ['view', 'deploy', 'edit'] };
      await people.role(role, [allow]);
      const cookie = await people.signedIn(`${kind}@example.com`, { roles: [role] });
      const headers = { cookie, ...OWN_PAGE, 'idempotency-key': `lost-${kind}` };
      const asking = () => api.call('').post(path).set(headers).send(body);
      const first = await asking();
      await people.role(role, [allow, { effect: 'deny', verbs: ['deploy'], service: 'shop-api' }]);

      await expect.poll(async () => (await asking()).body.code).toBe('access.denied');

      expect(first.status, first.text).toBe(202);
    },
  );
});

describe('a request whose answer was lost', () => {
  test('finds its restore, although the environment runs by now what was asked for', async () => {
    const { restore } = await freshEnvironment();
    const first = await ask(restore.path, restore.body, 'monday');
    await endOf(made(first).id);

    const again = await ask(restore.path, restore.body, 'monday');
    const anew = await ask(restore.path, restore.body, 'tuesday');

    expect([again.status, isReplay(again), made(again).id]).toEqual([202, true, made(first).id]);
    expect([first.headers['retry-after'], again.headers['retry-after']]).toEqual(['2', undefined]);
    expect([anew.status, anew.body.code]).toEqual([409, 'restore.needless']);
  });

  test('is told that its release is no longer kept', async () => {
    const { release } = await freshEnvironment();
    const { id } = made(await ask(release.path, release.body, 'old'));
    await forget(id);

    const again = await ask(release.path, release.body, 'old');

    expect([again.status, again.body.code]).toEqual([404, 'release.unknown']);
  });

  test('finds its clone, and does not make it once more after its end', async () => {
    const { clone } = await freshEnvironment();
    const first = await ask(clone.path, clone.body, 'short');
    const again = await ask(clone.path, clone.body, 'short');
    await endOf(made(first).release);
    await api.call().delete(`/v1/environments/${clone.name}/clone`);
    const ending = await ask(clone.path, clone.body, 'short');
    const clones = createClones(api.redis.client, api.redis.namespace);
    const known = await clones.find(clone.name);
    expect(known && (await clones.remove(known.clone)).said).toBe('removed');
    const gone = await ask(clone.path, clone.body, 'short');

    expect([again.status, isReplay(again), again.text]).toEqual([202, true, first.text]);
    expect(ending.body).toMatchObject({ release: made(first).release });
    expect(ending.text).toContain('ended it');
    expect([gone.status, gone.body.code]).toEqual([404, 'clone.unknown']);
  });

  test('has deployed what ran when the clone was made, which a process that died did not come to', async () => {
    const { clone, deploy } = await freshEnvironment();
    const first = made(await ask(clone.path, clone.body, 'half'));
    await endOf(first.release);
    await forget(first.release);
    const { idempotency } = keysOf(api.redis.namespace);
    const { id = '' } =
      (await createClones(api.redis.client, api.redis.namespace).find(clone.name))?.clone ?? {};
    expect(await api.redis.client.del(idempotency(`releases:clone:${id}`))).toBe(1);
    await deploy('5');

    const again = await ask(clone.path, clone.body, 'half');
    const third = await ask(clone.path, clone.body, 'half');

    expect([again.status, isReplay(again)]).toEqual([202, true]);
    expect(made(again).release).not.toBe(first.release);
    expect(made(again).services).toEqual([{ service: 'shop-api', version: '2' }]);
    expect(third.text).toBe(again.text);
  });
});

/** Forgets a release, as happens to the oldest of ten thousand. */
async function forget(id: string): Promise<void> {
  const { release, releasesLive, root } = keysOf(api.redis.namespace);
  await api.redis.client.multi().del(release(id)).srem(releasesLive, id).zrem(`${root}:releases`, id).exec();
}

/** Carries the one deployment of a release to a good end. */
async function endOf(id: string): Promise<void> {
  const read = async () => (await api.call().get(`/v1/releases/${id}`)).body;
  const deployment = async () => ((await read()) as unknown as Made).members[0]?.deployment;
  await expect.poll(deployment).toBeDefined();
  await worker.succeed((await deployment()) ?? '');
  await expect.poll(async () => (await read()).state).toBe('succeeded');
}
