import { Type } from 'typebox';
import { setting } from './setting.js';

const perMinute = (description: string) => Type.Integer({ minimum: 0, maximum: 1_000_000, description });

/** Settings that say how much a caller may ask for. */
export const RATE_SETTINGS = {
  rateCaller: setting(
    'BEANPOD_RATE_CALLER',
    perMinute('Requests in a minute of one token or session; 0 for no limit'),
    6_000,
  ),
  rateAddress: setting(
    'BEANPOD_RATE_ADDRESS',
    perMinute('Requests in a minute of one address that did not prove who it is; 0 for no limit'),
    300,
  ),
  connections: setting(
    'BEANPOD_CONNECTIONS',
    Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      description: 'Connections that one API process has at once; further ones are closed, streams count too',
    }),
    5_000,
  ),
  rateHooks: setting(
    'BEANPOD_RATE_HOOKS',
    perMinute('Deliveries in a minute of one address to hooks; 0 for no limit'),
    1_200,
  ),
  proxies: setting(
    'BEANPOD_PROXIES',
    Type.Integer({
      minimum: 0,
      maximum: 10,
      description:
        'Proxies of your own before the API that add to `X-Forwarded-For`; without it all callers behind one count as one address',
    }),
    0,
  ),
} as const;
