import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Provider } from '../../../src/providers/define-provider.js';
import type { Policy } from '../../../src/shared/contract/policy.js';
import { failure } from '../../../src/shared/domain/failures.js';
import { failed, wait } from '../../../src/shared/domain/outcome.js';
import { newId } from '../../../src/shared/new-id.js';
import type { Secrets } from '../../../src/workers/secrets/secrets.js';
import { createVaultLeases } from '../../../src/shared/store/vault-leases.js';
import { startVault, type VaultSimulator } from '../../simulators/vault/start.js';
import { useRedis } from '../../support/redis.js';
import {
  createScriptedCloud,
  degraded,
  type Script,
  type ScriptedCloud,
} from '../../support/scripted-provider.js';
import { TEST_KEY, testSecrets } from '../../support/secrets.js';
import { createInstallation } from '../../support/worker.js';

const VALUE = 'correct-horse-battery-staple';
const redis = useRedis();
let vault: VaultSimulator;
let namespace: string;
let beanpod: ReturnType<typeof createInstallation>;
const opened: Secrets[] = [];

beforeAll(() => redis.start());
afterAll(() => redis.stop());

beforeEach(async () => {
  vault = await startVault();
  vault.policy('reader', {
    'secret/data/app': ['read'],
    'aws/creds/deployer': ['read'],
    'sys/leases/revoke': ['update'],
  });
  vault.put('secret/app', { name: VALUE });
  namespace = `${redis.namespace}-${newId()}`;
  beanpod = createInstallation({ url: redis.url, namespace });
});

afterEach(async () => {
  expect(await beanpod.deployments.audit()).toEqual([]);
  await beanpod.close();
  await Promise.all(opened.splice(0).map((secrets) => secrets.close()));
  await vault.close();
});

function secretsWith(token: string, keys: readonly string[] = [TEST_KEY]): Secrets {
  const settings = { address: vault.url, auth: 'token', token, jwtPath: '/nowhere', paths: [] } as const;
  const secrets = testSecrets({ vault: settings, keys });
  opened.push(secrets);
  return secrets;
}

/** A scripted cloud whose provider tells what it was opened with, and says it aloud wherever it can. */
function createIndiscreetCloud(script: Script = {}): ScriptedCloud & { readonly targets: unknown[] } {
  const cloud = createScriptedCloud(script);
  const targets: unknown[] = [];
  const scripted = cloud.provider;
  const provider: Provider = {
    ...scripted,
    async open(target, release, surroundings) {
      targets.push(target);
      const answer = await scripted.open(target, release, surroundings);
      if (!answer.ok) return answer;
      const { name } = target as { name: string };
      const { session } = answer;
      return {
        ok: true,
        session: {
          ...session,
          async assess(turn, baseline) {
            turn.say(`the name is ${name}, in base64 ${Buffer.from(name).toString('base64')}`);
            turn.say(`split: ${name.slice(0, 14)}\n${name.slice(14)}`);
            turn.say(`coloured: ${name.slice(0, 9)}\u001b[31m${name.slice(9)}\u001b[0m`);
            turn.say('\u001b[32mharmless\u001b[0m\u001b[2J \u001b]0;title\u0007colours');
            const outcome = await session.assess(turn, baseline);
            if (outcome.said === 'wait') return { ...outcome, because: `${outcome.because} of ${name}` };
            if (outcome.said === 'done') return outcome;
            return failed(failure('health.degraded', `bad because of ${name}`));
          },
          evidence: () =>
            Promise.resolve({
              firstCause: `it was ${name}`,
              lines: [`--password=${encodeURIComponent(name)}`],
            }),
        },
      };
    },
  };
  return Object.assign(cloud, { provider, targets });
}

const end = (id: string) => beanpod.end(id);

/** Everything that Redis holds of this installation, as text. */
async function dump(): Promise<string> {
  const keys = await beanpod.redis.keys(`{${namespace}}*`);
  const values = await Promise.all(
    keys.map(async (key) => {
      switch (await beanpod.redis.type(key)) {
        case 'hash':
          return JSON.stringify(await beanpod.redis.hgetall(key));
        case 'stream':
          return JSON.stringify(await beanpod.redis.xrange(key, '-', '+'));
        case 'string':
          return beanpod.redis.get(key);
        default:
          return '';
      }
    }),
  );
  return [...keys, ...values].join('\n');
}

