import { refusalOf } from '../s3/refusals.js';
import type { Behaviour } from './behaviour.js';
import { ServiceError } from './service-error.js';
import type { Site } from './site.js';

/** Refuses the UpdateEnvironment at hand when the scenario wants it refused first, and arms the further refusals. */
export function refuseBefore(site: Site, behaviour: Behaviour, accessKeyId: string): void {
  for (const request of behaviour.faultsBefore) site.faults.add(request);
  if (behaviour.faultsBefore.length === 0) return;
  const fault = site.faults.take('UpdateEnvironment', accessKeyId);
  const refusal = fault === undefined ? undefined : refusalOf(fault.kind);
  if (refusal !== undefined) throw new ServiceError(refusal.code, refusal.message, refusal.status);
}

/** Arms the faults of a scenario once its deployment was accepted. */
export function armFaults(site: Site, behaviour: Behaviour, accessKeyId: string): void {
  for (const { caller, inMs = 0, ...request } of behaviour.faultsAfter) {
    const bound = caller === undefined ? request : { ...request, accessKeyId };
    site.clock.after(inMs, () => site.faults.add(bound));
  }
}
