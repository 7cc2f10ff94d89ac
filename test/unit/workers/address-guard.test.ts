import { describe, expect, it } from 'vitest';
import { AddressForbidden, createAddressGuard } from '../../../src/workers/checks/address-guard.js';

const guard = createAddressGuard([]);

describe('the address guard', () => {
  it.each([
    '127.0.0.1', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0',
    '224.0.0.1', '255.255.255.255', '198.18.0.1', '::1', '::', 'fe80::1', 'fd00:ec2::254', '::ffff:127.0.0.1',
    '::ffff:7f00:1', '64:ff9b::7f00:1', '2002:7f00:1::', 'ff02::1', '2001:db8::1',
  ])('refuses %s', (address) => {
    expect(guard.refusal(address)).toContain('not a public address');
  }); // prettier-ignore

  it.each(['1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700:4700::1111', '::ffff:1.1.1.1'])(
    'lets %s pass',
    (address) => {
      expect(guard.refusal(address)).toBeUndefined();
    },
  );

  it('lets the networks of the operator pass, and only those', () => {
    const own = createAddressGuard(['10.2.0.0/16', 'fd00::/8']);

    expect(own.refusal('10.2.3.4')).toBeUndefined();
    expect(own.refusal('fd12::1')).toBeUndefined();
    expect(own.refusal('10.3.0.1')).toBeDefined();
  });

  it('refuses a network that it cannot read', () => {
    expect(() => createAddressGuard(['ten/8'])).toThrow('Not a network: ten/8');
  });

  it('refuses a name that leads to a private address', async () => {
    const error = await new Promise((resolve) =>
      guard.lookup('localhost', { family: 4 }, (each) => resolve(each)),
    );

    expect(error).toBeInstanceOf(AddressForbidden);
  });
});
