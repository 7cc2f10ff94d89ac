import { describe, expect, test } from 'vitest';
import { EXIT, exitCodeOf, exitCodeOfRefusal, exitCodeOfRelease } from '../../../src/cli/exit-code.js';

describe('the exit code of whoever waited', () => {
  test.each([
    ['succeeded', true, EXIT.done],
    ['failed', false, EXIT.failed],
    ['expired', false, EXIT.failed],
    ['rolled_back', true, EXIT.rolledBack],
    ['rollback_failed', true, EXIT.leftChanged],
    ['failed', true, EXIT.leftChanged],
    ['cancelled', false, EXIT.cancelled],
    ['superseded', true, EXIT.cancelled],
  ] as const)('for %s with wrote: %s is %i', (state, wrote, code) => {
    expect(exitCodeOf({ state, wrote })).toBe(code);
  });

  test('is 0 for success alone', () => {
    const states = ['held', 'queued', 'preparing', 'deploying', 'verifying', 'rolling_back'] as const;
    for (const state of states) expect(exitCodeOf({ state, wrote: false })).not.toBe(EXIT.done);
  });
});

describe('the exit code of whoever waited for a release', () => {
  test.each([
    ['succeeded', [], EXIT.done],
    ['failed', [EXIT.failed], EXIT.failed],
    ['failed', [], EXIT.failed],
    ['failed', [EXIT.failed, EXIT.rolledBack], EXIT.rolledBack],
    ['failed', [EXIT.rolledBack, EXIT.leftChanged], EXIT.leftChanged],
    ['rolled_back', [EXIT.failed], EXIT.rolledBack],
    ['rolled_back', [EXIT.leftChanged], EXIT.leftChanged],
    ['rollback_failed', [], EXIT.leftChanged],
    ['cancelled', [EXIT.cancelled], EXIT.cancelled],
    ['cancelled', [EXIT.leftChanged], EXIT.leftChanged],
    ['running', [], EXIT.failed],
  ] as const)('%s with members that ended with %j is %i', (state, codes, code) => {
    expect(exitCodeOfRelease({ state }, codes)).toBe(code);
  });
});

describe('the exit code of a refusal', () => {
  test.each([
    [401, 'token.invalid', EXIT.denied],
    [403, 'access.denied', EXIT.denied],
    [409, 'target.busy', EXIT.blocked],
    [409, 'target.held', EXIT.blocked],
    [409, 'version.conflict', EXIT.invalid],
    [422, 'request.invalid', EXIT.invalid],
    [404, 'target.unknown', EXIT.invalid],
    [504, 'plan.timeout', EXIT.unreachable],
  ] as const)('%i %s is %i', (status, code, exit) => {
    expect(exitCodeOfRefusal(status, code)).toBe(exit);
  });
});
