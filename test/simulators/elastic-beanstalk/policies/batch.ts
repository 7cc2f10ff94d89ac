import { beginDeployment, completeDeployment, failDeployment } from '../instances.js';
import type { Environment, Instance, Operation } from '../model.js';
import { say } from '../site.js';
import type { Site } from '../site.js';

/** What a policy works on. */
export interface Rollout {
  readonly site: Site;
  readonly environment: Environment;
  readonly operation: Operation;
}

/** A part of a rollout: yields virtual milliseconds to wait, gives the instances that failed. */
export type Stage = Generator<number, readonly Instance[], void>;

/** Instances of one batch, and which batch it is, counted from 1. */
export interface Batch {
  readonly number: number;
  readonly of: number;
  readonly instances: readonly Instance[];
}

/** Writes an event of the rollout's operation. */
export function report(rollout: Rollout, severity: 'INFO' | 'WARN' | 'ERROR', message: string): void {
  say(rollout.site, rollout.environment, { severity, message, operation: rollout.operation });
}

/** Brings the version to the instances of one batch, all at the same time. */
export function* deployBatch(rollout: Rollout, batch: Batch): Stage {
  const { site, operation } = rollout;
  const { behaviour } = operation;
  const wait = (ms: number): number => (behaviour.haste === 'fast' ? 100 : ms);
  const lastOfAll = batch.number === batch.of ? batch.instances.at(-1) : undefined;
  const overlooked = behaviour.leavesOne ? lastOfAll : undefined;
  const reached = batch.instances.filter((instance) => instance !== overlooked);
  const doomed = reached.filter((instance) => isDoomed(instance, lastOfAll, { rollout, batch }));
  for (const instance of reached) beginDeployment(site, instance, operation);
  if (behaviour.ending === 'never') yield* never(behaviour.endsAfterMs);
  yield wait(18_000);
  for (const instance of reached) instance.running = false;
  yield wait(6_000);
  const good = reached.filter((instance) => !doomed.includes(instance));
  for (const instance of good) completeDeployment(site, instance, operation);
  if (overlooked !== undefined) overlooked.overlooked = true;
  for (const _ of [...good, ...(overlooked === undefined ? [] : [overlooked])]) {
    report(rollout, 'INFO', 'Instance deployment completed successfully.');
  }
  if (doomed.length === 0 || behaviour.ending === 'timeouts') return doomed;
  yield wait(17_000);
  for (const instance of doomed) failDeployment(site, instance, operation);
  report(rollout, 'ERROR', "Instance deployment failed. For details, see 'eb-engine.log'.");
  yield wait(4_000);
  reportFailures(rollout, { good, doomed });
  return doomed;
}

function isDoomed(
  instance: Instance,
  lastOfAll: Instance | undefined,
  { rollout, batch }: { rollout: Rollout; batch: Batch },
): boolean {
  const { failing } = rollout.operation.behaviour;
  switch (failing) {
    case 'none':
      return false;
    case 'all':
      return true;
    case 'last':
      return instance === lastOfAll;
    case 'batch-2':
      // Where there is one batch only, its last instance stands for the second.
      return batch.of === 1 ? instance === lastOfAll : batch.number >= 2;
  }
}

function reportFailures(
  rollout: Rollout,
  counts: { good: readonly Instance[]; doomed: readonly Instance[] },
): void {
  const { exitCode, output } = rollout.operation.behaviour.failure;
  for (const instance of counts.doomed) {
    report(
      rollout,
      'ERROR',
      `[Instance: ${instance.id}] Command failed on instance. Return code: ${exitCode} Output: ${output.replaceAll('\n', ' ')}.`,
    );
  }
  report(
    rollout,
    'INFO',
    `Command execution completed on all instances. Summary: [Successful: ${counts.good.length}, Failed: ${counts.doomed.length}].`,
  );
}

function* never(endsAfterMs: number | undefined): Generator<number, void, void> {
  if (endsAfterMs !== undefined) {
    yield endsAfterMs;
    return;
  }
  for (;;) yield 3_600_000;
}
