import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useRedis } from '../../support/redis.js';
import { startProcess, type BeanpodProcess } from '../../support/worker-process.js';
import { createInstallation } from '../../support/worker.js';

const PROVIDER = fileURLToPath(new URL('../../support/crashing-provider/index.ts', import.meta.url));

const redis = useRedis();
const folder = mkdtempSync(path.join(tmpdir(), 'beanpod-poison-'));
const file = path.join(folder, 'versions');
let beanpod: ReturnType<typeof createInstallation>;
let supervisor: ReturnType<typeof supervise>;

beforeAll(() => redis.start());
beforeEach(async () => {
  await redis.clear();
  writeFileSync(file, 'v1\n');
  beanpod = createInstallation({ url: redis.url, namespace: redis.namespace });
  supervisor = supervise();
});
afterEach(async () => {
  await supervisor.close();
  expect(await beanpod.deployments.audit()).toEqual([]);
  await beanpod.close();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await redis.stop();
});

/** One worker process at a time, and another one as soon as it is dead, as Kubernetes or systemd would. */
function supervise() {
  let worker: BeanpodProcess | undefined;
  let lost = 0;
  let isOver = false;

  async function keepOne(): Promise<void> {
    while (!isOver) {
      const started = startProcess('worker', {
        REDIS_URL: redis.url,
        BEANPOD_NAMESPACE: redis.namespace,
        BEANPOD_LEASE_MS: '1000',
        BEANPOD_PROVIDERS: PROVIDER,
        BEANPOD_BLOBS: folder,
        BEANPOD_REDIS_CHECK: 'off',
        BEANPOD_LOG_LEVEL: 'error',
      });
      worker = started;
      await new Promise((resolve) => started.child.once('exit', resolve));
      if (!isOver) lost += 1;
    }
  }

  const kept = keepOne();
  return {
    get lost() {
      return lost;
    },
    async close(): Promise<void> {
      isOver = true;
      await worker?.kill('SIGKILL');
      await kept;
    },
  };
}

const deploy = (version: string, deadly: readonly string[] = [], by: 'signal' | 'error' = 'signal') =>
  beanpod.deploy(version, { provider: 'crashing', spec: { file, deadly, by } });

const end = (id: string) => beanpod.end(id, 100_000);

const versions = () => readFileSync(file, 'utf8').trim().split('\n');

describe('a deployment that kills every worker that takes it', { timeout: 120_000 }, () => {
  it('fails after three lost workers when nothing was written, and the next one starts', async () => {
    const id = await deploy('v2', ['upload']);
    const next = await deploy('v3');

    expect(await end(id)).toMatchObject({
      name: 'failed',
      wrote: false,
      failure: { code: 'deployment.poison' },
    });
    expect(supervisor.lost).toBe(3);
    expect(await end(next)).toEqual({ name: 'succeeded' });
    expect(versions()).toEqual(['v1', 'v3']);
  });

  it.each([
    ['in the step that writes', 'switch'],
    ['after the write', 'settle'],
  ])('is rolled back after three lost workers when it kills them %s', async (_, step) => {
    expect(await end(await deploy('v2', [step]))).toMatchObject({
      name: 'rolled_back',
      cause: { code: 'deployment.poison' },
    });
    expect(supervisor.lost).toBe(3);
    expect(versions()).toEqual(['v1', 'v2', 'v1']);
  });

  it('succeeds after three lost workers when only the clean-up behind its version kills them', async () => {
    expect(await end(await deploy('v2', ['proven']))).toMatchObject({
      name: 'succeeded',
      unsettled: { code: 'deployment.poison' },
    });
    expect(supervisor.lost).toBe(3);
    expect(versions()).toEqual(['v1', 'v2']);
  });

  it('fails in the same way when it ends them by an error that nobody awaits', async () => {
    const next = deploy('v3');
    const id = await deploy('v2', ['upload'], 'error');
    const state = await end(id);

    expect(state).toMatchObject({ name: 'failed', wrote: false, failure: { code: 'deployment.poison' } });
    expect(await end(await next)).toEqual({ name: 'succeeded' });
    expect(supervisor.lost).toBe(3);
    expect(await beanpod.story(id)).toContain('deployment.handed-over');
  });

  it('ends rollback_failed when the rollback kills three more', async () => {
    expect(await end(await deploy('v2', ['settle', 'restore']))).toMatchObject({
      name: 'rollback_failed',
      cause: { code: 'deployment.poison' },
      failure: { code: 'deployment.poison' },
    });
    expect(supervisor.lost).toBe(6);
    expect(versions()).toEqual(['v1', 'v2', 'v1']);
  });
});
