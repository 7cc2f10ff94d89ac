import { failure } from '../../../shared/domain/failures.js';
import { nameOf, type KubeObject } from '../object.js';
import { textAt } from '../watch/fields.js';
import { refOf } from './gate.js';
import { degraded, healthy, progressing, type Health, type HealthContext } from './health.js';

/** How long provisioning may fail, in milliseconds: provisioners try again by themselves. */
const PROVISIONING_MS = 60_000;

/**
 * Bound is healthy. So is Pending where the storage class waits for the first pod: waiting for such a claim before
 * its pod exists would never end.
 */
export function claimHealth(claim: KubeObject, { around, ages }: HealthContext): Health {
  const name = nameOf(refOf(claim));
  const phase = textAt(claim, 'status', 'phase') ?? 'Pending';
  if (phase === 'Bound') return healthy('it is bound');
  if (phase === 'Lost') {
    return degraded(failure('k8s.volume-lost', `${name} has lost its volume`));
  }
  const trouble = around.warning('ProvisioningFailed');
  if (trouble !== undefined && ages.of(`${claim.metadata.uid}/provisioning`) >= PROVISIONING_MS) {
    return degraded(failure('k8s.volume-lost', `No volume could be made for ${name}: ${trouble}`));
  }
  const mode = around.bindingMode(textAt(claim, 'spec', 'storageClassName') ?? '');
  if (mode === 'WaitForFirstConsumer') return healthy('it waits for its first pod');
  return progressing(trouble ?? `it is ${phase}`);
}
