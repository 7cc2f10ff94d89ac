import { afterAll, beforeAll, expect, test } from 'vitest';
import { isDeploymentId, type DeploymentId } from '../../../src/shared/domain/ids.js';
import { newId } from '../../../src/shared/new-id.js';
import { createDeployments } from '../../../src/shared/store/deployments.js';
import { useApi } from '../../support/api.js';
import type { Answer } from '../../support/caller.js';

const api = useApi();
let token = '';

beforeAll(async () => {
  await api.start();
  await accept('hers', 3);
  // More than one request looks through, so that she needs several to get beyond them.
  await accept('others', 4_300);
  await accept('hers', 2);
  const rules = [{ effect: 'allow', verbs: ['view'], service: 'hers', environment: 'staging' }];
  ({ token } = (await api.call().post('/v1/tokens').send({ name: 'hers', rules })).body);
});
afterAll(() => api.stop());

function provenId(): DeploymentId {
  const id = newId();
  if (!isDeploymentId(id)) throw new Error(`Not a deployment id: ${id}`);
  return id;
}

async function accept(service: string, count: number): Promise<void> {
  const limits = { perTarget: 10_000, live: 20_000 };
  const { accept: acceptOne } = createDeployments(api.redis.client, api.redis.namespace, limits);
  for (let done = 0; done < count; done += 1) {
    const answer = await acceptOne({
      id: provenId(),
      request: {
        service,
        environment: 'staging',
        version: String(done),
        provider: 'p',
        kind: 'deploy',
        onBusy: 'queue',
        actor: { name: 'ci' },
      },
      input: { spec: {}, artifact: { type: 'image', image: 'a/b:1' }, policy: {}, verify: {} },
      revision: '0',
      queueMs: 600_000,
    });
    expect(answer.said).toBe('accepted');
  }
}

/** Every page up to the last one. */
async function pages(query: string): Promise<readonly Answer[]> {
  const found: Answer[] = [];
  let cursor: string | undefined;
  do {
    const more = cursor === undefined ? '' : `&cursor=${cursor}`;
    const answer = await api.call(token).get(`/v1/deployments?${query}${more}`);
    expect(answer.status, answer.text).toBe(200);
    found.push(answer);
    cursor = answer.body.nextCursor;
  } while (cursor !== undefined);
  return found;
}

const itemsOf = (answers: readonly Answer[]) =>
  answers.flatMap(({ body }) => body.items.map(({ service, version }) => `${service} ${version}`));

test.each([
  ['in small pages', 'limit=2'],
  ['in large pages', 'limit=200'],
  ['filtered by state', 'limit=2&state=queued&state=held'],
  ['filtered by environment', 'environment=staging'],
])('a list shows all deployments that the caller may view and no other, %s', async (_, query) => {
  expect(itemsOf(await pages(query))).toEqual(['hers 1', 'hers 0', 'hers 2', 'hers 1', 'hers 0']);
});

test('a list of what the caller may not view is empty', async () => {
  expect(itemsOf(await pages('service=others&limit=200'))).toEqual([]);
});
