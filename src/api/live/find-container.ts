import type { PodsView } from '../../shared/contract/live-pods.js';
import type { Claims } from '../../shared/live/ticket.js';
import { Refusal } from '../refusal.js';
import type { GatewayClient } from './gateway-client.js';

/** A container of a target that runs, with the pod that it is in at this moment. Throws a Refusal when there is none. */
export async function findContainer(
  gateway: GatewayClient,
  claims: Claims,
  wanted: { readonly pod: string; readonly container?: string },
  signal: AbortSignal,
): Promise<NonNullable<Claims['pod']>> {
  const { pods } = await gateway.ask<PodsView>({ ...claims, purpose: 'pods' }, { follow: false }, signal);
  const pod = pods.find(({ name }) => name === wanted.pod);
  if (!pod)
    throw new Refusal(
      'live.pod-unknown',
      `${claims.service} in ${claims.environment} has no pod ${wanted.pod}`,
    );
  const { name, uid, containers } = pod;
  const container = containers.find((each) =>
    wanted.container === undefined ? each.role === 'main' : each.name === wanted.container,
  );
  if (container?.state === 'running') return { name, uid, container: container.name };
  const which = wanted.container ?? container?.name ?? 'a container';
  throw new Refusal('live.container-stopped', `${which} of ${name} is ${container?.state ?? 'not there'}`);
}
