import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readChallenges } from '../../../src/workers/images/challenge.js';

/** Schemes with their parameters, as plain values. */
function read(header: string): unknown {
  return readChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);
}

describe('the header WWW-Authenticate', () => {
  test.each([
    [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
      [
        [
          'bearer',
          {
            realm: 'https://auth.docker.io/token',
            service: 'registry.docker.io',
            scope: 'repository:a/b:pull,push',
          },
        ],
      ],
    ],
    ['Basic realm="a \\"quoted\\" name"', [['basic', { realm: 'a "quoted" name' }]]],
    [
      'basic realm=plain, BEARER Realm = "https://x/token", Service=y',
      [
        ['basic', { realm: 'plain' }],
        ['bearer', { realm: 'https://x/token', service: 'y' }],
      ],
    ],
    ['Negotiate', [['negotiate', {}]]],
    ['realm="of nobody"', []],
    ['', []],
  ])('%s is read', (header, challenges) => {
    expect(read(header)).toEqual(challenges);
  });

  test('never breaks the reader', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 2_000 }), (header) => Array.isArray(readChallenges(header))),
    );
  });
});
