import { connect, isIP } from 'node:net';
import type { TcpCheck } from '../../shared/contract/policy.js';
import { AddressForbidden, type AddressGuard } from './address-guard.js';
import type { Sample } from './sample.js';

/** Opens one connection and closes it. Never rejects. */
export function tryTcp(check: TcpCheck, guard: AddressGuard, signal: AbortSignal): Promise<Sample> {
  const refused = isIP(check.host) > 0 ? guard.refusal(check.host) : undefined;
  if (refused) return Promise.resolve({ good: false, final: true, seen: refused });
  return new Promise((resolve) => {
    const socket = connect({ host: check.host, port: check.port, lookup: guard.lookup });
    const finish = (sample: Sample) => {
      signal.removeEventListener('abort', late);
      socket.destroy();
      resolve(sample);
    };
    const late = () => finish({ good: false, final: false, seen: 'no connection in time' });
    signal.addEventListener('abort', late);
    socket.on('connect', () => finish({ good: true, seen: 'connected' }));
    socket.on('error', (error) =>
      finish({ good: false, final: error instanceof AddressForbidden, seen: error.message }),
    );
    if (signal.aborted) late();
  });
}
