import { failure } from '../../../shared/domain/failures.js';
import { nameOf, type KubeObject } from '../object.js';
import { conditionsOf, conditionText } from './condition.js';
import { refOf } from './gate.js';
import { degraded, healthy, progressing, type Health, type HealthContext } from './health.js';

/** How long it may fail to find what it scales, in milliseconds. */
const BLIND_MS = 60_000;

/** Reasons that no amount of metrics will cure: it points to nothing. */
const WRONG = new Set(['InvalidSelector', 'FailedGetScale']);

/** An autoscaler without metrics is normal for its first minutes; one that points to nothing is a mistake. */
export function autoscalerHealth(autoscaler: KubeObject, { ages }: HealthContext): Health {
  const bad = conditionsOf(autoscaler).filter(
    ({ type, status, reason }) =>
      (type === 'AbleToScale' || type === 'ScalingActive') &&
      status === 'False' &&
      reason !== 'ScalingDisabled',
  );
  const wrong = bad.find(({ reason }) => WRONG.has(reason));
  if (wrong) {
    const said = `${nameOf(refOf(autoscaler))}: ${conditionText(wrong)}`;
    if (ages.of(`${autoscaler.metadata.uid}/blind`) < BLIND_MS) return progressing(said);
    return degraded(failure('k8s.autoscaler-blind', said));
  }
  const [first] = bad;
  return healthy('it is applied', first && conditionText(first));
}
