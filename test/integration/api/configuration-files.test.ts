import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { synchronise } from '../../../src/api/configuration-files/synchronise.js';
import { CATALOG } from '../../../src/providers/catalog.js';
import { ConfigProblem } from '../../../src/shared/config/schema.js';
import { createLogger } from '../../../src/shared/log/logger.js';
import { createConfiguration } from '../../../src/shared/store/configuration.js';
import { useApi } from '../../support/api.js';
import { useRedis } from '../../support/redis.js';

const redis = useRedis();
let folder: string;
beforeAll(() => redis.start());
afterAll(() => redis.stop());
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'beanpod-files-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await redis.clear();
});

const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
const store = () => createConfiguration(redis.client, redis.namespace);

async function read(): Promise<ReturnType<typeof store>> {
  const configuration = store();
  await synchronise(folder, configuration, {
    catalog: CATALOG,
    seal: undefined,
    logger: createLogger('silent'),
  });
  return configuration;
}

async function problems(): Promise<readonly string[]> {
  const error = await read().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConfigProblem);
  return (error as ConfigProblem).problems;
}

const SHOP = `
services:
  shop-api: { description: The API }
environments:
  staging:
targets:
  shop-api:
    staging:
      provider: elastic-beanstalk
      spec: { application: shop, environment: shop-staging, region: eu-central-1 }
`;

describe('configuration files', () => {
  test('bring services, environments and targets into the store, as maps or one by one', async () => {
    write('shop.yaml', SHOP);
    write(
      'web.yml',
      `kind: service
name: web
---
kind: target
service: web
environment: staging
provider: elastic-beanstalk
spec: { application: web, environment: web-staging, region: eu-central-1 }
policy: { rollback: never }
`,
    );
    write('README.md', 'not: [yaml');

    const { services, environments, targets } = (await read()).current();

    expect(services.get('shop-api')).toEqual({ description: 'The API' });
    expect([...services.keys()]).toEqual(['shop-api', 'web']);
    expect([...environments.keys()]).toEqual(['staging']);
    expect(targets.get('web/staging')).toMatchObject({ policy: { rollback: 'never' } });
  });

  test('that say nothing new change nothing', async () => {
    write('shop.yaml', SHOP);
    const { revision } = (await read()).current();

    expect((await read()).current().revision).toBe(revision);
  });

  test('report every problem of every file at once with its line, and write nothing', async () => {
    write('a.yaml', 'services:\n  shop-api:\n    colour: red\n  UPPER: {}\nservice: {}\n');
    write(
      'b.yaml',
      'targets:\n  shop-api:\n    staging:\n      provider: elastic-beanstalk\n      spec:\n        application: shop\n        region: moon\n',
    );
    write('c.yaml', 'services: [\n');
    write('d.yaml', 'kind: sevice\nname: x\n');

    const found = await problems();

    expect(found).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^a\.yaml:3 \/services\/shop-api\/colour is not a known key$/),
        expect.stringMatching(/^a\.yaml:4 .*the name of a service must match/),
        expect.stringMatching(/^a\.yaml:5 \/service is not a known key$/),
        expect.stringMatching(/^b\.yaml:5 .*\/spec\/environment is required$/),
        expect.stringMatching(/^b\.yaml:7 .*\/spec\/region must match/),
        expect.stringMatching(/^c\.yaml:\d /),
        expect.stringMatching(/^d\.yaml:1 \/kind must be one of/),
      ]),
    );
    expect(await redis.keys()).toEqual([]);
  });

  test('may not configure a thing twice, nor a target of what is not there', async () => {
    write('a.yaml', 'services: { shop-api: {} }\n');
    write('b.yaml', `kind: service\nname: shop-api\n`);
    write(
      'c.yaml',
      `kind: target
service: shop-api
environment: moon
provider: elastic-beanstalk
spec: { application: shop, environment: shop-moon, region: eu-central-1 }
`,
    );

    const found = await problems();

    expect(found).toEqual([
      expect.stringMatching(/^b\.yaml:1 service shop-api is configured twice$/),
      expect.stringContaining('target shop-api/moon needs the environment moon'),
    ]);
  });

  test('refuse aliases that stand for gigabytes', async () => {
    const bomb = [
      'a: &a [x, x]',
      ...'bcdefgh'.split('').map((name, at) => `${name}: &${name} [*${'abcdefg'[at]}, *${'abcdefg'[at]}]`),
    ];
    write('bomb.yaml', bomb.join('\n'));

    expect((await problems()).join()).toMatch(/bomb\.yaml/);
  });

  test('leave alone what they do not name, unless they say prune', async () => {
    const configuration = store();
    await configuration.putService('by-hand', {});
    write('shop.yaml', SHOP);
    expect([...(await read()).current().services.keys()]).toContain('by-hand');

    write('shop.yaml', `${SHOP}prune: true\n`);

    const after = await read();
    await after.refresh();
    expect([...after.current().services.keys()]).toEqual(['shop-api']);
    expect(after.current().targets.size).toBe(1);
  });
});

describe('an API with a folder of configuration', () => {
  const api = useApi();
  afterEach(() => api.stop());

  test('knows its targets when it is ready', async () => {
    write('shop.yaml', SHOP);

    await api.start({ BEANPOD_CONFIG_DIR: folder });

    const answer = await api.call().get('/v1/targets');
    expect(answer.body.items.map((item) => item.service)).toEqual(['shop-api']);
  });
});
