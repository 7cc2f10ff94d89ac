import type {
  ApplicationVersionDescription,
  EnvironmentDescription,
  EventDescription,
  SingleInstanceHealth,
} from '@aws-sdk/client-elastic-beanstalk';
import type { ApplicationVersion, Environment, Instance, PlatformEvent } from '../environment.js';

export function toEnvironment(found: EnvironmentDescription): Environment {
  return {
    ...namesOf(found),
    label: found.VersionLabel,
    status: found.Status ?? 'Unknown',
    color: found.Health ?? 'Grey',
    healthStatus: found.HealthStatus,
    abortable: found.AbortableOperationInProgress ?? false,
    updatedAtMs: found.DateUpdated?.getTime() ?? 0,
    platform: found.SolutionStackName ?? found.PlatformArn ?? '',
    tier: found.Tier?.Name ?? 'WebServer',
    address: found.EndpointURL ?? found.CNAME,
    cname: hostName(found.CNAME),
  };
}

function namesOf(found: EnvironmentDescription): Pick<Environment, 'id' | 'name' | 'arn' | 'application'> {
  return {
    id: found.EnvironmentId ?? '',
    name: found.EnvironmentName ?? '',
    arn: found.EnvironmentArn ?? '',
    application: found.ApplicationName ?? '',
  };
}

/** Names in DNS know no case. */
function hostName(name: string | undefined): string | undefined {
  return name?.toLowerCase();
}

export function toEvent(found: EventDescription): PlatformEvent {
  return {
    atMs: found.EventDate?.getTime() ?? 0,
    severity: found.Severity ?? 'INFO',
    message: found.Message ?? '',
    environment: found.EnvironmentName,
    requestId: found.RequestId,
  };
}

export function toVersion(found: ApplicationVersionDescription): ApplicationVersion {
  const { S3Bucket: bucket, S3Key: key } = found.SourceBundle ?? {};
  return {
    label: found.VersionLabel ?? '',
    status: (found.Status ?? 'unprocessed').toLowerCase(),
    description: found.Description ?? '',
    bundle: bucket !== undefined && key !== undefined ? { bucket, key } : undefined,
    createdAtMs: found.DateCreated?.getTime() ?? 0,
  };
}

export function toInstance(found: SingleInstanceHealth): Instance {
  return {
    id: found.InstanceId ?? '',
    health: found.HealthStatus,
    causes: found.Causes ?? [],
    label: found.Deployment?.VersionLabel,
    deploymentId: found.Deployment?.DeploymentId,
    deploymentStatus: found.Deployment?.Status,
    launchedAtMs: found.LaunchedAt?.getTime(),
  };
}
