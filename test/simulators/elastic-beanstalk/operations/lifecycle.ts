import { optionValue, withOption } from '../configuration.js';
import { describeEnvironment } from '../describe-environment.js';
import {
  defaultStack,
  launchEnvironment,
  restartEnvironment,
  swapCnames,
  terminateEnvironment,
} from '../environment-life.js';
import type { EnvironmentPlan } from '../environment-life.js';
import type { OptionSetting, Template } from '../model.js';
import { applicationOf, arnOf, checkAtMostOne, checkLength, environmentOf, required } from '../operation.js';
import type { ApiOperation, Call } from '../operation.js';
import { structParam } from '../query-xml.js';
import type { Result } from '../query-xml.js';
import { invalidValue, mustBeReady } from '../service-error.js';
import type { Site } from '../site.js';
import { checkedOptions } from './option-params.js';
import { setTags } from './tags.js';
import { versionOf } from './versions.js';

/** Operations that create, end, restart and swap environments. */
export const lifecycleOperations: Readonly<Record<string, ApiOperation>> = {
  CreateEnvironment: { mutates: true, handle: createEnvironment },
  TerminateEnvironment: {
    mutates: true,
    handle(site, { params, requestId }) {
      const environment = environmentOf(site, params);
      const busy = environment.status === 'Terminating' || environment.status === 'Terminated';
      if (busy) throw mustBeReady(environment.name);
      terminateEnvironment(site, environment, requestId);
      return describeEnvironment(site, environment, environment.label);
    },
  },
  SwapEnvironmentCNAMEs: {
    mutates: true,
    handle(site, { params, requestId }) {
      const source = environmentOf(site, side(params, 'Source'));
      const destination = environmentOf(site, side(params, 'Destination'));
      if (source.application !== destination.application) {
        throw invalidValue('Both environments must belong to the same application.');
      }
      for (const environment of [source, destination]) {
        if (environment.status !== 'Ready') throw mustBeReady(environment.name);
        if (environment.tier === 'Worker')
          throw invalidValue(`Environment ${environment.name} has no CNAME.`);
      }
      swapCnames(site, [source, destination], requestId);
      return undefined;
    },
  },
  RestartAppServer: {
    mutates: true,
    handle(site, { params, requestId }) {
      const environment = environmentOf(site, params);
      if (environment.status !== 'Ready') throw mustBeReady(environment.name);
      restartEnvironment(site, environment, requestId);
      return undefined;
    },
  },
  CheckDNSAvailability: {
    mutates: false,
    handle(site, { params }) {
      checkLength(params, 'CNAMEPrefix', { min: 4, max: 63 });
      const cname = `${required(params, 'CNAMEPrefix').toLowerCase()}.${site.region}.elasticbeanstalk.com`;
      return { Available: !isTaken(site, cname), FullyQualifiedCNAME: cname };
    },
  },
};

async function createEnvironment(site: Site, call: Call): Promise<Result> {
  const { params, requestId } = call;
  const plan = planOf(site, call);
  const environment = await launchEnvironment(site, plan, requestId);
  setTags(site, arnOf(site, `environment/${plan.application}/${plan.name}`), params, 'Tags');
  return describeEnvironment(site, environment, environment.label);
}

function planOf(site: Site, { params }: Call): EnvironmentPlan {
  checkLength(params, 'EnvironmentName', { min: 4, max: 40 });
  checkLength(params, 'Description', { min: 0, max: 200 });
  checkLength(params, 'CNAMEPrefix', { min: 4, max: 63 });
  checkAtMostOne(params, ['TemplateName', 'SolutionStackName', 'PlatformArn']);
  const application = applicationOf(site, params);
  const name = required(params, 'EnvironmentName');
  if (!/^[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]$/.test(name)) {
    throw invalidValue(
      `Value ${name} at 'EnvironmentName' failed to satisfy constraint: Member must contain only letters, digits, and the dash character and may not start or end with a dash`,
    );
  }
  const exists = site.environments.some((one) => one.name === name && one.status !== 'Terminated');
  if (exists) throw invalidValue(`Environment ${name} already exists.`);
  const template = application.templates.get(params['TemplateName'] ?? '');
  const stack = stackOf(params, template);
  const label = params['VersionLabel'] ?? 'Sample Application';
  if (template === undefined && params['TemplateName'] !== undefined) {
    throw invalidValue(
      `No Configuration Template named '${application.name}/${params['TemplateName']}' found.`,
    );
  }
  if (params['VersionLabel'] !== undefined) versionOf(site, application, label);
  const cnamePrefix = params['CNAMEPrefix'] ?? `${name}.eba-${site.chance.ids.hex(8)}`;
  const cname = `${cnamePrefix}.${site.region}.elasticbeanstalk.com`;
  if (isTaken(site, cname)) throw invalidValue(`DNS name (${cname}) is not available.`);
  const own: OptionSetting[] = [...(template?.options ?? [])];
  const options = checkedOptions(params).reduce(withOption, own);
  return {
    application: application.name,
    name,
    label,
    instances: Math.max(1, Number(optionValue({ options }, 'aws:autoscaling:asg', 'MinSize'))),
    tier: structParam(params, 'Tier')['Name'] === 'Worker' ? 'Worker' : 'WebServer',
    stack,
    cnamePrefix,
    description: params['Description'],
    options,
  };
}

function stackOf(params: Call['params'], template: Template | undefined): string {
  const stack = params['SolutionStackName'] ?? stackOfArn(params['PlatformArn']) ?? template?.stack;
  if (stack !== undefined) return stack;
  throw invalidValue('Unable to determine base for template pack (no solution stack)');
}

function stackOfArn(arn: string | undefined): string | undefined {
  if (arn === undefined) return undefined;
  const match = /platform\/(.+?) running on (.+?)\/([\d.]+)$/.exec(arn);
  if (match === null) return defaultStack;
  return `${match[2]} v${match[3]} running ${match[1]}`;
}

function side(params: Call['params'], name: 'Source' | 'Destination'): Call['params'] {
  const id = params[`${name}EnvironmentId`];
  const title = params[`${name}EnvironmentName`];
  return {
    ...(id === undefined ? {} : { EnvironmentId: id }),
    ...(title === undefined ? {} : { EnvironmentName: title }),
  };
}

function isTaken(site: Site, cname: string): boolean {
  return site.environments.some(
    (environment) => environment.cname === cname && environment.status !== 'Terminated',
  );
}
