import { describe, expect, test } from 'vitest';
import { undescribed } from '../../support/described.js';

const json = { 'content-type': 'application/json; charset=utf-8' };
const answer = (status: number, body: unknown, headers: Record<string, string> = json) => ({
  status,
  headers,
  body,
  text: JSON.stringify(body),
});
const problem = { type: '/x', title: 'x', status: 404, code: 'x.y', requestId: '1' };
const problemType = { 'content-type': 'application/problem+json' };

describe('the check of answers against the description', () => {
  test.each([
    ['get', '/v1/services/shop', answer(200, { service: 'shop' })],
    ['get', '/v1/services/shop', answer(404, problem, problemType)],
    ['get', '/v1/services?limit=2', answer(200, { items: [{ service: 'shop' }] })],
    ['get', '/v1/services/shop', answer(429, problem, problemType)],
    ['get', '/nothing', answer(404, problem, problemType)],
    ['delete', '/v1/services/shop', { status: 204, headers: {}, body: {}, text: '' }],
  ])('takes %s %s', (method, path, seen) => {
    expect(undescribed(method, path, seen)).toBeUndefined();
  });

  test.each([
    ['no such status', 'get', '/v1/services/shop', answer(202, { service: 'shop' })],
    ['does not fit', 'get', '/v1/services/shop', answer(200, { service: 7 })],
    ['does not fit', 'get', '/v1/services', answer(200, { items: [{}] })],
    ['does not fit', 'get', '/v1/services/shop', answer(404, { code: 'x.y' }, problemType)],
    ['is not described', 'get', '/v1/services/shop', answer(404, problem)],
    ['is not described', 'get', '/nothing', answer(404, problem)],
    ['no body', 'delete', '/v1/services/shop', answer(204, { service: 'shop' })],
  ])('says %s for %s %s', (said, method, path, seen) => {
    expect(undescribed(method, path, seen)).toContain(said);
  });
});
