import { abortUpdate, startUpdate } from '../deployment.js';
import { describeEnvironment, shownLabel } from '../describe-environment.js';
import { armFaults, refuseBefore } from '../scenario-faults.js';
import { interfere } from '../intruder.js';
import type { Environment, OptionSetting, Version } from '../model.js';
import { applicationOf, environmentOf, pageOf, timeParam } from '../operation.js';
import type { ApiOperation, Call } from '../operation.js';
import { listParam } from '../query-xml.js';
import type { Result } from '../query-xml.js';
import { invalidCombination, invalidValue, mustBeReady } from '../service-error.js';
import { isFirstTime } from '../first-time.js';
import type { Site } from '../site.js';
import { checkedOptions, optionsToRemove } from './option-params.js';
import { versionOf } from './versions.js';

/** Operations that look at environments, update them, or give an update up. */
export const environmentOperations: Readonly<Record<string, ApiOperation>> = {
  DescribeEnvironments: { mutates: false, hidden: { Environments: [] }, handle: describe },
  UpdateEnvironment: { mutates: true, handle: updateEnvironment },
  AbortEnvironmentUpdate: {
    mutates: true,
    handle(site, { params, requestId }) {
      const environment = environmentOf(site, params);
      if (environment.operation?.abortable !== true || environment.status !== 'Updating') {
        throw invalidValue(
          `Environment named ${environment.name} is in an invalid state for this operation. Must be pending deployment.`,
        );
      }
      abortUpdate(site, environment, requestId);
      return undefined;
    },
  },
};

function describe(site: Site, { params }: Call): Result {
  const ids = listParam(params, 'EnvironmentIds');
  const names = listParam(params, 'EnvironmentNames');
  const deletedBackTo = timeParam(params, 'IncludedDeletedBackTo') ?? 0;
  const found = site.environments.filter((environment) => {
    const gone = environment.status === 'Terminated';
    return (
      (params['ApplicationName'] ?? environment.application) === environment.application &&
      (params['VersionLabel'] ?? environment.label) === environment.label &&
      (ids.length === 0 || ids.includes(environment.id)) &&
      (names.length === 0 || names.includes(environment.name)) &&
      (!gone || (params['IncludeDeleted'] === 'true' && environment.updatedAt >= deletedBackTo))
    );
  });
  const page = pageOf(found, params);
  return {
    Environments: page.items.map((environment) => {
      return describeEnvironment(site, environment, shownLabel(site, environment));
    }),
    NextToken: page.nextToken,
  };
}

function updateEnvironment(site: Site, call: Call): Result {
  const { params, requestId } = call;
  const environment = environmentOf(site, params);
  const version = wantedVersion(site, environment, call);
  const options = [...templateOptions(site, environment, params), ...checkedOptions(params)];
  const removed = optionsToRemove(params);
  if (environment.status !== 'Ready') throw mustBeReady(environment.name);
  environment.description = params['Description'] ?? environment.description;
  if (version === undefined && options.length + removed.length === 0) {
    return describeEnvironment(site, environment, environment.label);
  }
  const subject = {
    application: environment.application,
    environment: environment.name,
    label: version?.label ?? '',
    inBundle: version?.inBundle,
  };
  const deployment = `${environment.id} ${subject.label}`;
  if (isFirstTime(site, `refuse ${deployment}`)) {
    refuseBefore(site, site.scenarios.choose(subject, 'look'), call.accessKeyId);
  }
  const behaviour = site.scenarios.choose(subject, 'use');
  startUpdate(site, environment, { requestId, behaviour, version, options, optionsToRemove: removed });
  if (version !== undefined) interfere(site, environment, behaviour);
  if (isFirstTime(site, `accept ${deployment}`)) {
    armFaults(site, behaviour, call.accessKeyId);
    if (behaviour.updateAnswer !== 'sent') call.disturb(behaviour.updateAnswer);
  }
  return describeEnvironment(site, environment, version?.label ?? environment.label);
}

function templateOptions(
  site: Site,
  environment: Environment,
  params: Call['params'],
): readonly OptionSetting[] {
  const name = params['TemplateName'];
  if (name === undefined) return [];
  const { templates } = applicationOf(site, { ApplicationName: environment.application });
  const template = templates.get(name);
  if (template !== undefined) return template.options;
  throw invalidValue(`No Configuration Template named '${environment.application}/${name}' found.`);
}

function wantedVersion(site: Site, environment: Environment, { params }: Call): Version | undefined {
  const label = params['VersionLabel'];
  if (label === undefined) return undefined;
  if (label === '') throw invalidCombination('VersionLabel must not be empty.');
  const application = applicationOf(site, { ApplicationName: environment.application });
  const version = versionOf(site, application, label);
  if (version.status === 'FAILED') {
    throw invalidValue(`Application Version '${label}' is unusable and cannot be used with an environment.`);
  }
  if (version.status === 'PROCESSING') {
    throw invalidValue(
      `Application Version '${label}' process is not complete. Must be processed before deploying.`,
    );
  }
  return version;
}