const REFERENCE = { spec: { name: 'vault:secret/app#name' } };
const SOON: Policy = { deadlines: { prepareMs: 700, stepMs: 700, verifyMs: 700 } };

describe('a target with a reference', () => {
  test('is opened with the value, which is nowhere else', async () => {
    const cloud = createIndiscreetCloud({ assess: [wait(5, 'not yet'), degraded] });
    cloud.running = VALUE;
    beanpod.startWorker(cloud.provider, secretsWith(vault.issue('reader')));
    const id = await beanpod.deploy('v2', REFERENCE);

    expect(await end(id)).toMatchObject({
      name: 'rolled_back',
      cause: { code: 'health.degraded', detail: 'bad because of [redacted]' },
    });
    expect(cloud.targets).toEqual([{ name: VALUE }]);
    expect(cloud.writes).toEqual(['v2', VALUE]);
    const stored = await dump();
    for (const spelling of [VALUE, VALUE.slice(14), Buffer.from(VALUE).toString('base64').slice(0, 30)])
      expect(stored).not.toContain(spelling);
    expect(stored).toContain('vault:secret/app#name');
    const story = await beanpod.story(id);
    expect(story).toContain('the name is [redacted], in base64 [redacted]');
    expect(story).toContain('coloured: [redacted]');
    expect(story).toContain('\u001b[32mharmless\u001b[0m colours');
  });

  test('is not deployed by a worker that could store what ran before in the open only', async () => {
    const cloud = createIndiscreetCloud();
    beanpod.startWorker(cloud.provider, secretsWith(vault.issue('reader'), []));
    const id = await beanpod.deploy('v2', REFERENCE);

    expect(await end(id)).toMatchObject({
      name: 'failed',
      wrote: false,
      failure: { code: 'secrets.unconfigured' },
    });
    expect(cloud.targets).toEqual([]);
  });

  test.each([
    ['secrets.denied', 'vault:secret/other#name'],
    ['secrets.missing', 'vault:secret/app#nothing'],
    ['secrets.reference-invalid', 'vault:secret/../app#name'],
  ])('fails at once with %s before anything is asked of the cloud', async (code, name) => {
    const cloud = createIndiscreetCloud();
    beanpod.startWorker(cloud.provider, secretsWith(vault.issue('reader')));
    const id = await beanpod.deploy('v2', { spec: { name } });

    expect(await end(id)).toMatchObject({ name: 'failed', wrote: false, failure: { code } });
    expect(cloud.targets).toEqual([]);
  });

  test('has a text that only looks like a reference behind literal:', async () => {
    const cloud = createIndiscreetCloud();
    beanpod.startWorker(cloud.provider, testSecrets());
    const id = await beanpod.deploy('v2', { spec: { name: 'literal:env:HOME' } });

    expect(await end(id)).toEqual({ name: 'succeeded' });
    expect(cloud.targets).toEqual([{ name: 'env:HOME' }]);
  });
});

describe('while Vault is sealed', () => {
  test('a deployment waits with the reason, and goes on by itself', async () => {
    vault.seal();
    const cloud = createIndiscreetCloud();
    beanpod.startWorker(cloud.provider, secretsWith(vault.issue('reader')));
    const id = await beanpod.deploy('v2', REFERENCE);
    await expect.poll(() => beanpod.story(id)).toContain('secrets.waiting');
    expect(cloud.targets).toEqual([]);
    vault.unseal();

    expect(await end(id)).toEqual({ name: 'succeeded' });
    expect((await beanpod.story(id)).filter((line) => line === 'secrets.waiting')).toHaveLength(1);
  });

  test('it fails at the deadline before the first write', async () => {
    vault.seal();
    const cloud = createIndiscreetCloud();
    beanpod.startWorker(cloud.provider, secretsWith(vault.issue('reader')));
    const id = await beanpod.deploy('v2', { ...REFERENCE, policy: SOON });

    expect(await end(id)).toMatchObject({
      name: 'failed',
      wrote: false,
      failure: { code: 'secrets.unavailable', detail: 'Vault is sealed' },
    });
    expect(cloud.targets).toEqual([]);
  });

  test('it can be cancelled', async () => {
    vault.seal();
    beanpod.startWorker(createIndiscreetCloud().provider, secretsWith(vault.issue('reader')));
    const id = await beanpod.deploy('v2', REFERENCE);
    await expect.poll(() => beanpod.story(id)).toContain('secrets.waiting');
    await beanpod.deployments.cancel(id, { by: 'ada', reason: 'typo' });

    expect(await end(id)).toMatchObject({ name: 'cancelled' });
  });
});

