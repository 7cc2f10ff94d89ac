import { describe, expect, test } from 'vitest';
import { networkFault } from '../../../src/providers/network-fault.js';

/** An error as Node makes it. */
function coded(code: string, options?: ErrorOptions): Error {
  return Object.assign(new Error(`said ${code}`, options), { code });
}

describe('a fault on the way to a server', () => {
  test.each([
    ['ENOTFOUND', 'failed', 'name of the host'],
    ['EHOSTUNREACH', 'failed', 'no way to the host'],
    ['UND_ERR_CONNECT_TIMEOUT', 'failed', 'did not answer in time'],
    ['CERT_HAS_EXPIRED', 'failed', 'not valid at this time'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'failed', 'for another name'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'failed', 'not trusted'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'failed', 'not trusted'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'failed', 'does not speak TLS'],
    ['ECONNRESET', 'unknown', 'was cut'],
  ])('of the code %s is %s, and says what to do', (code, verdict, seen) => {
    expect(networkFault(coded(code))).toEqual({
      verdict,
      seen: expect.stringContaining(seen) as unknown,
      todo: expect.stringMatching(/\w/) as unknown,
    });
  });

  test('is found below what was made of it, and among the tries of several addresses', () => {
    const below = new Error('The cluster did not answer', { cause: coded('ECONNREFUSED') });
    const several = new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')], '');

    for (const error of [below, several])
      expect(networkFault(error)?.seen).toContain('Nothing takes connections');
  });

  test('is none for any other error, and for a chain of causes that never ends', () => {
    const endless = new Error('endless');
    endless.cause = endless;

    expect(networkFault(new TypeError('a mistake'))).toBeUndefined();
    expect(networkFault('not even an error')).toBeUndefined();
    expect(networkFault(endless)).toBeUndefined();
  });
});
