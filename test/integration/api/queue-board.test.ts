import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ARTIFACT, useApi } from '../../support/api.js';

const api = useApi();
let id = '';
beforeAll(async () => {
  await api.start();
  await api.configure();
  const body = { service: 'shop-api', environment: 'staging', version: '1', artifact: ARTIFACT };
  id = (await api.call().post('/v1/deployments').send(body)).body.id;
});
afterAll(() => api.stop());

const BOARD = '/admin/queues';

describe('the board of the queues', () => {
  test('shows administrators the wake-up calls', async () => {
    const page = await api.call().get(BOARD);
    const data = await api
      .call()
      .get(`${BOARD}/api/queues?activeQueue=deploy&status=waiting&page=1&jobsPerPage=10`);

    expect(page.status, page.text).toBe(200);
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect(data.status, data.text).toBe(200);
    expect(data.text).toContain(id);
    expect(data.text).toContain('"readOnlyMode":true');
  });

  test('loads its scripts and styles from here', async () => {
    const { text } = await api.call().get(BOARD);
    const links = [...text.matchAll(/(?:src|href)="(static\/[^"]+\.(?:js|css))"/g)].map(
      ([, link]) => link ?? '',
    );

    expect(links.length).toBeGreaterThan(2);
    for (const link of links) expect((await api.call().get(`${BOARD}/${link}`)).status).toBe(200);
  });

  test('is closed to everybody else, down to its files', async () => {
    const rules = [{ effect: 'allow', verbs: ['admin'], service: 'shop-api' }];
    const narrow = (await api.call().post('/v1/tokens').send({ name: 'narrow', rules })).body.token;

    for (const path of [BOARD, `${BOARD}/`, `${BOARD}/api/queues`, `${BOARD}/static/js/x.js`]) {
      expect((await api.call('').get(path)).body.code).toBe('token.missing');
      expect((await api.call(narrow).get(path)).body.code).toBe('access.denied');
    }
  });

  test('changes nothing for anybody', async () => {
    for (const path of [
      '/api/queues/deploy/pause',
      '/api/queues/deploy/clean/waiting',
      `/api/queues/deploy/${id}_1/clean`,
    ])
      expect((await api.call().put(BOARD + path)).status).toBe(405);
    expect((await api.call().post(`${BOARD}/api/queues/deploy/add`).send({})).status).toBe(405);

    expect((await api.call().get(`${BOARD}/api/queues?activeQueue=deploy&status=waiting`)).text).toContain(
      id,
    );
  });
});
