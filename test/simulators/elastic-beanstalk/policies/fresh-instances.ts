import { splittingOf } from '../configuration.js';
import { idList, launchInstance, removeInstances } from '../instances.js';
import { keepLogs } from '../log-collection.js';
import type { Instance } from '../model.js';
import { deployBatch, report } from './batch.js';
import type { Rollout, Stage } from './batch.js';

/** New instances in a temporary group take over when they are healthy; on failure they go and the old ones stay untouched. */
export function* immutable(rollout: Rollout): Stage {
  const old = [...rollout.environment.instances];
  report(
    rollout,
    'INFO',
    'Immutable deployment policy enabled. Launching one instance with the new settings to verify health.',
  );
  const fresh: Instance[] = [];
  prepareGroup(rollout, fresh);
  const firstFailed = yield* launchFresh(rollout, fresh, { count: 1, of: old.length > 1 ? 2 : 1, number: 1 });
  if (firstFailed.length > 0) return yield* dropFresh(rollout, fresh, firstFailed);
  yield 60_000;
  if (old.length > 1) {
    report(
      rollout,
      'INFO',
      `Test instance passed health checks. Launching ${old.length - 1} additional instance(s).`,
    );
    const failed = yield* launchFresh(rollout, fresh, { count: old.length - 1, of: 2, number: 2 });
    if (failed.length > 0) return yield* dropFresh(rollout, fresh, failed);
    yield 60_000;
  }
  return yield* takeOver(rollout, old);
}

/** New instances get a share of the traffic for a while, then all of it; on failure the traffic goes back. */
export function* trafficSplitting(rollout: Rollout): Stage {
  const { environment } = rollout;
  const old = [...environment.instances];
  const { percent, evaluationMs } = splittingOf(environment);
  report(rollout, 'INFO', 'Traffic splitting deployment policy enabled. Launching new instances.');
  const fresh: Instance[] = [];
  prepareGroup(rollout, fresh);
  const failed = yield* launchFresh(rollout, fresh, { count: old.length, of: 1, number: 1 });
  if (failed.length > 0) return yield* dropFresh(rollout, fresh, failed);
  for (const instance of old) instance.weight = (100 - percent) / old.length;
  for (const instance of fresh) instance.weight = percent / fresh.length;
  report(rollout, 'INFO', `Sending ${percent} percent of the traffic to the new version.`);
  yield evaluationMs;
  report(rollout, 'INFO', 'Shifting all traffic to the new version.');
  return yield* takeOver(rollout, old);
}

function prepareGroup(rollout: Rollout, fresh: Instance[]): void {
  const { site, environment, operation } = rollout;
  operation.giveUp = () => {
    removeInstances(environment, fresh);
    for (const instance of environment.instances) instance.weight = 1;
  };
  const group = `awseb-${environment.id}-immutable-stack-AWSEBAutoScalingGroup-${site.chance.ids.hex(8)}`;
  report(rollout, 'INFO', `Created temporary auto scaling group ${group}.`);
}

function* launchFresh(
  rollout: Rollout,
  fresh: Instance[],
  wave: { readonly count: number; readonly of: number; readonly number: number },
): Stage {
  const { site, environment } = rollout;
  yield 120_000;
  const launched = Array.from({ length: wave.count }, (_, index) => {
    const { label, deploymentId } = environment;
    return launchInstance(site, { label, deploymentId, index });
  });
  for (const instance of launched) {
    instance.inService = false;
    report(rollout, 'INFO', `Added instance [${instance.id}] to your environment.`);
  }
  fresh.push(...launched);
  environment.instances.push(...launched);
  const failed = yield* deployBatch(rollout, { number: wave.number, of: wave.of, instances: launched });
  for (const instance of launched) instance.inService = !failed.includes(instance);
  return rollout.operation.behaviour.ending === 'normal' ? failed : [];
}

function* dropFresh(rollout: Rollout, fresh: readonly Instance[], failed: readonly Instance[]): Stage {
  yield 30_000;
  keepLogs(rollout.site, rollout.environment, failed);
  rollout.operation.giveUp();
  report(rollout, 'INFO', `Terminated the instance(s) ${idList(fresh)} of the temporary auto scaling group.`);
  return failed;
}

// The last phase: from here on the update cannot be aborted any more.
function* takeOver(rollout: Rollout, old: readonly Instance[]): Stage {
  const { environment, operation } = rollout;
  operation.abortable = false;
  report(rollout, 'INFO', 'Attached new instance(s) to the permanent auto scaling group.');
  yield 60_000;
  removeInstances(environment, old);
  for (const instance of environment.instances) instance.weight = 1;
  report(rollout, 'INFO', `Removed instance(s) ${idList(old)} from your environment.`);
  yield 60_000;
  return [];
}
