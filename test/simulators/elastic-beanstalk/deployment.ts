import type { Behaviour } from './behaviour.js';
import { optionValue, policyOf } from './configuration.js';
import { begin } from './engine.js';
import type { Course } from './engine.js';
import { completeDeployment, withdrawDeployment } from './instances.js';
import type { Environment, Instance, Operation, OptionSetting, Version } from './model.js';
import { writeDeploymentLog } from './log-collection.js';
import { allAtOnce } from './policies/all-at-once.js';
import { report } from './policies/batch.js';
import type { Rollout, Stage } from './policies/batch.js';
import { immutable, trafficSplitting } from './policies/fresh-instances.js';
import { applyOptions, reconfigure } from './reconfigure.js';
import { rolling, rollingWithAdditionalBatch } from './policies/rolling.js';
import type { Site } from './site.js';

/** A change of an environment that was accepted: a version, settings, or both. */
export interface Change {
  readonly requestId: string;
  readonly behaviour: Behaviour;
  readonly version: Version | undefined;
  readonly options: readonly OptionSetting[];
  readonly optionsToRemove: readonly Pick<OptionSetting, 'namespace' | 'name'>[];
}

/** Starts to bring a change to an environment, which must be Ready. */
export function startUpdate(site: Site, environment: Environment, change: Change): void {
  const deploys = change.version !== undefined;
  environment.lastDeploymentId += 1;
  const operation: Operation = {
    kind: deploys ? 'deploy' : 'configure',
    requestId: change.requestId,
    startedAt: site.clock.now(),
    behaviour: change.behaviour,
    label: change.version?.label ?? environment.label,
    deploymentId: environment.lastDeploymentId,
    abortable: change.behaviour.abortable,
    giveUp: () => undefined,
  };
  environment.logBehaviour = change.behaviour.logs;
  const rollout = { site, environment, operation };
  begin(site, environment, { operation, status: 'Updating', course: update(rollout, change) });
  if (deploys && change.behaviour.failsNext > 0) {
    const match = { environment: environment.name };
    site.scenarios.add({ match, scenario: 'deploy-fail', times: change.behaviour.failsNext });
  }
}

/** Stops an update: some of the instances it was busy with have the new version by then, the label stays the old one. */
export function abortUpdate(site: Site, environment: Environment, requestId: string): void {
  const aborted = environment.operation;
  if (aborted === undefined) return;
  const operation: Operation = { ...aborted, kind: 'abort', requestId, abortable: false };
  const rollout = { site, environment, operation };
  begin(site, environment, { operation, status: 'Aborting', course: abort(rollout, aborted) });
}

function* update(rollout: Rollout, change: Change): Course {
  const { environment, operation } = rollout;
  const fast = operation.behaviour.haste === 'fast';
  report(rollout, 'INFO', 'Environment update is starting.');
  flood(rollout);
  yield fast ? 200 : 5_000;
  if (change.version === undefined) return yield* reconfigure(rollout, change);
  const configures = change.options.length + change.optionsToRemove.length > 0;
  if (configures) {
    report(rollout, 'INFO', `Updating environment ${environment.name}'s configuration settings.`);
    yield 20_000;
  }
  const failed = yield* policyStage(rollout);
  writeDeploymentLog(rollout.site, environment, failed);
  if (failed.length > 0 && operation.behaviour.ending === 'normal') return yield* fail(rollout, failed);
  if (operation.behaviour.ending === 'never') return yield* fail(rollout, environment.instances);
  if (configures) {
    applyOptions(rollout, change);
    report(rollout, 'INFO', 'Successfully deployed new configuration to environment.');
  }
  yield fast ? 100 : 2_000;
  report(rollout, 'INFO', 'New application version was deployed to running EC2 instances.');
  if (operation.behaviour.ending !== 'normal') return yield* endWithTrouble(rollout, failed);
  report(rollout, 'INFO', 'Environment update completed successfully.');
  return { label: 'new', result: 'good' };
}

function policyStage(rollout: Rollout): Stage {
  switch (policyOf(rollout.environment)) {
    case 'AllAtOnce':
      return allAtOnce(rollout);
    case 'Rolling':
      return rolling(rollout);
    case 'RollingWithAdditionalBatch':
      return rollingWithAdditionalBatch(rollout);
    case 'Immutable':
      return immutable(rollout);
    case 'TrafficSplitting':
      return trafficSplitting(rollout);
  }
}

function* fail(rollout: Rollout, failed: readonly Instance[]): Course {
  const { behaviour } = rollout.operation;
  const fast = behaviour.haste === 'fast';
  const ids = failed.map((instance) => instance.id).join(', ');
  report(
    rollout,
    'ERROR',
    `Unsuccessful command execution on instance id(s) '${ids}'. Aborting the operation.`,
  );
  yield fast ? 200 : 32_000;
  if (behaviour.says === 'all') report(rollout, 'ERROR', 'Failed to deploy application.');
  yield fast ? 200 : 3_000;
  return { label: 'old', result: 'failed' };
}

function* endWithTrouble(rollout: Rollout, failed: readonly Instance[]): Course {
  if (rollout.operation.behaviour.ending === 'errors') {
    report(
      rollout,
      'ERROR',
      'Update environment operation is complete, but with errors. For more information, see troubleshooting documentation.',
    );
    return { label: 'new', result: 'failed' };
  }
  const timeout = Number(optionValue(rollout.environment, 'aws:elasticbeanstalk:command', 'Timeout'));
  // Elastic Beanstalk adds 240 seconds to the command timeout ("Deployment options").
  yield (timeout + 240) * 1_000;
  const ids = failed.map((instance) => instance.id).join(', ');
  report(
    rollout,
    'WARN',
    `The following instances have not responded in the allowed command timeout time (they might still finish eventually on their own): [${ids}].`,
  );
  report(
    rollout,
    'ERROR',
    'Update environment operation is complete, but with command timeouts. Try increasing the timeout period. For more information, see troubleshooting documentation.',
  );
  return { label: 'new', result: 'failed' };
}

function* abort(rollout: Rollout, aborted: Operation): Course {
  const { site, environment } = rollout;
  report(rollout, 'INFO', 'Environment update is being aborted.');
  yield 10_000;
  aborted.giveUp();
  const busy = environment.instances.filter((instance) => instance.deploymentStatus === 'In Progress');
  const finished = busy.slice(0, Math.ceil(busy.length / 2));
  for (const instance of busy) {
    if (finished.includes(instance)) completeDeployment(site, instance, aborted);
    else withdrawDeployment(instance);
  }
  for (const instance of environment.instances) {
    if (instance.deploymentStatus === 'Deployed') instance.inService = true;
  }
  yield 5_000;
  report(
    rollout,
    'WARN',
    'During an aborted deployment, some instances may have deployed the new application version. To ensure all instances are running the same version, re-deploy the appropriate application version.',
  );
  return { label: 'old', result: 'failed' };
}

function flood(rollout: Rollout): void {
  const { flood: count } = rollout.operation.behaviour.events;
  for (let n = 1; n <= count; n += 1) report(rollout, 'INFO', `Progress note ${n} of ${count}.`);
}
