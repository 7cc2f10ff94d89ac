import {
  CreateConfigurationTemplateCommand,
  CreateEnvironmentCommand,
  DeleteConfigurationTemplateCommand,
  RestartAppServerCommand,
  SwapEnvironmentCNAMEsCommand,
  TerminateEnvironmentCommand,
  UpdateEnvironmentCommand,
  ValidateConfigurationSettingsCommand,
  type ConfigurationOptionSetting,
} from '@aws-sdk/client-elastic-beanstalk';
import type { OptionName, OptionSetting } from '../options/option.js';
import type { Connection } from './connection.js';

/** Where an option setting is wrong, in the words of Elastic Beanstalk, which may quote its value. */
export interface OptionMessage {
  readonly severity: 'error' | 'warning';
  readonly text: string;
}

/** How an environment is to be configured, without a word about its version. */
export interface Configuration {
  /** Name of a saved configuration that is laid over the present one. */
  readonly template?: string;
  readonly set: readonly OptionSetting[];
  readonly remove: readonly OptionName[];
}

export interface NewEnvironment {
  readonly application: string;
  readonly name: string;
  readonly template: string;
  readonly description: string;
  readonly options: readonly OptionSetting[];
  /** The sample application of the platform when absent. */
  readonly label?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** What changes environments other than by a version. Sent exactly once; the reply may be lost after it was accepted. */
export interface EnvironmentWrites {
  /** Empty when all is well. Changes nothing. */
  validateOptions(
    application: string,
    environment: string,
    options: readonly OptionSetting[],
    signal: AbortSignal,
  ): Promise<readonly OptionMessage[]>;
  /** Returns the id of the request, which the events of the update carry. */
  configure(id: string, configuration: Configuration, signal: AbortSignal): Promise<string | undefined>;
  /** Saves the configuration of an environment under a name that must be free. */
  saveConfiguration(application: string, name: string, id: string, signal: AbortSignal): Promise<void>;
  deleteConfiguration(application: string, name: string, signal: AbortSignal): Promise<void>;
  createEnvironment(environment: NewEnvironment, signal: AbortSignal): Promise<void>;
  /** Ends the environment with this id and everything in AWS that belongs to it. */
  terminateEnvironment(id: string, signal: AbortSignal): Promise<void>;
  /** Restarts the processes of all instances; sent twice, they restart twice. */
  restartServers(id: string, signal: AbortSignal): Promise<void>;
  /** Has no token: sent twice, it exchanges them back. */
  swapCnames(ids: readonly [string, string], signal: AbortSignal): Promise<void>;
}

export function createEnvironmentWrites({ write }: Pick<Connection, 'write'>): EnvironmentWrites {
  return {
    async validateOptions(application, environment, options, signal) {
      const command = new ValidateConfigurationSettingsCommand({
        ApplicationName: application,
        EnvironmentName: environment,
        OptionSettings: options.map(toSetting),
      });
      const { Messages: messages = [] } = await write(command, signal, 'read');
      return messages.map((one) => ({
        severity: one.Severity === 'error' ? 'error' : 'warning',
        text: one.Message ?? `${one.Namespace ?? ''} ${one.OptionName ?? ''} is not valid`,
      }));
    },
    async configure(id, { template, set, remove }, signal) {
      const command = new UpdateEnvironmentCommand({
        EnvironmentId: id,
        ...(template !== undefined && { TemplateName: template }),
        ...(set.length > 0 && { OptionSettings: set.map(toSetting) }),
        ...(remove.length > 0 && { OptionsToRemove: remove.map(toName) }),
      });
      return (await write(command, signal)).$metadata.requestId;
    },
    async saveConfiguration(application, name, id, signal) {
      const command = new CreateConfigurationTemplateCommand({
        ApplicationName: application,
        TemplateName: name,
        EnvironmentId: id,
      });
      await write(command, signal);
    },
    async deleteConfiguration(application, name, signal) {
      const command = new DeleteConfigurationTemplateCommand({
        ApplicationName: application,
        TemplateName: name,
      });
      await write(command, signal);
    },
    async createEnvironment({ application, name, template, description, options, label, tags }, signal) {
      const command = new CreateEnvironmentCommand({
        ApplicationName: application,
        EnvironmentName: name,
        TemplateName: template,
        Description: description,
        ...(options.length > 0 && { OptionSettings: options.map(toSetting) }),
        ...(label !== undefined && { VersionLabel: label }),
        ...(tags && { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }),
      });
      await write(command, signal);
    },
    async terminateEnvironment(id, signal) {
      await write(new TerminateEnvironmentCommand({ EnvironmentId: id }), signal);
    },
    async restartServers(id, signal) {
      await write(new RestartAppServerCommand({ EnvironmentId: id }), signal);
    },
    async swapCnames([source, destination], signal) {
      const command = new SwapEnvironmentCNAMEsCommand({
        SourceEnvironmentId: source,
        DestinationEnvironmentId: destination,
      });
      await write(command, signal);
    },
  };
}

function toName({ namespace, name }: OptionName): ConfigurationOptionSetting {
  return { Namespace: namespace, OptionName: name };
}

function toSetting({ value, ...option }: OptionSetting): ConfigurationOptionSetting {
  return { ...toName(option), Value: value };
}
