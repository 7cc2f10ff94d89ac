import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useApi } from '../../support/api.js';
import { createHandWorker } from '../../support/hand-worker.js';

const SERVICES = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

const api = useApi();
let worker: ReturnType<typeof createHandWorker>;
beforeAll(async () => {
  await api.start();
  worker = createHandWorker(api.redis);
});
afterAll(() => api.stop());

const get = async <T>(path: string) => (await api.call().get(path)).body as unknown as T;

async function newest(environment: string): Promise<string | undefined> {
  const { items } = await get<{ items: { snapshot: string }[] }>(`/v1/environments/${environment}/snapshots`);
  return items[0]?.snapshot;
}

async function deploy(service: string, environment: string, version: string): Promise<string> {
  const answer = await api
    .call()
    .post('/v1/deployments')
    .send({
      service,
      environment,
      version,
      artifact: { type: 's3', bucket: 'ci-artifacts', key: `${service}/${version}.zip` },
    });
  expect(answer.status, answer.text).toBe(202);
  return answer.body.id;
}

/** Ends every member of a release as it gets its deployment; answers how many there were. */
async function carryOut(release: string): Promise<number> {
  const ended = new Set<string>();
  await expect
    .poll(
      async () => {
        const { state, members } = await get<{ state: string; members: { deployment?: string }[] }>(
          `/v1/releases/${release}`,
        );
        for (const { deployment } of members)
          if (deployment !== undefined && !ended.has(deployment)) {
            ended.add(deployment);
            await worker.succeed(deployment);
          }
        return state;
      },
      { timeout: 30_000 },
    )
    .toBe('succeeded');
  return ended.size;
}

const FOUR = fc.array(
  fc.record({ service: fc.constantFrom(...SERVICES), end: fc.constantFrom('succeed', 'rollBack') }),
  { minLength: 4, maxLength: 4 },
);

let environments = 0;

test('a restore after any four deployments gives the snapshot that was first', async () => {
  await fc.assert(
    fc.asyncProperty(FOUR, async (deployments) => {
      const environment = `env-${(environments += 1)}`;
      for (const service of SERVICES) {
        await api.configure(service, environment);
        await worker.succeed(await deploy(service, environment, '1'));
      }
      const first = await newest(environment);
      for (const [at, { service, end }] of deployments.entries())
        await worker[end](await deploy(service, environment, `${at + 2}`));
      const changed = new Set(
        deployments.filter(({ end }) => end === 'succeed').map(({ service }) => service),
      );

      const answer = await api
        .call()
        .post(`/v1/environments/${environment}/restore`)
        .send({ snapshot: first, reason: 'Back to Monday' });

      if (changed.size === 0) {
        expect([answer.status, answer.body.code]).toEqual([409, 'restore.needless']);
        return;
      }
      expect(answer.status, answer.text).toBe(202);
      expect(await carryOut(answer.body.id)).toBe(changed.size);
      expect(await newest(environment)).toBe(first);
    }),
    { numRuns: 12 },
  );
}, 240_000);
