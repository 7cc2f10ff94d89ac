import type { KubeObject } from '../object.js';
import { valueAt } from '../watch/fields.js';
import { healthy, type Health } from './health.js';

/** Kinds that do nothing by themselves are healthy as soon as they are applied. */
export function appliedHealth(object: KubeObject): Health {
  const isHeld = object.kind === 'CronJob' && valueAt(object, 'spec', 'suspend') === true;
  return healthy('it is applied', isHeld ? 'it is suspended: no Job will be made' : undefined);
}
