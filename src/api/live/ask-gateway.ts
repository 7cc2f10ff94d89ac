import type { Claims } from '../../shared/live/ticket.js';
import type { Configuration } from '../../shared/store/configuration.js';
import { Refusal } from '../refusal.js';
import type { Caller } from '../access/caller.js';
import { findTarget } from '../use-cases/judge-request.js';
import type { GatewayClient } from './gateway-client.js';

export interface GatewayDeps {
  readonly configuration: Pick<Configuration, 'current' | 'refresh'>;
  /** Absent when no gateway is configured. */
  readonly gateway?: GatewayClient | undefined;
}

/** The gateway; throws a Refusal when the API knows none. */
export function knownGateway({ gateway }: Pick<GatewayDeps, 'gateway'>): GatewayClient {
  if (gateway) return gateway;
  throw new Refusal('live.no-gateway', 'BEANPOD_GATEWAY_URL is not set on the API');
}

interface Place {
  readonly service: string;
  readonly environment: string;
}

/** What the API vouches for at the gateway. Throws a Refusal when there is no such target. */
export async function claimsOf(
  { configuration }: Pick<GatewayDeps, 'configuration'>,
  { service, environment }: Place,
  caller: Caller,
  what: Pick<Claims, 'purpose' | 'pod' | 'shell'>,
): Promise<Claims> {
  await findTarget(configuration, service, environment);
  return { ...what, service, environment, person: { id: caller.id, name: caller.name } };
}
