import type { Environment, OptionSetting } from './model.js';

/** How a deployment reaches the instances (option DeploymentPolicy of aws:elasticbeanstalk:command). */
export type DeploymentPolicy =
  'AllAtOnce' | 'Rolling' | 'RollingWithAdditionalBatch' | 'Immutable' | 'TrafficSplitting';

/** The deployment policies, for validation. */
const deploymentPolicies: readonly DeploymentPolicy[] = [
  'AllAtOnce',
  'Rolling',
  'RollingWithAdditionalBatch',
  'Immutable',
  'TrafficSplitting',
];

const command = 'aws:elasticbeanstalk:command';
const splitting = 'aws:elasticbeanstalk:trafficsplitting';

/** Defaults as in "Configuration options: general options for all environments"; per-instance counts are added by the seed. */
const defaults: readonly (readonly [string, string, string])[] = [
  [command, 'DeploymentPolicy', 'AllAtOnce'],
  [command, 'Timeout', '600'],
  [command, 'BatchSizeType', 'Percentage'],
  [command, 'BatchSize', '30'],
  [command, 'IgnoreHealthCheck', 'false'],
  [splitting, 'NewVersionPercent', '10'],
  [splitting, 'EvaluationTime', '5'],
  ['aws:elasticbeanstalk:healthreporting:system', 'SystemType', 'enhanced'],
  ['aws:elasticbeanstalk:healthreporting:system', 'HealthCheckSuccessThreshold', 'Ok'],
  ['aws:elasticbeanstalk:environment', 'EnvironmentType', 'LoadBalanced'],
  ['aws:elasticbeanstalk:environment', 'LoadBalancerType', 'application'],
  ['aws:elasticbeanstalk:environment', 'ServiceRole', 'aws-elasticbeanstalk-service-role'],
  ['aws:autoscaling:asg', 'MinSize', '1'],
  ['aws:autoscaling:asg', 'MaxSize', '4'],
  ['aws:autoscaling:updatepolicy:rollingupdate', 'RollingUpdateType', 'Time'],
  ['aws:autoscaling:updatepolicy:rollingupdate', 'Timeout', 'PT30M'],
  ['aws:autoscaling:launchconfiguration', 'IamInstanceProfile', 'aws-elasticbeanstalk-ec2-role'],
  ['aws:elasticbeanstalk:application', 'Application Healthcheck URL', '/'],
  ['aws:elasticbeanstalk:cloudwatch:logs', 'StreamLogs', 'false'],
  ['aws:elasticbeanstalk:managedactions', 'ManagedActionsEnabled', 'false'],
  ['aws:elasticbeanstalk:managedactions', 'PreferredStartTime', 'Tue:09:00'],
];

/** The options of an environment that was given `own`. */
export function withDefaults(own: readonly OptionSetting[]): OptionSetting[] {
  const all = defaults.map(([namespace, name, value]) => ({ namespace, name, value }));
  return own.reduce(withOption, all);
}

/** The options with one of them set anew. */
export function withOption(options: OptionSetting[], option: OptionSetting): OptionSetting[] {
  return [...withoutOption(options, option), option];
}

/** The options with one of them removed; options with a default fall back to it. */
export function withoutOption(
  options: readonly OptionSetting[],
  option: Pick<OptionSetting, 'namespace' | 'name'>,
): OptionSetting[] {
  return options.filter((other) => other.namespace !== option.namespace || other.name !== option.name);
}

/** The value of an option, or its default, or an empty text. */
export function optionValue(
  environment: Pick<Environment, 'options'>,
  namespace: string,
  name: string,
): string {
  const own = environment.options.find((option) => option.namespace === namespace && option.name === name);
  const fallback = defaults.find((option) => option[0] === namespace && option[1] === name);
  return own?.value ?? fallback?.[2] ?? '';
}

/** The deployment policy in force; a single instance without a load balancer knows AllAtOnce and Immutable alone. */
export function policyOf(environment: Environment): DeploymentPolicy {
  const value = optionValue(environment, command, 'DeploymentPolicy');
  const policy = deploymentPolicies.find((known) => known === value) ?? 'AllAtOnce';
  const isSingle =
    optionValue(environment, 'aws:elasticbeanstalk:environment', 'EnvironmentType') === 'SingleInstance';
  return isSingle && policy !== 'Immutable' ? 'AllAtOnce' : policy;
}

/** How many instances a rolling batch holds; at least one. */
export function batchSizeOf(environment: Environment): number {
  const size = Number(optionValue(environment, command, 'BatchSize'));
  if (optionValue(environment, command, 'BatchSizeType') === 'Fixed') return Math.max(1, size);
  return Math.max(1, Math.floor((environment.instances.length * size) / 100));
}

/** Percent of the traffic and virtual milliseconds of a TrafficSplitting evaluation. */
export function splittingOf(environment: Environment): { percent: number; evaluationMs: number } {
  return {
    percent: Number(optionValue(environment, splitting, 'NewVersionPercent')),
    evaluationMs: Number(optionValue(environment, splitting, 'EvaluationTime')) * 60_000,
  };
}

/** Whether health is reported by agents on the instances or by the load balancer alone. */
export function healthSystemOf(environment: Environment): 'basic' | 'enhanced' {
  const value = optionValue(environment, 'aws:elasticbeanstalk:healthreporting:system', 'SystemType');
  return value === 'basic' ? 'basic' : 'enhanced';
}
