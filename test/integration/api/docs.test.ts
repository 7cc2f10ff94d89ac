import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REFUSALS } from '../../../src/api/refusal.js';
import { useApi } from '../../support/api.js';
import { anyText } from '../../support/caller.js';

const api = useApi();
beforeAll(() => api.start());
afterAll(() => api.stop());

describe('the pages', () => {
  test('load scripts and styles from this server alone, and all of them are there', async () => {
    const page = await api.call('').get('/docs');
    const links = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');

    expect(links.length).toBeGreaterThanOrEqual(3);
    expect(links.every((link) => link.startsWith('/docs/'))).toBe(true);
    for (const link of links) expect((await api.call('').get(link)).status).toBe(200);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect((await api.call('').get('/docs/initializer.js')).text).toContain('validatorUrl: null');
  });

  test.each(Object.keys(REFUSALS))('explain the problem %s', async (code) => {
    const page = await api.call('').get(`/docs/problems/${code}`).set('accept', 'text/html');
    const data = await api.call('').get(`/docs/problems/${code}`).set('accept', 'application/json');

    expect(page.text).toContain(code);
    expect(data.body).toMatchObject({ code, hint: anyText });
  });

  test('do not invent problems, nor echo what was asked for', async () => {
    const answer = await api.call('').get('/docs/problems/<script>');

    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toBe('application/problem+json');
  });
});

test('the description that is served names every route', async () => {
  const { body } = await api.call('').get('/openapi.json');

  expect(body.openapi).toBe('3.1.0');
  expect(Object.keys(body.paths)).toEqual(
    expect.arrayContaining([
      '/v1/deployments',
      '/v1/deployments/{id}/outcome',
      '/v1/targets/{service}/{environment}',
    ]),
  );
});
