import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { holdsBeforeWriting } from '../../../src/shared/holds/review.js';
import { createConfiguration } from '../../../src/shared/store/configuration.js';
import { createDeployments } from '../../../src/shared/store/deployments.js';
import { createVersions } from '../../../src/shared/store/versions.js';
import { ARTIFACT, useApi } from '../../support/api.js';
import { createHandWorker } from '../../support/hand-worker.js';
import { usePeople } from '../../support/people.js';

const api = useApi();
const people = usePeople(api);
beforeAll(() => api.start());
afterAll(() => api.stop());

const asked = (environment: string, version: string) => ({
  service: 'shop-api',
  environment,
  version,
  artifact: ARTIFACT,
});
const deploy = async (environment: string, version: string, token?: string) =>
  (await api.call(token).post('/v1/deployments').send(asked(environment, version))).body.id;
const read = async (id: string) => (await api.call().get(`/v1/deployments/${id}`)).body;
const stateOf = async (id: string) => (await read(id)).state;

/** A token that a person has made under a name of their choice. */
async function tokenOf(person: string, name: string): Promise<string> {
  const cookie = await people.signedIn(person, { roles: ['edit'] });
  return (await people.bySession(cookie).post('/v1/tokens', { name, role: 'edit' })).body.token;
}

describe('a token that somebody named after somebody else', () => {
  test('approves as its owner, who cannot approve of what they asked for', async () => {
    await api.configure('shop-api', 'four-eyes');
    await api
      .call()
      .put('/v1/environments/four-eyes')
      .send({ approvals: { count: 1 } });
    const other = await tokenOf('bob', 'alice');
    const cookie = (await people.signIn('bob')).headers['set-cookie'];
    const session = people.bySession(String(cookie).split(';')[0] ?? '');
    const { id } = (await session.post('/v1/deployments', asked('four-eyes', '1'))).body;

    const approved = await api.call(other).post(`/v1/deployments/${id}/approve`).send({});

    expect(approved.body).toMatchObject({ approvals: [{ by: 'bob' }] });
    await expect.poll(async () => JSON.stringify(await read(id))).toContain('has 0, and 1 that do not count');
  });

  test('is not exempt from a blocker as they are', async () => {
    await api.configure('shop-api', 'frozen');
    const freeze = { rule: { type: 'unconditional' }, scope: { environments: ['frozen'] }, exempt: ['anna'] };
    await api.call().put('/v1/blockers/freeze').send(freeze);

    const id = await deploy('frozen', '1', await tokenOf('carl', 'anna'));

    expect(await stateOf(id)).toBe('held');
  });
});

describe('whoever wrote a version', () => {
  const place = { service: 'shop-api', environment: 'authors' };
  const approve = async (person: string, id: string) => {
    const cookie = String((await people.signIn(person)).headers['set-cookie']).split(';')[0] ?? '';
    return people.bySession(cookie).post(`/v1/deployments/${id}/approve`, {});
  };
  const deployBy = async (version: string, author: string | undefined) => {
    const about = { version, artifact: ARTIFACT, ...(author !== undefined && { author }) };
    await api.call().post('/v1/services/shop-api/versions').send(about);
    return (
      await api
        .call()
        .post('/v1/deployments')
        .send({ ...place, version })
    ).body.id;
  };
  beforeAll(async () => {
    await api.configure(place.service, place.environment);
    await people.role('approver', [{ effect: 'allow', verbs: ['view', 'approve'] }]);
    await people.signedIn('grace', {
      roles: ['approver'],
      gitAuthors: ['Grace Hopper', 'grace@navy.example'],
    });
    await people.signedIn('alan', { roles: ['approver'] });
  });
  const policy = (approvals: object) => api.call().put('/v1/environments/authors').send({ approvals });

  test.each([
    ['a declared name', 'a1', 'grace HOPPER'],
    ['a declared address', 'a2', 'G. H. <Grace@Navy.example>'],
    ['their own name', 'a3', 'grace'],
  ])('under %s cannot approve of it, others can', async (_, version, author) => {
    await policy({ count: 1 });
    const id = await deployBy(version, author);

    const own = await approve('grace', id);
    await expect.poll(async () => JSON.stringify(await read(id))).toContain('has 0, and 1 that do not count');
    const other = await approve('alan', id);

    expect(own.body).toMatchObject({ approvals: [{ by: 'grace', author: 'self' }] });
    expect(other.status, other.text).toBe(200);
    await expect.poll(() => stateOf(id)).toBe('queued');
    expect(await read(id)).toMatchObject({ approvals: [{ author: 'self' }, { author: 'other' }] });
  });

  test.each([
    ['is not said', 'b1', undefined],
    ['is nobody known here', 'b2', 'Somebody Else <else@example.com>'],
  ])('%s: an approval counts and says so, unless authors must be known', async (_, version, author) => {
    await policy({ count: 1, knownAuthors: true });
    const id = await deployBy(version, author);
    const approved = await approve('alan', id);
    await expect
      .poll(async () => JSON.stringify(await read(id)))
      .toContain('nobody here is known to have written it');

    await policy({ count: 1 });

    expect(approved.body).toMatchObject({ approvals: [{ by: 'alan', author: 'unknown' }] });
    await expect.poll(() => stateOf(id), { timeout: 30_000 }).toBe('queued');
  });
});

test('an approval is void once something else came to run, also for a deployment that had lined up', async () => {
  const worker = createHandWorker(api.redis);
  await api.configure('shop-api', 'approved');
  await api
    .call()
    .put('/v1/environments/approved')
    .send({ approvals: { count: 1, byAuthor: true } });
  const [first, second] = [await deploy('approved', '1'), await deploy('approved', '2')];
  for (const id of [first, second]) {
    await api.call().post(`/v1/deployments/${id}/approve`).send({});
    await expect.poll(() => stateOf(id)).toBe('queued');
  }
  await worker.succeed(first);

  const { client, namespace } = api.redis;
  const deployments = createDeployments(client, namespace, { perTarget: 10, live: 10 });
  const configuration = createConfiguration(client, namespace);
  await configuration.refresh();
  const deployment = await deployments.load(second);
  if (!deployment) throw new Error('The deployment is gone');
  const deps = { configuration, deployments, versions: createVersions(client, namespace) };

  expect(await holdsBeforeWriting(deps, deployment, Date.now())).toMatchObject([{ kind: 'approval' }]);
});
