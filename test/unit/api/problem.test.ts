import { describe, expect, test } from 'vitest';
import { toProblem } from '../../../src/api/problem.js';
import { REFUSALS, Refusal, type RefusalCode } from '../../../src/api/refusal.js';

describe('an error becomes a problem', () => {
  test('with the code, the status and the violations of a refusal', () => {
    const errors = [{ pointer: '/a', detail: 'is required' }];

    const { problem, defect } = toProblem(new Refusal('request.invalid', 'One violation', { errors }), 'r-1');

    expect(problem).toEqual({
      type: '/docs/problems/request.invalid',
      title: 'The request is invalid',
      status: 422,
      code: 'request.invalid',
      detail: 'One violation',
      requestId: 'r-1',
      errors,
    });
    expect(defect).toBe(false);
  });

  test.each([
    ['a command that timed out', new Error('Command timed out')],
    ['a connection that ended', new Error('Connection is closed.')],
    [
      'a connection that is not there',
      new Error("Stream isn't writeable and enableOfflineQueue options is false"),
    ],
    ['retries that are used up', Object.assign(new Error('x'), { name: 'MaxRetriesPerRequestError' })],
    ['a full memory', new Error('OOM command not allowed when used memory > maxmemory')],
    ['a replica', new Error("READONLY You can't write against a read only replica.")],
    ['a refused connection', Object.assign(new Error('x'), { code: 'ECONNREFUSED', syscall: 'connect' })],
  ])('that says to try again for %s of Redis', (_, error) => {
    const { problem, headers } = toProblem(error, 'r-1');

    expect([problem.status, problem.code]).toEqual([503, 'store.unavailable']);
    expect(headers['retry-after']).toBe('2');
  });

  test('that says when to ask again wherever that may help, and nowhere else', () => {
    const codes = Object.keys(REFUSALS) as RefusalCode[];
    const isLater = (code: RefusalCode) =>
      toProblem(new Refusal(code, 'x'), 'r-1').headers['retry-after'] !== undefined;

    expect(codes.filter(isLater)).toEqual(codes.filter((code) => REFUSALS[code].status === 503));
  });

  test.each([
    new Error('connect to 10.0.0.7 with hunter2'),
    new TypeError('x of undefined'),
    'text',
    undefined,
  ])('that tells nothing of a defect, %s', (error) => {
    const { problem, defect } = toProblem(error, 'r-1');

    expect([problem.status, problem.code, defect]).toEqual([500, 'internal.error', true]);
    expect(JSON.stringify(problem)).not.toMatch(/hunter2|10\.0\.0\.7|undefined/);
  });
});
