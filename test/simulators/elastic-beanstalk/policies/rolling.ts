import { batchSizeOf } from '../configuration.js';
import { idList, launchInstance, removeInstances } from '../instances.js';
import type { Instance } from '../model.js';
import { deployBatch, report } from './batch.js';
import type { Batch, Rollout, Stage } from './batch.js';

/** Batch after batch, each out of service while it changes. A failed batch stays out of service and ends the rollout. */
export function* rolling(rollout: Rollout): Stage {
  const instances = [...rollout.environment.instances];
  report(rollout, 'INFO', 'Deploying new version to instance(s).');
  return yield* rollThrough(rollout, batchesOf(instances, batchSizeOf(rollout.environment)));
}

/** As rolling, after an additional batch was launched, so that capacity is kept; that batch goes away at the end. */
export function* rollingWithAdditionalBatch(rollout: Rollout): Stage {
  const { site, environment, operation } = rollout;
  const size = batchSizeOf(environment);
  const existing = [...environment.instances];
  report(
    rollout,
    'INFO',
    `Rolling with Additional Batch deployment policy enabled. Launching a new batch of ${size} additional instance(s).`,
  );
  yield 60_000;
  const additional = Array.from({ length: size }, (_, index) => {
    return launchInstance(site, { label: environment.label, deploymentId: environment.deploymentId, index });
  });
  environment.instances.push(...additional);
  operation.giveUp = () => removeInstances(environment, additional);
  for (const instance of additional)
    report(rollout, 'INFO', `Added instance [${instance.id}] to your environment.`);
  const batches = batchesOf(existing, size);
  const of = batches.length + 1;
  const failedFirst = yield* rollThrough(rollout, [{ number: 1, of, instances: additional }]);
  const failed =
    failedFirst.length > 0
      ? failedFirst
      : yield* rollThrough(
          rollout,
          batches.map((batch) => ({ ...batch, number: batch.number + 1, of })),
        );
  removeInstances(environment, additional);
  report(rollout, 'INFO', `Removed instance(s) ${idList(additional)} from your environment.`);
  return failed;
}

function* rollThrough(rollout: Rollout, batches: readonly Batch[]): Stage {
  const overdue: Instance[] = [];
  for (const batch of batches) {
    const { number, instances } = batch;
    yield 8_000;
    report(
      rollout,
      'INFO',
      `Batch ${number}: Starting application deployment on instance(s) ${idList(instances)}.`,
    );
    report(
      rollout,
      'INFO',
      `Batch ${number}: De-registering instance(s) from the load balancer and waiting for them to be out of service.`,
    );
    for (const instance of instances) instance.inService = false;
    yield 20_000;
    const failed = yield* deployBatch(rollout, batch);
    if (failed.length > 0 && rollout.operation.behaviour.ending === 'normal') return failed;
    overdue.push(...failed);
    report(
      rollout,
      'INFO',
      `Batch ${number}: Registering instance(s) with the load balancer and waiting for them to be healthy.`,
    );
    yield 90_000;
    for (const instance of instances) instance.inService = !failed.includes(instance);
    report(rollout, 'INFO', `Batch ${number}: Completed application deployment.`);
  }
  return overdue;
}

function batchesOf(instances: readonly Instance[], size: number): readonly Batch[] {
  const of = Math.ceil(instances.length / size);
  return Array.from({ length: of }, (_, index) => {
    return { number: index + 1, of, instances: instances.slice(index * size, (index + 1) * size) };
  });
}
