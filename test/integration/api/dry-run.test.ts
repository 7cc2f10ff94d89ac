import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { planDeployment } from '../../../src/api/use-cases/plan-deployment.js';
import type { Catalog } from '../../../src/providers/catalog.js';
import { schemaOf } from '../../../src/shared/schema/schema.js';
import { createPlans } from '../../../src/shared/queue/plans.js';
import { connectRedis } from '../../../src/shared/redis.js';
import { createBell } from '../../../src/shared/store/bell.js';
import { createConfiguration } from '../../../src/shared/store/configuration.js';
import { keysOf } from '../../../src/shared/store/keys.js';
import { createVersions } from '../../../src/shared/store/versions.js';
import { startPlanWorker } from '../../../src/workers/plan-worker.js';
import { failed } from '../../../src/shared/domain/outcome.js';
import { failure } from '../../../src/shared/domain/failures.js';
import { Type } from 'typebox';
import { textWith } from '../../support/caller.js';
import { testImages } from '../../support/images.js';
import { useRedis } from '../../support/redis.js';
import { testSecrets } from '../../support/secrets.js';
import { createScriptedCloud, type ScriptedCloud } from '../../support/scripted-provider.js';

const redis = useRedis();
const closers: (() => unknown)[] = [];
beforeAll(async () => {
  await redis.start();
  const configuration = createConfiguration(redis.client, redis.namespace);
  await configuration.putService('shop', {});
  await configuration.putEnvironment('staging', {});
  await configuration.putTarget('shop', 'staging', { provider: 'scripted', spec: { name: 'x' } });
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(() => redis.stop());

const catalog: Catalog = new Map([
  ['scripted', { target: schemaOf(Type.Object({ name: Type.String() })), artifacts: ['image'] as const }],
]);
const REQUEST = {
  service: 'shop',
  environment: 'staging',
  version: 'v2',
  artifact: { type: 'image', image: 'a/b:2' },
} as const;
const CALLER = {
  id: 'x',
  name: 'ci',
  grants: [],
  owner: { kind: 'installation', name: 'installation' },
  by: 'token',
} as const;

function connect() {
  const connection = connectRedis(redis.url, 'blocking', () => undefined);
  closers.push(() => connection.disconnect());
  return connection;
}

function startWorker(cloud: ScriptedCloud): void {
  const worker = startPlanWorker({
    connection: connect(),
    redis: connect(),
    namespace: redis.namespace,
    prefix: keysOf(redis.namespace).queuePrefix,
    provider: (kind) => Promise.resolve(kind === 'scripted' ? cloud.provider : undefined),
    surroundings: { bundles: { open: () => Promise.resolve(undefined) } },
    secrets: testSecrets(),
    images: testImages(connect(), redis.namespace),
    redact: (line) => line,
  });
  closers.push(() => worker.close());
}

async function plan() {
  const connection = connect();
  const plans = createPlans(connection, redis.namespace, createBell(connect(), redis.namespace));
  closers.push(() => plans.close());
  const configuration = createConfiguration(connection, redis.namespace);
  const versions = createVersions(connection, redis.namespace);
  const blobs = { size: () => Promise.resolve(undefined) };
  return planDeployment({ configuration, versions, catalog, plans, blobs }, REQUEST, CALLER);
}

describe('a dry run', () => {
  test('answers the plan of a worker, and neither writes nor leaves a deployment', async () => {
    const cloud = createScriptedCloud();
    startWorker(cloud);

    const answer = await plan();

    expect(answer).toMatchObject({
      baseline: 'version v1',
      steps: [
        { id: 'upload', writes: false },
        { id: 'switch', writes: true },
        { id: 'settle', writes: false },
      ],
    });
    expect(cloud.writes).toEqual([]);
    expect((await redis.keys()).filter((key) => /:(deployment|live|index|outbox)/.test(key))).toEqual([]);
  });

  test('that the provider refuses is told why', async () => {
    const cloud = createScriptedCloud({
      capture: [failed(failure('eb.environment-missing', 'No environment x'))],
    });
    startWorker(cloud);

    await expect(plan()).rejects.toMatchObject({
      code: 'plan.failed',
      message: textWith('No environment x'),
    });
  });
});