describe('a worker that takes over in the middle', () => {
  /** Deploys until the target was written, and lets the first worker go. */
  async function written(first: Secrets, cloud: ScriptedCloud, policy: Policy = {}): Promise<string> {
    const worker = beanpod.startWorker(cloud.provider, first);
    const id = await beanpod.deploy('v2', { ...REFERENCE, policy });
    await expect.poll(() => cloud.visits).toContain('settle');
    await worker.close();
    return id;
  }

  const waiting: Script = { settle: [wait(60_000, 'for long')] };

  test('rolls back by what was recorded when the token was revoked after the first write', async () => {
    const cloud = createIndiscreetCloud(waiting);
    const token = vault.issue('reader');
    const id = await written(secretsWith(token), cloud);
    vault.revoke(token);
    beanpod.startWorker(cloud.provider, secretsWith(token));

    expect(await end(id)).toMatchObject({ name: 'rolled_back', cause: { code: 'secrets.denied' } });
    expect(cloud.running).toBe('v1');
    expect(await beanpod.story(id)).toContain('secrets.unresolved');
    expect(cloud.targets.at(-1)).toEqual({ name: 'vault:secret/app#name' });
  });

  test('rolls back by what was recorded when Vault stays sealed', async () => {
    const cloud = createIndiscreetCloud(waiting);
    const token = vault.issue('reader');
    const id = await written(secretsWith(token), cloud, { deadlines: { stepMs: 3_000 } });
    vault.seal();
    beanpod.startWorker(cloud.provider, secretsWith(token));

    expect(await end(id)).toMatchObject({ name: 'rolled_back', cause: { code: 'secrets.unavailable' } });
    expect(cloud.running).toBe('v1');
  });

  test('says so when it lacks the key of what was recorded, and leaves the target as it is', async () => {
    const cloud = createIndiscreetCloud(waiting);
    const token = vault.issue('reader');
    const id = await written(secretsWith(token), cloud);
    const other = `other:${Buffer.alloc(32, 9).toString('base64')}`;
    beanpod.startWorker(cloud.provider, secretsWith(token, [other]));

    expect(await end(id)).toMatchObject({
      name: 'rollback_failed',
      failure: { code: 'secrets.key-missing', detail: expect.stringContaining('"test"') as string },
    });
    expect(cloud.running).toBe('v2');
  });

  test('goes on with a key that is newer than the one of what was recorded', async () => {
    const cloud = createIndiscreetCloud({ settle: [wait(60_000, 'for long'), { said: 'done' }] });
    const token = vault.issue('reader');
    const id = await written(secretsWith(token), cloud);
    const newer = `newer:${Buffer.alloc(32, 9).toString('base64')}`;
    beanpod.startWorker(cloud.provider, secretsWith(token, [newer, TEST_KEY]));

    expect(await end(id)).toEqual({ name: 'succeeded' });
  });
});

test('credentials that Vault made outlive hand-over and rollback, and all end with the deployment', async () => {
  const cloud = createIndiscreetCloud({
    assess: [degraded],
    confirm: [wait(60_000, 'for long'), { said: 'done' }],
  });
  vault.world.appRoles.set('role-1', { secretId: 'secret-id-1', policies: ['reader'] });
  const byRole = () => {
    const login = { auth: 'approle', roleId: 'role-1', secretId: 'secret-id-1' } as const;
    const settings = { address: vault.url, ...login, jwtPath: '/nowhere', paths: [] };
    const secrets = testSecrets({
      vault: settings,
      keys: [TEST_KEY],
      leases: createVaultLeases(beanpod.redis, namespace),
    });
    opened.push(secrets);
    return secrets;
  };
  const first = byRole();
  const worker = beanpod.startWorker(cloud.provider, first);
  const id = await beanpod.deploy('v2', { spec: { name: 'vault:aws/creds/deployer#secret_key' } });
  await expect.poll(() => cloud.visits).toContain('confirm');
  await worker.close();
  await first.close();
  expect([...vault.world.credentials.values()]).toEqual([true]);
  beanpod.startWorker(cloud.provider, byRole());

  expect(await end(id)).toMatchObject({ name: 'rolled_back' });
  await expect.poll(() => [...vault.world.credentials.values()]).toEqual([false, false]);
  await expect.poll(() => beanpod.redis.exists(`{${namespace}}:vault-leases:${id}`)).toBe(0);
});
