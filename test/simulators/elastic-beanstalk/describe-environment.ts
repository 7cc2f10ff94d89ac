import { healthSystemOf } from './configuration.js';
import { colorOf } from './health.js';
import type { Environment } from './model.js';
import { arnOf, dateOf } from './operation.js';
import type { Result } from './query-xml.js';
import type { Site } from './site.js';

/** An EnvironmentDescription; `label` says which version it claims, which is not settled while an operation runs. */
export function describeEnvironment(
  site: Site,
  environment: Environment,
  label: string,
): Exclude<Result, undefined> {
  const enhanced = healthSystemOf(environment) === 'enhanced';
  const gone = environment.status === 'Terminated';
  return {
    EnvironmentName: environment.name,
    EnvironmentId: environment.id,
    ApplicationName: environment.application,
    VersionLabel: label,
    SolutionStackName: environment.stack,
    PlatformArn: platformArn(site, environment.stack),
    Description: environment.description,
    EndpointURL: environment.tier === 'WebServer' && !gone ? environment.endpoint : undefined,
    CNAME: environment.tier === 'WebServer' ? environment.cname : undefined,
    DateCreated: dateOf(environment.createdAt),
    DateUpdated: dateOf(environment.updatedAt),
    Status: environment.status,
    AbortableOperationInProgress: environment.operation?.abortable ?? false,
    Health: colorOf(environment.health.status),
    HealthStatus: enhanced ? environment.health.status : undefined,
    Tier:
      environment.tier === 'Worker'
        ? { Name: 'Worker', Type: 'SQS/HTTP', Version: '3.0' }
        : { Name: 'WebServer', Type: 'Standard', Version: '1.0' },
    EnvironmentLinks: [],
    EnvironmentArn: arnOf(site, `environment/${environment.application}/${environment.name}`),
  };
}

/** The label DescribeEnvironments shows: settled when nothing runs, otherwise by the settings of the simulator. */
export function shownLabel(site: Site, environment: Environment): string {
  const { operation } = environment;
  if (operation?.kind !== 'deploy') return environment.label;
  const { labelWhileUpdating } = site.settings;
  const showsNew =
    labelWhileUpdating === 'random' ? site.chance.labels.next() < 0.5 : labelWhileUpdating === 'to';
  return showsNew ? operation.label : environment.label;
}

/** The platform ARN that belongs to a solution stack name. */
export function platformArn(site: Site, stack: string): string {
  const match = /^(64bit .+) v([\d.]+) running (.+)$/.exec(stack);
  if (match === null) return `arn:aws:elasticbeanstalk:${site.region}::platform/${stack}/1.0.0`;
  const [, system = '', version = '', language = ''] = match;
  return `arn:aws:elasticbeanstalk:${site.region}::platform/${language} running on ${system}/${version}`;
}
