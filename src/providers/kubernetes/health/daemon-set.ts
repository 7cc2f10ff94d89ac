import type { KubeObject } from '../object.js';
import { countAt, textAt } from '../watch/fields.js';
import { healthy, progressing, type Health, type HealthContext } from './health.js';

/** Healthy when every node that can run a pod runs a new, available one. A node that is down fails nobody's deployment. */
export function daemonSetHealth(daemonSet: KubeObject, { around }: HealthContext): Health {
  const desired = countAt(daemonSet, 'status', 'desiredNumberScheduled');
  if (desired === 0) return healthy('no node wants it', 'it runs on no node: check its node selector');
  const updated = countAt(daemonSet, 'status', 'updatedNumberScheduled');
  const available = countAt(daemonSet, 'status', 'numberAvailable');
  const stranded = Math.min(around.strandedPods(), desired);
  const wanted = desired - stranded;
  const warning = stranded > 0 ? `${stranded} pods are on nodes that cannot run them` : undefined;
  if (textAt(daemonSet, 'spec', 'updateStrategy', 'type') === 'OnDelete') {
    const old = Math.max(0, desired - updated);
    const note = old > 0 ? `${old} pods are still old; delete them to update them (OnDelete)` : warning;
    if (available < wanted) return progressing(`${available} of ${wanted} pods are available`);
    return healthy(`${available} pods are available`, note);
  }
  if (wanted === 0) return progressing('all of its pods are on nodes that cannot run them at present');
  const fresh = Math.max(0, updated - around.strandedNewPods());
  if (fresh < wanted) return progressing(`${fresh} of ${wanted} pods are new`);
  if (available < wanted) return progressing(`${available} of ${wanted} pods are available`);
  return healthy(`${available} of ${desired} pods are new and available`, warning);
}
