import { withDefaults, withOption } from '../configuration.js';
import { optionProblem } from '../option-rules.js';
import { platformArn } from '../describe-environment.js';
import type { Environment, OptionSetting, Template } from '../model.js';
import { applicationOf, checkLength, dateOf, environmentOf, required } from '../operation.js';
import type { ApiOperation, Call } from '../operation.js';
import { structParam } from '../query-xml.js';
import type { Result } from '../query-xml.js';
import { invalidCombination, invalidValue } from '../service-error.js';
import type { Site } from '../site.js';
import { checkedOptions, optionSettings } from './option-params.js';

/** Operations on settings and saved configurations. */
export const configurationOperations: Readonly<Record<string, ApiOperation>> = {
  DescribeConfigurationSettings: {
    mutates: false,
    hidden: { ConfigurationSettings: [] },
    handle: describeSettings,
  },
  ValidateConfigurationSettings: {
    mutates: false,
    handle(_site, { params }) {
      const messages = optionSettings(params).flatMap((option) => {
        const problem = optionProblem(option);
        if (problem === undefined) return [];
        return [
          { Message: problem, Severity: 'error', Namespace: option.namespace, OptionName: option.name },
        ];
      });
      return { Messages: messages };
    },
  },
  CreateConfigurationTemplate: { mutates: true, handle: createTemplate },
  DeleteConfigurationTemplate: {
    mutates: true,
    handle(site, { params }) {
      const { name, templates } = applicationOf(site, params);
      if (!templates.delete(required(params, 'TemplateName'))) {
        throw invalidValue(`No Configuration Template named '${name}/${params['TemplateName']}' found.`);
      }
      return undefined;
    },
  },
};

function describeSettings(site: Site, { params }: Call): Result {
  const application = applicationOf(site, params);
  const { TemplateName: name, EnvironmentName: environmentName } = params;
  if ((name === undefined) === (environmentName === undefined)) {
    throw invalidCombination('You must specify exactly one of TemplateName and EnvironmentName.');
  }
  if (name !== undefined) {
    const template = application.templates.get(name);
    if (template === undefined)
      throw invalidValue(`No Configuration Template named '${application.name}/${name}' found.`);
    return { ConfigurationSettings: [describeTemplate(site, application.name, template)] };
  }
  const environment = environmentOf(site, { EnvironmentName: environmentName ?? '' });
  return {
    ConfigurationSettings: [
      {
        SolutionStackName: environment.stack,
        PlatformArn: platformArn(site, environment.stack),
        ApplicationName: environment.application,
        EnvironmentName: environment.name,
        DeploymentStatus: 'deployed',
        DateCreated: dateOf(environment.createdAt),
        DateUpdated: dateOf(environment.updatedAt),
        OptionSettings: settings(environment.options),
      },
    ],
  };
}

function createTemplate(site: Site, { params }: Call): Result {
  checkLength(params, 'TemplateName', { max: 100 });
  const application = applicationOf(site, params);
  const name = required(params, 'TemplateName');
  if (application.templates.has(name)) throw invalidValue(`Configuration Template ${name} already exists.`);
  const source = sourceOf(site, params);
  const stack = params['SolutionStackName'] ?? source?.stack;
  if (stack === undefined) {
    throw invalidValue('Unable to determine base for template pack (no solution stack)');
  }
  const options = checkedOptions(params).reduce(withOption, source?.options ?? withDefaults([]));
  const template: Template = { name, stack, options, createdAt: site.clock.now() };
  application.templates.set(name, template);
  return describeTemplate(site, application.name, template);
}

function sourceOf(site: Site, params: Call['params']): Pick<Environment, 'stack' | 'options'> | undefined {
  const { ApplicationName, TemplateName } = structParam(params, 'SourceConfiguration');
  if (TemplateName !== undefined)
    return site.applications.get(ApplicationName ?? '')?.templates.get(TemplateName);
  const id = params['EnvironmentId'];
  return id === undefined ? undefined : environmentOf(site, { EnvironmentId: id });
}

function describeTemplate(site: Site, application: string, template: Template): Exclude<Result, undefined> {
  return {
    SolutionStackName: template.stack,
    PlatformArn: platformArn(site, template.stack),
    ApplicationName: application,
    TemplateName: template.name,
    DateCreated: dateOf(template.createdAt),
    DateUpdated: dateOf(template.createdAt),
    OptionSettings: settings(template.options),
  };
}

function settings(options: readonly OptionSetting[]): Exclude<Result, undefined>[] {
  return options.map(({ namespace, name, value }) => ({
    Namespace: namespace,
    OptionName: name,
    Value: value,
  }));
}
