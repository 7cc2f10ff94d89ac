import type { OptionSetting } from './model.js';

/** Namespaces of which every option is known here; in any other one everything is accepted. */
const rules: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  'aws:elasticbeanstalk:command': {
    DeploymentPolicy: oneOf(
      'AllAtOnce',
      'Rolling',
      'RollingWithAdditionalBatch',
      'Immutable',
      'TrafficSplitting',
    ),
    Timeout: between(1, 3_600),
    BatchSizeType: oneOf('Percentage', 'Fixed'),
    BatchSize: between(1, 10_000),
    IgnoreHealthCheck: oneOf('true', 'false'),
  },
  'aws:elasticbeanstalk:trafficsplitting': {
    NewVersionPercent: between(1, 100),
    EvaluationTime: between(3, 600),
  },
  'aws:elasticbeanstalk:healthreporting:system': {
    SystemType: oneOf('basic', 'enhanced'),
    HealthCheckSuccessThreshold: oneOf('Ok', 'Warning', 'Degraded', 'Severe'),
    ConfigDocument: anything,
    EnhancedHealthAuthEnabled: oneOf('true', 'false'),
  },
  'aws:elasticbeanstalk:environment': {
    EnvironmentType: oneOf('SingleInstance', 'LoadBalanced'),
    LoadBalancerType: oneOf('classic', 'application', 'network'),
    LoadBalancerIsShared: oneOf('true', 'false'),
    ServiceRole: anything,
  },
  'aws:autoscaling:asg': {
    MinSize: between(1, 10_000),
    MaxSize: between(1, 10_000),
    'Availability Zones': anything,
    Cooldown: between(0, 10_000),
  },
};

/** What is wrong with a value, or undefined. */
type Rule = (value: string) => string | undefined;

/** The problem with an option setting, as ValidateConfigurationSettings words it; undefined when it is fine. */
export function optionProblem({ namespace, name, value }: OptionSetting): string | undefined {
  const place = `(Namespace: '${namespace}', OptionName: '${name}')`;
  const known = rules[namespace];
  const rule = known === undefined ? anything : known[name];
  if (!/^aws:[a-z0-9]+:/.test(namespace) || rule === undefined) {
    return `Invalid option specification ${place}: Unknown configuration setting.`;
  }
  const problem = rule(value);
  return problem === undefined ? undefined : `Invalid option value: '${value}' ${place}: ${problem}`;
}

function anything(): undefined {
  return undefined;
}

function oneOf(...allowed: readonly string[]): Rule {
  return (value) => {
    const isAllowed = allowed.some((one) => one.toLowerCase() === value.toLowerCase());
    return isAllowed ? undefined : `Value is not one of the allowed values: [${allowed.join(', ')}]`;
  };
}

function between(least: number, most: number): Rule {
  return (value) => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < least) return `Value is less than minimum allowed value: ${least}`;
    return number > most ? `Value is greater than maximum allowed value: ${most}` : undefined;
  };
}
