import type { Baseline } from './baseline.js';

/** What of the environment decides how long an update may take. */
export type Pace = Pick<
  Baseline,
  'policy' | 'commandTimeoutS' | 'batchSize' | 'batchType' | 'evaluationMinutes' | 'tier'
> & { readonly instances: readonly unknown[] };

// Elastic Beanstalk adds 240 s to the command timeout of the environment (developer guide, "Deployment policies").
const COMMAND_GRACE_S = 240;
const SETTLE_S = 300;
// Twelve good checks in two minutes make a batch healthy, eighteen in three for a worker.
const BATCH_HEALTH_S = 120;
const WORKER_EXTRA_S = 60;
const ADDITIONAL_BATCH_S = 900;
const LAUNCH_S = 600;

/** Milliseconds after which an update of this environment is given up, by its deployment policy. */
export function updateDeadlineMs(pace: Pace): number {
  return updateSeconds(pace) * 1000;
}

function updateSeconds(pace: Pace): number {
  const command = pace.commandTimeoutS + COMMAND_GRACE_S;
  const batch = command + BATCH_HEALTH_S + (pace.tier === 'Worker' ? WORKER_EXTRA_S : 0);
  const immutable = 2 * (LAUNCH_S + command) + LAUNCH_S;
  switch (pace.policy) {
    case 'Rolling':
      return batches(pace) * batch + SETTLE_S;
    case 'RollingWithAdditionalBatch':
      return batches(pace) * batch + SETTLE_S + ADDITIONAL_BATCH_S;
    case 'Immutable':
      return immutable;
    case 'TrafficSplitting':
      return immutable + pace.evaluationMinutes * 60;
    default:
      return command + SETTLE_S + (pace.tier === 'Worker' ? WORKER_EXTRA_S : 0);
  }
}

/**
 * Milliseconds after which a change of option settings is given up. In the worst case it replaces every instance,
 * one after the other (developer guide, "Configuration changes").
 */
export function configurationDeadlineMs({ instances, commandTimeoutS }: Pace): number {
  const each = LAUNCH_S + commandTimeoutS + COMMAND_GRACE_S;
  return (Math.max(1, instances.length) * each + 2 * SETTLE_S) * 1000;
}

/** How many batches a rolling update takes. */
export function batches(pace: Pick<Pace, 'batchSize' | 'batchType' | 'instances'>): number {
  const count = Math.max(1, pace.instances.length);
  const size = pace.batchType === 'Fixed' ? pace.batchSize : Math.floor((count * pace.batchSize) / 100);
  return Math.ceil(count / Math.max(1, size));
}

/** Whether Elastic Beanstalk undoes a failed update of this policy by itself, leaving the old instances untouched. */
export function revertsByItself(policy: string): boolean {
  return policy === 'Immutable' || policy === 'TrafficSplitting';
}
