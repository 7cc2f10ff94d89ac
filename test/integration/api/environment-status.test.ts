import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EnvironmentStatus } from '../../../src/shared/contract/snapshot.js';
import { ARTIFACT, useApi } from '../../support/api.js';
import { createHandWorker } from '../../support/hand-worker.js';

const api = useApi();
let worker: ReturnType<typeof createHandWorker>;

beforeAll(async () => {
  await api.start();
  worker = createHandWorker(api.redis);
});
afterAll(() => api.stop());

async function register(
  service: string,
  ...versions: readonly (readonly [string, string?])[]
): Promise<void> {
  await api.call().put(`/v1/services/${service}`).send({});
  for (const [version, branch] of versions) {
    const { status, text } = await api
      .call()
      .post(`/v1/services/${service}/versions`)
      .send({ version, artifact: ARTIFACT, ...(branch !== undefined && { branch }) });
    expect(status, text).toBe(201);
  }
}

async function start(
  service: string,
  environment: string,
  version: string,
  artifact?: object,
): Promise<string> {
  await api.configure(service, environment);
  const request = { service, environment, version, ...(artifact && { artifact }) };
  const { status, body, text } = await api.call().post('/v1/deployments').send(request);
  expect(status, text).toBe(202);
  return body.id;
}

async function run(...wanted: Parameters<typeof start>): Promise<void> {
  await worker.succeed(await start(...wanted));
}

async function statusOf(service: string, environment: string, against?: string, token?: string) {
  const query = against === undefined ? '' : `?against=${against}`;
  const { status, text } = await api.call(token).get(`/v1/environments/${environment}/status${query}`);
  expect(status, text).toBe(200);
  return (JSON.parse(text) as EnvironmentStatus).services.find((each) => each.service === service);
}

describe('what runs in an environment, compared with another one,', () => {
  test('is ahead or behind by so many versions of its branch, or the same', async () => {
    const versions = [
      ['1', 'main'],
      ['2', 'main'],
      ['x', 'retry'],
      ['3', 'main'],
      ['4', 'main'],
    ] as const;
    await register('shop', ...versions);
    await run('shop', 'staging', '4');
    await run('shop', 'production', '1');
    await run('shop', 'demo', '4');

    const against = async (environment: string, other: string) =>
      (await statusOf('shop', environment, other))?.against;
    expect(await against('staging', 'production')).toEqual({
      environment: 'production',
      version: '1',
      order: 'ahead',
      versions: 3,
    });
    expect(await against('production', 'staging')).toEqual({
      environment: 'staging',
      version: '4',
      order: 'behind',
      versions: 3,
    });
    expect(await against('staging', 'demo')).toEqual({ environment: 'demo', version: '4', order: 'same' });
    expect(await statusOf('shop', 'staging')).not.toHaveProperty('against');
  });

  test('is counted up to a hundred versions', async () => {
    await register('busy', ...Array.from({ length: 130 }, (_, at) => [`b${at}`, 'main'] as const));
    await run('busy', 'staging', 'b129');
    await run('busy', 'production', 'b0');

    expect((await statusOf('busy', 'staging', 'production'))?.against).toMatchObject({
      order: 'ahead',
      versions: 100,
    });
  });

  test('is never called ahead where nobody knows the order', async () => {
    await register('odd', ['m1', 'main'], ['r1', 'retry'], ['n1']);
    await run('odd', 'main', 'm1');
    await run('odd', 'retry', 'r1');
    await run('odd', 'none', 'n1');
    await run('odd', 'unlisted', 'local', ARTIFACT);
    await api.configure('odd', 'empty');
    const bad = await start('odd', 'broken', 'm1');
    await worker.failRollback(bad);

    for (const [environment, because] of [
      ['main', 'r1 is of branch retry, m1 of branch main'],
      ['none', 'r1 is of branch retry, n1 of no branch'],
      ['unlisted', 'local is not registered, so that its place among the versions is not known'],
      ['empty', 'Nothing has been deployed in empty yet'],
      ['broken', 'Nobody knows what runs in broken'],
    ] as const)
      expect((await statusOf('odd', 'retry', environment))?.against).toMatchObject({
        environment,
        order: 'unknown',
        because,
      });
    expect((await statusOf('odd', 'empty', 'retry'))?.against).toMatchObject({
      order: 'unknown',
      because: 'Nothing has been deployed in empty yet',
    });
  });

  test('is not compared with what the caller may not view, nor with an environment that is not there', async () => {
    await register('seen', ['1', 'main'], ['2', 'main']);
    await run('seen', 'here', '2');
    await run('seen', 'there', '1');
    await run('unseen', 'there', '1', ARTIFACT);
    const rule = { effect: 'allow', verbs: ['view'] };
    const rules = [
      { ...rule, service: 'seen', environment: 'here' },
      { ...rule, service: 'unseen', environment: 'there' },
    ];
    const { token } = (await api.call().post('/v1/tokens').send({ name: 'narrow', rules })).body;

    expect(await statusOf('seen', 'here', 'there', token)).not.toHaveProperty('against');
    const { status } = await api.call(token).get('/v1/environments/here/status?against=staging');
    expect(status).toBe(403);
    const unknown = await api.call().get('/v1/environments/here/status?against=nowhere');
    expect(unknown.body).toMatchObject({ status: 404, code: 'environment.unknown' });
  });
});

describe('the version that was registered last', () => {
  test('is newer than what runs of its branch, and of no known order beside another one', async () => {
    await register('late', ['1', 'main'], ['2', 'main']);
    await run('late', 'staging', '1');
    expect((await statusOf('late', 'staging'))?.newest).toMatchObject({ version: '2', order: 'behind' });

    await register('late', ['r', 'retry']);
    expect((await statusOf('late', 'staging'))?.newest).toMatchObject({
      version: 'r',
      order: 'unknown',
      because: '1 is of branch main, r of branch retry',
    });
    await run('late', 'staging', 'local', ARTIFACT);
    expect((await statusOf('late', 'staging'))?.newest).toMatchObject({ version: 'r', order: 'unknown' });
  });
});
