import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXIT } from '../../../src/cli/exit-code.js';
import { ADMIN_TOKEN, ARTIFACT, TARGET } from '../../support/api.js';
import { callerOf } from '../../support/caller.js';
import { startCommand, type Running } from '../../support/command-line.js';
import { createHandWorker } from '../../support/hand-worker.js';
import { useRedis } from '../../support/redis.js';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.js';
import { startProcess, type BeanpodProcess } from '../../support/worker-process.js';

const PLACE = { service: 'shop-api', environment: 'staging' };
const START_MS = 120_000;

const redis = useRedis();
let api: BeanpodProcess;
let url = '';
let wire: TcpProxy;

beforeAll(async () => {
  await redis.start();
  await startApi();
  wire = await startTcpProxy({ port: Number(new URL(url).port) });
  await call().put('/v1/services/shop-api').send({});
  await call().put('/v1/environments/staging').send({});
  await call().put('/v1/targets/shop-api/staging').send(TARGET);
  await call().post('/v1/services/shop-api/versions').send({ version: '3', artifact: ARTIFACT });
  const worker = createHandWorker(redis);
  for (const version of ['1', '2']) {
    const asked = { ...PLACE, version, artifact: ARTIFACT };
    await worker.succeed((await call().post('/v1/deployments').send(asked)).body.id);
  }
}, START_MS);
afterAll(async () => {
  await wire.close();
  await api.kill('SIGKILL');
  await redis.stop();
});

async function startApi(): Promise<void> {
  api = startProcess('api', {
    REDIS_URL: redis.url,
    BEANPOD_NAMESPACE: redis.namespace,
    BEANPOD_HOST: '127.0.0.1',
    BEANPOD_PORT: '0',
    BEANPOD_ADMIN_TOKEN: ADMIN_TOKEN,
    BEANPOD_REDIS_CHECK: 'off',
  });
  url = String((await api.said('api ready'))['url']);
}

const call = () => callerOf(url, ADMIN_TOKEN);
const releases = async () => (await call().get('/v1/releases')).body.items.map(({ id }) => id);

/** A command whose first answer is lost with the API that gave it, while another one takes over. */
async function runThroughKill(request: string, args: readonly string[]): Promise<Awaited<Running['ended']>> {
  wire.loseReplyTo(request);
  const running = startCommand(
    { BEANPOD_URL: `http://127.0.0.1:${wire.port}`, BEANPOD_TOKEN: ADMIN_TOKEN },
    args,
  );
  await expect.poll(() => wire.lostReply, { timeout: 30_000 }).toBe(true);
  await wire.refuse();
  await api.kill('SIGKILL');
  await startApi();
  wire.retarget(Number(new URL(url).port));
  await wire.heal();
  return running.ended;
}

test.each([
  ['release', 'POST /v1/releases', async () => ['release', 'create', 'shop-api=3', '--to', 'staging']],
  [
    'restore',
    'POST /v1/environments/staging/restore',
    async () => {
      const { items } = (await call().get('/v1/environments/staging/snapshots')).body;
      const { snapshot } = items.at(-1) as unknown as { snapshot: string };
      return ['environment', 'restore', 'staging', '--to', snapshot, '-r', 'It was better'];
    },
  ],
  [
    'clone',
    'POST /v1/environments/staging/clone',
    async () => ['clone', 'staging', '--as', 'copy', '--ttl', '1h', '-o', 'json'],
  ],
])(
  'a %s whose answer was lost with the API is asked for again and found',
  async (_, request, argsOf) => {
    const [args, before] = [await argsOf(), await releases()];

    const ran = await runThroughKill(request, args);

    expect(ran.code, ran.errors).toBe(EXIT.done);
    const [made = '', ...others] = (await releases()).filter((id) => !before.includes(id));
    expect(others).toEqual([]);
    expect(ran.out).toContain(made);
    expect(ran.errors).toContain('The API is back');
  },
  START_MS,
);
