import {
  CreateStorageLocationCommand,
  DescribeApplicationVersionsCommand,
  DescribeConfigurationSettingsCommand,
  DescribeEnvironmentHealthCommand,
  DescribeEnvironmentsCommand,
  DescribeEventsCommand,
  DescribeInstancesHealthCommand,
  ListTagsForResourceCommand,
  RetrieveEnvironmentInfoCommand,
} from '@aws-sdk/client-elastic-beanstalk';
import type {
  ApplicationVersion,
  Environment,
  HealthReport,
  Instance,
  LogKind,
  LogSample,
  PlatformEvent,
  Settings,
} from '../environment.js';
import { createSharedRead } from '../shared-read.js';
import type { Connection } from './connection.js';
import { toEnvironment, toEvent, toInstance, toVersion } from './descriptions.js';

/** Which events to read; without application and environment those of the whole region. */
export interface EventQuery {
  readonly sinceMs?: number;
  readonly application?: string;
  readonly environment?: string;
  /** At most so many, the newest; all when absent. */
  readonly newest?: number;
}

/** What Elastic Beanstalk knows in one region, in our words. Retried by the SDK. */
export interface Reads {
  /** Unknown names are left out, and so is what these credentials may not see. */
  environments(names: readonly string[], signal: AbortSignal): Promise<readonly Environment[]>;
  /** Those of an application, with the ones that were terminated in the last six weeks or so. */
  environmentsOf(application: string, signal: AbortSignal): Promise<readonly Environment[]>;
  events(query: EventQuery, signal: AbortSignal): Promise<readonly PlatformEvent[]>;
  /** Of all labels when none are given. */
  versions(
    application: string,
    labels: readonly string[] | 'all',
    signal: AbortSignal,
  ): Promise<readonly ApplicationVersion[]>;
  settings(application: string, environment: string, signal: AbortSignal): Promise<Settings>;
  health(id: string, signal: AbortSignal): Promise<HealthReport>;
  instances(id: string, signal: AbortSignal): Promise<readonly Instance[]>;
  /** Value of a tag of the environment with this ARN; `undefined` when it has no such tag. */
  tag(arn: string, key: string, signal: AbortSignal): Promise<string | undefined>;
  /** Makes the default bucket of the account when it is missing. */
  storageLocation(signal: AbortSignal): Promise<string>;
  /** All samples that are there, old ones too. */
  logs(id: string, kind: LogKind, signal: AbortSignal): Promise<readonly LogSample[]>;
}

// One page holds 1000 events; twenty pages are more than six weeks of a busy region in one look.
const MOST_PAGES = 20;
/** Six weeks: how long Elastic Beanstalk lists a terminated environment and may rebuild it. */
const DELETED_SINCE_MS = 42 * 24 * 3_600_000;

export function createReads({ read }: Pick<Connection, 'read'>): Reads {
  let bucket: string | undefined;
  const locate = createSharedRead(async (signal) => {
    if (bucket !== undefined) return bucket;
    const reply = await read(new CreateStorageLocationCommand({}), signal);
    if (reply.S3Bucket === undefined) throw new Error('CreateStorageLocation answered without a bucket');
    bucket = reply.S3Bucket;
    return bucket;
  });

  async function describe(
    query: ConstructorParameters<typeof DescribeEnvironmentsCommand>[0],
    signal: AbortSignal,
  ): Promise<readonly Environment[]> {
    const found: Environment[] = [];
    await eachPage(async (NextToken) => {
      const reply = await read(new DescribeEnvironmentsCommand({ ...query, NextToken }), signal);
      found.push(...(reply.Environments ?? []).map(toEnvironment));
      return reply.NextToken;
    });
    return found;
  }

  return {
    environments: (names, signal) =>
      describe({ EnvironmentNames: [...names], IncludeDeleted: false }, signal),
    environmentsOf: (application, signal) =>
      describe(
        {
          ApplicationName: application,
          IncludeDeleted: true,
          IncludedDeletedBackTo: new Date(Date.now() - DELETED_SINCE_MS),
        },
        signal,
      ),
    async events(query, signal) {
      const found: PlatformEvent[] = [];
      await eachPage(async (NextToken) => {
        const command = new DescribeEventsCommand({
          ...(query.sinceMs !== undefined && { StartTime: new Date(query.sinceMs) }),
          ApplicationName: query.application,
          EnvironmentName: query.environment,
          MaxRecords: query.newest ?? 1000,
          NextToken,
        });
        const reply = await read(command, signal, 'watch');
        found.push(...(reply.Events ?? []).map(toEvent));
        return query.newest === undefined ? reply.NextToken : undefined;
      });
      return found;
    },
    async versions(application, labels, signal) {
      const found: ApplicationVersion[] = [];
      await eachPage(async (NextToken) => {
        const command = new DescribeApplicationVersionsCommand({
          ApplicationName: application,
          ...(labels === 'all' ? { MaxRecords: 1000 } : { VersionLabels: [...labels] }),
          NextToken,
        });
        const reply = await read(command, signal);
        found.push(...(reply.ApplicationVersions ?? []).map(toVersion));
        return reply.NextToken;
      });
      return found;
    },
    async settings(application, environment, signal) {
      const command = new DescribeConfigurationSettingsCommand({
        ApplicationName: application,
        EnvironmentName: environment,
      });
      const sets = (await read(command, signal)).ConfigurationSettings ?? [];
      // A draft that is being applied, or that failed, may be listed beside the settings in force.
      const inForce = sets.find((set) => (set.DeploymentStatus ?? 'deployed') === 'deployed') ?? sets[0];
      return new Map(
        (inForce?.OptionSettings ?? []).map((option) => [
          `${option.Namespace ?? ''}/${option.OptionName ?? ''}`,
          option.Value ?? '',
        ]),
      );
    },
    async health(id, signal) {
      const command = new DescribeEnvironmentHealthCommand({
        EnvironmentId: id,
        AttributeNames: ['Causes', 'RefreshedAt'],
      });
      const reply = await read(command, signal);
      return { causes: reply.Causes ?? [], refreshedAtMs: reply.RefreshedAt?.getTime() ?? 0 };
    },
    async instances(id, signal) {
      const found: Instance[] = [];
      await eachPage(async (NextToken) => {
        const command = new DescribeInstancesHealthCommand({
          EnvironmentId: id,
          AttributeNames: ['HealthStatus', 'Causes', 'Deployment', 'LaunchedAt'],
          NextToken,
        });
        const reply = await read(command, signal);
        found.push(...(reply.InstanceHealthList ?? []).map(toInstance));
        return reply.NextToken;
      });
      return found;
    },
    async tag(arn, key, signal) {
      const reply = await read(new ListTagsForResourceCommand({ ResourceArn: arn }), signal);
      return reply.ResourceTags?.find((tag) => tag.Key === key)?.Value;
    },
    storageLocation: async (signal) => bucket ?? (await locate(signal)),
    async logs(id, kind, signal) {
      const command = new RetrieveEnvironmentInfoCommand({ EnvironmentId: id, InfoType: kind });
      const reply = await read(command, signal, 'watch');
      return (reply.EnvironmentInfo ?? []).map((sample) => ({
        instance: sample.Ec2InstanceId ?? '',
        sampledAtMs: sample.SampleTimestamp?.getTime() ?? 0,
        url: sample.Message ?? '',
      }));
    },
  };
}

async function eachPage(read: (token: string | undefined) => Promise<string | undefined>): Promise<void> {
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    token = await read(token);
    if (token === undefined || token === '') return;
  }
}
