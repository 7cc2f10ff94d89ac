import {
  AbortEnvironmentUpdateCommand,
  CreateApplicationVersionCommand,
  CreateStorageLocationCommand,
  DescribeApplicationVersionsCommand,
  DescribeConfigurationSettingsCommand,
  DescribeEnvironmentHealthCommand,
  DescribeEnvironmentsCommand,
  DescribeEventsCommand,
  DescribeInstancesHealthCommand,
  ElasticBeanstalkClient,
  RequestEnvironmentInfoCommand,
  RetrieveEnvironmentInfoCommand,
  UpdateEnvironmentCommand,
  type ApplicationVersionDescription,
  type EnvironmentDescription,
  type EventDescription,
  type SingleInstanceHealth,
} from '@aws-sdk/client-elastic-beanstalk';
import type {
  ApplicationVersion,
  BundleLocation,
  Environment,
  HealthReport,
  Instance,
  PlatformEvent,
  Settings,
  TailLog,
} from './environment.js';
import { createSharedRead } from './shared-read.js';

/** Which events to read; without application and environment those of the whole region. */
export interface EventQuery {
  readonly sinceMs?: number;
  readonly application?: string;
  readonly environment?: string;
  /** At most so many, the newest; all when absent. */
  readonly newest?: number;
}

export interface NewVersion {
  readonly application: string;
  readonly label: string;
  readonly bundle: BundleLocation;
  readonly description: string;
  readonly process: boolean;
}

