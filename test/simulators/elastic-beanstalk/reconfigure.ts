import { withOption, withoutOption } from './configuration.js';
import type { Change } from './deployment.js';
import type { Course } from './engine.js';
import type { AppBehaviour } from './behaviour.js';
import type { Instance } from './model.js';
import { report } from './policies/batch.js';
import type { Rollout } from './policies/batch.js';

/** How the application of an instance did before settings made it do otherwise. */
const before = new WeakMap<Instance, AppBehaviour>();

/** A change of settings alone: the version stays, every instance gets a new deployment id. */
export function* reconfigure(rollout: Rollout, change: Change): Course {
  const { environment, operation } = rollout;
  report(rollout, 'INFO', `Updating environment ${environment.name}'s configuration settings.`);
  yield 20_000;
  if (operation.behaviour.ending === 'never') yield operation.behaviour.endsAfterMs ?? 36_000_000;
  if (operation.behaviour.failing !== 'none') {
    report(rollout, 'ERROR', 'Failed to deploy configuration.');
    yield 20_000;
    report(rollout, 'WARN', 'The environment was reverted to the previous configuration setting.');
    return { label: 'old', result: 'failed' };
  }
  applyOptions(rollout, change);
  for (const instance of environment.instances) {
    if (instance.deploymentStatus === 'Deployed') instance.deploymentId = operation.deploymentId;
    takeBehaviour(rollout, instance);
  }
  report(rollout, 'INFO', 'Successfully deployed new configuration to environment.');
  yield 2_000;
  report(rollout, 'INFO', 'Environment update completed successfully.');
  return { label: 'new', result: 'good' };
}

/** Puts the settings of a change in force. */
export function applyOptions({ environment }: Rollout, change: Change): void {
  for (const option of change.optionsToRemove)
    environment.options = withoutOption(environment.options, option);
  for (const option of change.options) environment.options = withOption(environment.options, option);
}

function takeBehaviour({ site, operation }: Rollout, instance: Instance): void {
  const { app } = operation.behaviour;
  const earlier = before.get(instance);
  if (app.state !== 'ok') {
    before.set(instance, earlier ?? instance.app);
    instance.app = app;
    instance.appSince = site.clock.now();
  } else if (earlier !== undefined) {
    before.delete(instance);
    instance.app = earlier;
    instance.appSince = site.clock.now();
  }
}
