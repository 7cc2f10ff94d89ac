import type { KubeObject } from '../object.js';
import { countAt } from '../watch/fields.js';
import { healthy, type Health } from './health.js';

/** A disruption budget blocks drains and evictions, never a rolling update; so it only warns. */
export function disruptionBudgetHealth(budget: KubeObject): Health {
  const expected = countAt(budget, 'status', 'expectedPods');
  const isTight = expected > 0 && countAt(budget, 'status', 'disruptionsAllowed') === 0;
  return healthy('it is applied', isTight ? 'it allows no disruption: nodes cannot be drained' : undefined);
}
