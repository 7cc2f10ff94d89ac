import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createVersions } from '../../../src/shared/store/versions.js';
import { useApi } from '../../support/api.js';
import { pointersOf } from '../../support/caller.js';

const api = useApi();
beforeAll(() => api.start());
afterAll(() => api.stop());

interface About {
  readonly commit?: string;
  readonly branch?: string;
}

const commit = (letter: string) => letter.repeat(40);
const image = (version: string) =>
  ({ type: 'image', image: `registry.example.com/shop:${version}` }) as const;

/** Registers versions in this order. */
async function register(service: string, versions: Readonly<Record<string, About>>): Promise<void> {
  await api.call().put(`/v1/services/${service}`).send({});
  for (const [version, about] of Object.entries(versions)) {
    const body = { version, artifact: image(version), ...about };
    const { status } = await api.call().post(`/v1/services/${service}/versions`).send(body);
    expect(status).toBe(201);
  }
}

const changes = (service: string, from: string, query: string) =>
  api.call().get(`/v1/services/${service}/versions/${from}/changes?${query}`);

const namesOf = (body: unknown) =>
  (body as { versions: { version: string }[] }).versions.map(({ version }) => version);

describe('what changes between two versions', () => {
  beforeAll(() =>
    register('changing', {
      v1: { branch: 'main' },
      v2: { branch: 'main' },
      x1: { branch: 'other' },
      v3: { branch: 'main' },
      v4: { branch: 'main' },
    }),
  );

  test('is what was registered between them on the branch of the newer one, newest first', async () => {
    const forward = await changes('changing', 'v1', 'to=v3');
    const back = await changes('changing', 'v3', 'to=v1');
    const none = await changes('changing', 'v3', 'to=v3');
    const across = await changes('changing', 'v1', 'to=x1');

    expect(forward.body).toMatchObject({ direction: 'forward', from: { version: 'v1' }, more: false });
    expect(namesOf(forward.body)).toEqual(['v3', 'v2']);
    expect(back.body).toMatchObject({ direction: 'back', to: { version: 'v1' } });
    expect(namesOf(back.body)).toEqual(['v3', 'v2']);
    expect(none.body).toMatchObject({ direction: 'none', versions: [] });
    expect(namesOf(across.body)).toEqual(['x1']);
  });

  test('says when there is more than was asked for', async () => {
    const some = await changes('changing', 'v1', 'to=v4&limit=2');

    expect(some.body).toMatchObject({ more: true });
    expect(namesOf(some.body)).toEqual(['v4', 'v3']);
  });

  test('is refused for versions that are not there', async () => {
    const from = await changes('changing', 'v9', 'to=v1');
    const to = await changes('changing', 'v1', 'to=v9');
    const nothing = await changes('changing', 'v1', '');

    expect([from.status, from.body.code]).toEqual([404, 'version.unknown']);
    expect(to.body.detail).toBe('There is no version v9 of changing');
    expect([nothing.status, pointersOf(nothing)]).toEqual([422, ['/query/to']]);
  });
});

describe('the newest commit of several services', () => {
  const common = (query: string, token?: string) => api.call(token).get(`/v1/versions/common?${query}`);

  test('is found for all of them, or on a branch', async () => {
    await register('left', {
      1: { commit: commit('a'), branch: 'main' },
      2: { commit: commit('b'), branch: 'next' },
      3: { commit: commit('c'), branch: 'main' },
    });
    await register('right', {
      r1: { commit: commit('a'), branch: 'main' },
      r2: { commit: commit('b'), branch: 'next' },
      r3: { commit: commit('d'), branch: 'main' },
    });

    const any = await common('services=left,right');
    const main = await common('services=right,left&branch=main');
    const gone = await common('services=left,right&branch=gone');

    expect(any.body).toMatchObject({
      commit: commit('b'),
      versions: [
        { service: 'left', version: '2' },
        { service: 'right', version: 'r2' },
      ],
    });
    expect(main.body).toMatchObject({
      commit: commit('a'),
      versions: [{ version: 'r1' }, { version: '1' }],
    });
    expect([gone.status, gone.body.detail]).toEqual([
      404,
      'No commit on branch gone is registered for all of left, right',
    ]);
  });

  test('is found behind many versions of one of them', async () => {
    await register('rare', { r1: { commit: commit('e') } });
    await api.call().put('/v1/services/busy').send({});
    const versions = createVersions(api.redis.client, api.redis.namespace);
    const add = (version: string, about: About) =>
      versions.register('busy', { version, artifact: image(version), ...about });
    await add('first', { commit: commit('e') });
    await Promise.all(Array.from({ length: 600 }, (_, index) => add(`b${index}`, { commit: commit('f') })));

    const found = await common('services=busy,rare');

    expect(found.body).toMatchObject({
      commit: commit('e'),
      versions: [{ version: 'first' }, { version: 'r1' }],
    });
  });

  test('is for those who may see each of them, and for services that exist', async () => {
    await register('visible', {});
    await register('hidden', {});
    const rules = [{ effect: 'allow', verbs: ['view'], service: 'visible' }];
    const made = await api.call().post('/v1/tokens').send({ name: 'narrow', rules });

    const denied = await common('services=visible,hidden', made.body.token);
    const unknown = await common('services=visible,unheard-of');
    const broken = await common('services=visible,,hidden');

    expect([denied.status, denied.body.code]).toEqual([403, 'access.denied']);
    expect([unknown.status, unknown.body.code]).toEqual([404, 'service.unknown']);
    expect([broken.status, pointersOf(broken)]).toEqual([422, ['/query/services']]);
  });
});

describe('a deployment by the start of a commit', () => {
  test('is one of the version that it fits, and refused when it fits several', async () => {
    await api.configure('short', 'staging', {
      provider: 'kubernetes',
      spec: { cluster: { type: 'in-cluster' }, namespace: 'shop' },
    });
    await register('short', {
      118: { commit: `abcdef0${'1'.repeat(33)}` },
      119: { commit: `abcdef0${'2'.repeat(33)}` },
    });
    const deploy = (version: string) =>
      api.call().post('/v1/deployments').send({ service: 'short', environment: 'staging', version });

    const exact = await deploy('abcdef01');
    const ambiguous = await deploy('abcdef0');
    const unknown = await deploy('abcdef03');

    expect(exact.status).toBe(202);
    expect(exact.body).toMatchObject({ version: '118', commit: `abcdef0${'1'.repeat(33)}` });
    expect([ambiguous.status, ambiguous.body.code]).toEqual([422, 'version.ambiguous']);
    expect(ambiguous.body.detail).toBe('abcdef0 is the start of the commit of several versions: 119, 118');
    expect([unknown.status, unknown.body.code]).toEqual([422, 'version.unregistered']);
  });
});