/** Elastic Beanstalk in one region, in our words. Reads are retried by the SDK, writes are sent exactly once. */
export interface Gateway {
  /** Unknown names are left out, and so is what these credentials may not see. */
  environments(names: readonly string[], signal: AbortSignal): Promise<readonly Environment[]>;
  events(query: EventQuery, signal: AbortSignal): Promise<readonly PlatformEvent[]>;
  versions(
    application: string,
    labels: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly ApplicationVersion[]>;
  createVersion(version: NewVersion, signal: AbortSignal): Promise<ApplicationVersion>;
  /** Returns the id of the request, which the events of the update carry. */
  updateEnvironment(id: string, label: string, signal: AbortSignal): Promise<string | undefined>;
  abortUpdate(id: string, signal: AbortSignal): Promise<void>;
  settings(application: string, environment: string, signal: AbortSignal): Promise<Settings>;
  health(id: string, signal: AbortSignal): Promise<HealthReport>;
  instances(id: string, signal: AbortSignal): Promise<readonly Instance[]>;
  /** Makes the default bucket of the account when it is missing. */
  storageLocation(signal: AbortSignal): Promise<string>;
  requestTails(id: string, signal: AbortSignal): Promise<void>;
  tails(id: string, signal: AbortSignal): Promise<readonly TailLog[]>;
}

// One page holds 1000 events; twenty pages are more than six weeks of a busy region in one look.
const MOST_PAGES = 20;
const handler = { connectionTimeout: 5_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/** One pair of clients for a region; share it, since the adaptive rate limit lives in the client. */
export function createGateway(region: string): Gateway {
  const reader = new ElasticBeanstalkClient({
    region,
    maxAttempts: 8,
    retryMode: 'adaptive',
    requestHandler: handler,
  });
  // UpdateEnvironment has no idempotency token: a retry by the SDK would hide whether the first try was accepted.
  const writer = new ElasticBeanstalkClient({ region, maxAttempts: 1, requestHandler: handler });
  let bucket: string | undefined;
  const locate = createSharedRead(async (signal) => {
    if (bucket !== undefined) return bucket;
    const reply = await reader.send(new CreateStorageLocationCommand({}), { abortSignal: signal });
    if (reply.S3Bucket === undefined) throw new Error('CreateStorageLocation answered without a bucket');
    bucket = reply.S3Bucket;
    return bucket;
  });
  return {
    async environments(names, signal) {
      const found: Environment[] = [];
      await eachPage(async (NextToken) => {
        const command = new DescribeEnvironmentsCommand({
          EnvironmentNames: [...names],
          IncludeDeleted: false,
          NextToken,
        });
        const reply = await reader.send(command, { abortSignal: signal });
        found.push(...(reply.Environments ?? []).map(toEnvironment));
        return reply.NextToken;
      });
      return found;
    },
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
        const reply = await reader.send(command, { abortSignal: signal });
        found.push(...(reply.Events ?? []).map(toEvent));
        return query.newest === undefined ? reply.NextToken : undefined;
      });
      return found;
    },
    async versions(application, labels, signal) {
      const command = new DescribeApplicationVersionsCommand({
        ApplicationName: application,
        VersionLabels: [...labels],
      });
      const reply = await reader.send(command, { abortSignal: signal });
      return (reply.ApplicationVersions ?? []).map(toVersion);
    },
    async createVersion(version, signal) {
      const command = new CreateApplicationVersionCommand({
        ApplicationName: version.application,
        VersionLabel: version.label,
        Description: version.description,
        SourceBundle: { S3Bucket: version.bundle.bucket, S3Key: version.bundle.key },
        AutoCreateApplication: false,
        Process: version.process,
      });
      const reply = await writer.send(command, { abortSignal: signal });
      return toVersion(reply.ApplicationVersion ?? { VersionLabel: version.label });
    },
    async updateEnvironment(id, label, signal) {
      const command = new UpdateEnvironmentCommand({ EnvironmentId: id, VersionLabel: label });
      return (await writer.send(command, { abortSignal: signal })).$metadata.requestId;
    },
    async abortUpdate(id, signal) {
      await writer.send(new AbortEnvironmentUpdateCommand({ EnvironmentId: id }), { abortSignal: signal });
    },
    async settings(application, environment, signal) {
      const command = new DescribeConfigurationSettingsCommand({
        ApplicationName: application,
        EnvironmentName: environment,
      });
      const reply = await reader.send(command, { abortSignal: signal });
      const sets = reply.ConfigurationSettings ?? [];
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
      const reply = await reader.send(command, { abortSignal: signal });
      return { causes: reply.Causes ?? [], refreshedAtMs: reply.RefreshedAt?.getTime() ?? 0 };
    },
    async instances(id, signal) {
      const found: Instance[] = [];
      await eachPage(async (NextToken) => {
        const command = new DescribeInstancesHealthCommand({
          EnvironmentId: id,
          AttributeNames: ['HealthStatus', 'Causes', 'Deployment'],
          NextToken,
        });
        const reply = await reader.send(command, { abortSignal: signal });
        found.push(...(reply.InstanceHealthList ?? []).map(toInstance));
        return reply.NextToken;
      });
      return found;
    },
    storageLocation: async (signal) => bucket ?? (await locate(signal)),
    async requestTails(id, signal) {
      const command = new RequestEnvironmentInfoCommand({ EnvironmentId: id, InfoType: 'tail' });
      await writer.send(command, { abortSignal: signal });
    },
    async tails(id, signal) {
      const command = new RetrieveEnvironmentInfoCommand({ EnvironmentId: id, InfoType: 'tail' });
      const reply = await reader.send(command, { abortSignal: signal });
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

function toEnvironment(found: EnvironmentDescription): Environment {
  return {
    id: found.EnvironmentId ?? '',
    name: found.EnvironmentName ?? '',
    application: found.ApplicationName ?? '',
    label: found.VersionLabel,
    status: found.Status ?? 'Unknown',
    color: found.Health ?? 'Grey',
    healthStatus: found.HealthStatus,
    abortable: found.AbortableOperationInProgress ?? false,
    updatedAtMs: found.DateUpdated?.getTime() ?? 0,
    platform: found.SolutionStackName ?? found.PlatformArn ?? '',
    tier: found.Tier?.Name ?? 'WebServer',
    address: found.EndpointURL ?? found.CNAME,
  };
}

function toEvent(found: EventDescription): PlatformEvent {
  return {
    atMs: found.EventDate?.getTime() ?? 0,
    severity: found.Severity ?? 'INFO',
    message: found.Message ?? '',
    environment: found.EnvironmentName,
    requestId: found.RequestId,
  };
}

function toVersion(found: ApplicationVersionDescription): ApplicationVersion {
  const { S3Bucket: bucket, S3Key: key } = found.SourceBundle ?? {};
  return {
    label: found.VersionLabel ?? '',
    status: (found.Status ?? 'unprocessed').toLowerCase(),
    description: found.Description ?? '',
    bundle: bucket !== undefined && key !== undefined ? { bucket, key } : undefined,
  };
}

function toInstance(found: SingleInstanceHealth): Instance {
  return {
    id: found.InstanceId ?? '',
    health: found.HealthStatus,
    causes: found.Causes ?? [],
    label: found.Deployment?.VersionLabel,
    deploymentId: found.Deployment?.DeploymentId,
    deploymentStatus: found.Deployment?.Status,
  };
}
