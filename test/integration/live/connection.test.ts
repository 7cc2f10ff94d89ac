import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectionView } from '../../../src/shared/contract/connection.js';
import { startCommand, type Ran } from '../../support/command-line.js';
import { startLiveCluster, type LiveCluster } from '../../support/live-cluster.js';

const MANIFESTS = '{ apiVersion: v1, kind: ConfigMap, metadata: { name: app }, data: { host: "{{HOST}}" } }';

let world: LiveCluster;
beforeAll(async () => {
  world = await startLiveCluster({}, { BEANPOD_SECRET_BAD: 'users: [{token: sesame' });
  await world.startWorker();
  const kubernetes = (secret: string, more: object = {}) => ({
    provider: 'kubernetes',
    spec: { cluster: { type: 'kubeconfig', kubeconfig: `env:${secret}` }, namespace: 'shop', ...more },
  });
  const good = kubernetes('BEANPOD_SECRET_SIM', { manifests: MANIFESTS });
  await world.api.configure('good', 'staging', good);
  await world.api.configure('broken', 'staging', kubernetes('BEANPOD_SECRET_BAD'));
  const parameters = { HOST: 'shop.example.com' };
  await world.api.call().put('/v1/environments/staging').send({ parameters });
});
afterAll(() => world.close());

async function tested(service: string): Promise<ConnectionView> {
  const { status, text } = await world.api.call().post(`/v1/targets/${service}/staging/connection`);
  expect(status, text).toBe(200);
  return JSON.parse(text) as ConnectionView;
}

describe('a test of the connection, by the API and a worker', () => {
  test('takes the target with what its environment adds, passes, and writes nothing', async () => {
    const view = await tested('good');

    expect(view.checks.filter(({ verdict }) => verdict !== 'passed')).toEqual([]);
    expect(view).toMatchObject({
      service: 'good',
      environment: 'staging',
      provider: 'kubernetes',
      verdict: 'passed',
    });
    expect(await world.control.mutations()).toEqual([]);
  });

  test('that fails is an answer, not an error, and shows nothing of the credentials', async () => {
    const view = await tested('broken');

    expect(view.verdict).toBe('failed');
    expect(view.checks[0]).toMatchObject({ verdict: 'failed', seen: 'The kubeconfig is not readable YAML' });
    expect(JSON.stringify(view)).not.toContain('sesame');
  });

  test('is in the audit log, with who asked', async () => {
    await tested('good');
    const { text } = await world.api.call().get('/v1/audit?limit=200');

    expect(text).toContain('/v1/targets/good/staging/connection');
  });

  test('of a target that is not there is refused', async () => {
    const { status, body } = await world.api.call().post('/v1/targets/nobody/staging/connection');

    expect([status, body.code]).toEqual([404, 'target.unknown']);
  });
});

describe('beanpod target test', () => {
  const run = (...args: readonly string[]): Promise<Ran> =>
    startCommand({ BEANPOD_URL: world.api.url, BEANPOD_TOKEN: world.api.token }, ['target', 'test', ...args])
      .ended;

  test('ends with 0 when all has passed, and prints each check', async () => {
    const { code, out } = await run('good/staging');

    expect(code, out).toBe(0);
    expect(out).toContain('✔ passed   Namespace shop: It is there');
    expect(out).toMatch(/^good\/staging \(kubernetes\): passed$/m);
  });

  test('ends with 1 when something failed, and says what to do', async () => {
    const { code, out } = await run('broken/staging', '--allow-unknown');

    expect(code, out).toBe(1);
    expect(out).toContain('✖ failed   Access to the cluster: The kubeconfig is not readable YAML');
    expect(out).toContain('Correct the access to the cluster in the target');
  });

  test('ends with 1 when something is unknown, and with 0 where that is allowed', async () => {
    const strict = await run('shop-api/staging');
    const lenient = await run('shop-api/staging', '--allow-unknown');

    expect([strict.code, lenient.code], strict.out).toEqual([1, 0]);
    expect(strict.out).toContain('? unknown  Kinds of the objects: The target has no manifests');
  });

  test('prints the whole answer as JSON, and refuses what is no target', async () => {
    const { code, out } = await run('good/staging', '-o', 'json');
    const wrong = await run('good');

    expect([code, (JSON.parse(out) as ConnectionView).verdict]).toEqual([0, 'passed']);
    expect([wrong.code, wrong.errors]).toEqual([
      2,
      expect.stringContaining('good is not like service/environment') as unknown,
    ]);
  });
});
