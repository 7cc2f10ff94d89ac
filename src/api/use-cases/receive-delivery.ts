import type { Hook } from '../../shared/contract/hook.js';
import type { Seal } from '../../shared/secrets/seal.js';
import type { Configuration } from '../../shared/store/configuration.js';
import type { StoredDelivery } from '../../shared/store/deliveries.js';
import { openSecrets } from '../hooks/hook-secrets.js';
import { proveDelivery, type HeaderOf, type Proof } from '../hooks/signature.js';
import { Refusal } from '../refusal.js';
import { carryOutDelivery, type CarryOutDeps } from './carry-out-delivery.js';

/** What receiving needs of the world around it. */
export interface ReceiveDeps extends CarryOutDeps {
  readonly configuration: Configuration;
  readonly seal?: Seal | undefined;
}

/** A delivery as it came in. */
export interface Arrival {
  readonly hook: string;
  readonly header: HeaderOf;
  readonly body: Uint8Array;
  readonly now: number;
}

/** Compared with when there is no such hook, so that the answer takes as long. */
const DECOY: Hook = { sender: 'github', secrets: [] };

/**
 * Proves a delivery, carries it out and notes what came of it. Throws the same 401 for an unknown hook and for a wrong
 * signature. What cannot be carried out now, as when the store is away, is thrown on and may be sent again.
 */
export async function receiveDelivery(deps: ReceiveDeps, arrival: Arrival): Promise<StoredDelivery> {
  const hook = (await deps.configuration.refresh()).hooks.get(arrival.hook);
  const proof = prove(deps.seal, hook, arrival);
  if (proof.said === 'refused' || !hook) {
    if (hook && proof.said === 'refused')
      await deps.deliveries.add(arrival.hook, { outcome: 'refused', reason: proof.reason, deployments: [] });
    throw new Refusal('hook.refused', 'There is no such hook, or the delivery is not signed by its secret');
  }
  const { delivery, event } = proof;
  const about = {
    ...(delivery !== undefined && { delivery }),
    ...(event !== undefined && { event }),
    ...(deps.seal && {
      body: deps.seal.close(Buffer.from(arrival.body).toString('utf8'), bodyOf(arrival.hook)),
    }),
  };
  if (delivery !== undefined && !(await deps.deliveries.isNew(arrival.hook, delivery))) {
    const { body: _, ...seen } = about;
    return deps.deliveries.add(arrival.hook, {
      ...seen,
      outcome: 'duplicate',
      reason: 'It was delivered before',
      deployments: [],
    });
  }
  try {
    const sent = { name: arrival.hook, hook, event, key: delivery, body: arrival.body };
    const outcome = await carryOutDelivery(deps, sent);
    return await deps.deliveries.add(arrival.hook, { ...about, ...outcome });
  } catch (error) {
    if (delivery !== undefined) await deps.deliveries.forget(arrival.hook, delivery);
    throw error;
  }
}

/** Carries a kept delivery out once more, by the hook as it is configured now. */
export async function replayDelivery(
  deps: ReceiveDeps,
  name: string,
  hook: Hook,
  { id, body, delivery, event }: StoredDelivery,
): Promise<StoredDelivery> {
  if (!deps.seal || body === undefined)
    throw new Refusal('delivery.not-kept', `The body of delivery ${id} is not kept`);
  const bytes = Buffer.from(deps.seal.open(body, bodyOf(name)), 'utf8');
  const key = `${id}:replay:${Date.now()}`;
  const outcome = await carryOutDelivery(deps, { name, hook, event, key, body: bytes });
  return deps.deliveries.add(name, {
    ...(delivery !== undefined && { delivery }),
    ...(event !== undefined && { event }),
    body,
    ...outcome,
    reason: `Replayed: ${outcome.reason}`,
  });
}

const bodyOf = (hook: string) => `delivery:${hook}`;

function prove(
  seal: Seal | undefined,
  hook: Hook | undefined,
  { hook: name, header, body, now }: Arrival,
): Proof {
  const { sender } = hook ?? DECOY;
  const secrets = hook && seal ? openSecrets(name, hook, seal) : [''];
  const proofs = secrets.map((secret) => proveDelivery(sender, secret, header, body, now));
  const [first] = proofs;
  return (
    proofs.find(({ said }) => hook !== undefined && seal !== undefined && said === 'proven') ??
    (first?.said === 'refused'
      ? first
      : { said: 'refused', reason: 'No key is configured to open its secrets' })
  );
}
