import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { offlineTable } from '../../../scripts/docs/openapi-document.js';
import { newId } from '../../../src/shared/new-id.js';
import { VERBS } from '../../../src/shared/domain/access.js';
import { useApi } from '../../support/api.js';
import { sampleOf } from '../../support/sample.js';

// The cases come from the table of routes, so a new one is covered by being there.
const routes = offlineTable().filter(({ path }) => path.includes('/live/'));
// Nobody listens there: each of these is refused before a ticket is made.
const GATEWAY = {
  BEANPOD_GATEWAY_URL: 'http://127.0.0.1:9',
  BEANPOD_GATEWAY_KEY: 'key-of-the-gateway-0123456789-abcdef',
};

const api = useApi(GATEWAY);
beforeAll(async () => {
  await api.start();
  await api.configure();
});
afterAll(() => api.stop());

async function token(rule: object): Promise<string> {
  const rules = [{ effect: 'allow', ...rule }];
  return (await api.call().post('/v1/tokens').send({ name: newId(), rules })).body.token;
}

const audited = async () => (await api.call().get('/v1/audit?limit=1000')).text;

const CASES = [
  ['nobody', 401, 'shop-api', () => Promise.resolve('')],
  ['somebody without the right', 403, 'shop-api', () => token({ verbs: ['approve'] })],
  ['somebody with it elsewhere', 403, 'shop-api', () => token({ verbs: VERBS, service: 'other' })],
  ['an administrator of a target that is not there', 404, 'nobody', () => Promise.resolve(api.token)],
  ['an administrator who asks for nonsense', 422, 'No-Name', () => Promise.resolve(api.token)],
] as const;

describe.each(CASES)('what is live, asked for by %s', (_, status, service, tokenOf) => {
  test('is refused on every route, and each refusal is in the audit log', async () => {
    // A process records so many refusals a minute, and counts the others.
    const other = await api.startAnother();
    const bearer = await tokenOf();
    try {
      const answers = await Promise.all(
        routes.map(async ({ method, path, params, body }) => {
          const samples = sampleOf(params) as Readonly<Record<string, string>>;
          const values = { ...samples, service, environment: 'staging' };
          const address = Object.entries(values).reduce(
            (made, [name, value]) => made.replace(`:${name}`, value),
            path,
          );
          const requestId = newId();
          const answer = await fetch(`${other.url}${address}`, {
            method: method.toUpperCase(),
            headers: {
              'x-request-id': requestId,
              ...(bearer !== '' && { authorization: `Bearer ${bearer}` }),
              ...(body && { 'content-type': 'application/json' }),
            },
            ...(body && { body: JSON.stringify(sampleOf(body.schema)) }),
          });
          await answer.body?.cancel();
          return { name: `${method} ${path}`, requestId, status: answer.status };
        }),
      );

      // Lists of what was done and recorded are empty for a target that is not there.
      const refused = answers.filter((answer) => answer.status >= 400);
      expect(refused.length).toBeGreaterThan(answers.length - 4);
      expect(refused.filter((answer) => answer.status !== status)).toEqual([]);
      await expect
        .poll(async () => {
          const log = await audited();
          return refused.filter(({ requestId }) => !log.includes(requestId)).map(({ name }) => name);
        })
        .toEqual([]);
    } finally {
      await other.close();
    }
  });
});

test('reading what is there leaves no entry, live or not', async () => {
  const requestId = newId();
  const found = await api
    .call()
    .get('/v1/targets/shop-api/staging/live/recordings')
    .set('x-request-id', requestId);
  const unknown = await api.call().get('/v1/services/nobody').set('x-request-id', requestId);
  await api.call().put('/v1/services/afterwards').send({});

  expect([found.status, unknown.status]).toEqual([200, 404]);
  expect(await audited()).not.toContain(requestId);
});
