import { lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Networks that are not the public internet: IANA's special-purpose registries for IPv4 and IPv6. */
const SPECIAL_V4 = [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24',
  '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24',
  '224.0.0.0/4', '240.0.0.0/4',
]; // prettier-ignore
const SPECIAL_V6 = [
  '::/128', '::1/128', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16',
  'fc00::/7', 'fe80::/10', 'ff00::/8',
]; // prettier-ignore

/** Says which addresses a check may call: public ones, and those that the operator allowed. */
export interface AddressGuard {
  /** Why this address must not be called; `undefined` when it may. */
  refusal(address: string): string | undefined;
  /** For sockets: resolves a name and refuses when any of its addresses is forbidden, so that no answer can slip in later. */
  readonly lookup: LookupFunction;
}

/** Thrown by the lookup; carries the sentence for people. */
export class AddressForbidden extends Error {
  override name = 'AddressForbidden';
}

/** `allowed`: CIDR networks of the operator. Throws on one that cannot be read. */
export function createAddressGuard(allowed: readonly string[]): AddressGuard {
  const special = listOf([...SPECIAL_V4, ...SPECIAL_V6]);
  const permitted = listOf(allowed);

  function refusal(address: string): string | undefined {
    const plain = unmap(address);
    const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
    if (permitted.check(plain, family) || !special.check(plain, family)) return undefined;
    return `${address} is not a public address`;
  }

  return {
    refusal,
    lookup: (hostname, options, callback) => {
      systemLookup(hostname, { ...options, all: true }, (error, addresses) => {
        if (error) return callback(error, '', 0);
        const bad = addresses.map(({ address }) => refusal(address)).find((each) => each !== undefined);
        const [first] = addresses;
        if (bad || !first) return callback(new AddressForbidden(bad ?? `${hostname} has no address`), '', 0);
        if (options.all) return callback(null, addresses);
        return callback(null, first.address, first.family);
      });
    },
  };
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address);
    if (family === 0) throw new Error(`Not a network: ${network}`);
    list.addSubnet(address, Number(bits ?? (family === 6 ? 128 : 32)), family === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** `::ffff:10.0.0.1`, also in its hexadecimal spelling, is 10.0.0.1. */
function unmap(address: string): string {
  const tail = /^::ffff:(.+)$/i.exec(address)?.[1];
  if (!tail) return address;
  if (isIP(tail) === 4) return tail;
  const [high = 0, low = 0] = tail.split(':').map((part) => Number.parseInt(part, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
