import { failure } from '../../../shared/domain/failures.js';
import { nameOf, type KubeObject } from '../object.js';
import { countAt, textAt, valueAt } from '../watch/fields.js';
import { conditionOf, type Condition } from './condition.js';
import { refOf } from './gate.js';
import { degraded, healthy, progressing, suspended, type Health, type HealthContext } from './health.js';

/** A Job must have ended well, unless its owner says that a start is enough. A failed Job never counts. */
export function jobHealth(job: KubeObject, { jobMust = 'complete' }: HealthContext): Health {
  const failed = trueCondition(job, 'Failed', 'FailureTarget');
  if (failed) {
    const why = [failed.reason, failed.message].filter((part) => part !== '').join(' – ');
    return degraded(failure('k8s.job-failed', `${nameOf(refOf(job))} failed: ${why}`));
  }
  if (trueCondition(job, 'Complete', 'SuccessCriteriaMet')) return healthy('it ended well');
  if (valueAt(job, 'spec', 'suspend') === true) return suspended('it is suspended');
  if (jobMust === 'start' && textAt(job, 'status', 'startTime') !== undefined)
    return healthy('it has started');
  const active = countAt(job, 'status', 'active');
  const bad = countAt(job, 'status', 'failed');
  return progressing(`${active} pods are at work${bad > 0 ? `, ${bad} have failed` : ''}`);
}

/** The two names of each are the final condition and the one that announces it. */
function trueCondition(job: KubeObject, ...types: readonly string[]): Condition | undefined {
  return types
    .map((type) => conditionOf(job, type))
    .find((condition) => condition !== undefined && condition.status === 'True');
}
