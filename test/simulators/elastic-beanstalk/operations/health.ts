import { answersBadly } from '../app-state.js';
import { healthSystemOf } from '../configuration.js';
import { colorOf, instanceHealth } from '../health.js';
import type { Environment, HealthStatus, Instance } from '../model.js';
import { dateOf, environmentOf, pageOf } from '../operation.js';
import type { ApiOperation, Call } from '../operation.js';
import { listParam } from '../query-xml.js';
import type { Result } from '../query-xml.js';
import { invalidValue, ServiceError } from '../service-error.js';
import type { Site } from '../site.js';

/** Operations on enhanced health; an environment with basic health refuses them. */
export const healthOperations: Readonly<Record<string, ApiOperation>> = {
  DescribeEnvironmentHealth: { mutates: false, handle: environmentHealth },
  DescribeInstancesHealth: { mutates: false, handle: instancesHealth },
};

const environmentAttributes = [
  'Status',
  'Color',
  'Causes',
  'ApplicationMetrics',
  'InstancesHealth',
  'All',
  'HealthStatus',
  'RefreshedAt',
];

function environmentHealth(site: Site, { params }: Call): Result {
  const environment = enhancedEnvironment(site, { params }, 'DescribeEnvironmentHealth');
  const asked = listParam(params, 'AttributeNames');
  const unknown = asked.find((name) => !environmentAttributes.includes(name));
  if (unknown !== undefined) throw invalidValue(`Invalid attribute name: ${unknown}`);
  const wants = (name: string): boolean => asked.includes('All') || asked.includes(name);
  const { health } = environment;
  const now = site.clock.now();
  return {
    EnvironmentName: environment.name,
    HealthStatus: wants('HealthStatus') ? health.status : undefined,
    Status: wants('Status') ? environment.status : undefined,
    Color: wants('Color') ? colorOf(health.status) : undefined,
    Causes: wants('Causes') ? health.causes : undefined,
    ApplicationMetrics: wants('ApplicationMetrics') ? metrics(environment.instances, now) : undefined,
    InstancesHealth: wants('InstancesHealth') ? summary(environment, now) : undefined,
    RefreshedAt: wants('RefreshedAt') ? dateOf(refreshedAt(now)) : undefined,
  };
}

function instancesHealth(site: Site, { params }: Call): Result {
  const environment = enhancedEnvironment(site, { params }, 'DescribeInstancesHealth');
  const asked = listParam(params, 'AttributeNames');
  const wants = (name: string): boolean => asked.includes('All') || asked.includes(name);
  const now = site.clock.now();
  const page = pageOf(environment.instances, params);
  return {
    InstanceHealthList: page.items.map((instance) => {
      const health = instanceHealth(environment, instance, now);
      return {
        InstanceId: instance.id,
        HealthStatus: wants('HealthStatus') ? health.status : undefined,
        Color: wants('Color') ? colorOf(health.status) : undefined,
        Causes: wants('Causes') ? health.causes : undefined,
        LaunchedAt: wants('LaunchedAt') ? dateOf(instance.launchedAt) : undefined,
        ApplicationMetrics: wants('ApplicationMetrics') ? metrics([instance], now) : undefined,
        System: wants('System') ? system : undefined,
        Deployment: wants('Deployment') ? deployment(instance) : undefined,
        AvailabilityZone: wants('AvailabilityZone') ? instance.zone : undefined,
        InstanceType: wants('InstanceType') ? 't3.small' : undefined,
      };
    }),
    RefreshedAt: wants('RefreshedAt') ? dateOf(refreshedAt(now)) : undefined,
    NextToken: page.nextToken,
  };
}

function enhancedEnvironment(site: Site, { params }: Pick<Call, 'params'>, operation: string): Environment {
  const environment = environmentOf(site, params);
  if (healthSystemOf(environment) === 'basic') {
    throw new ServiceError('InvalidRequestException', `${operation} is not supported.`);
  }
  return environment;
}

function deployment(instance: Instance): Exclude<Result, undefined> {
  return {
    VersionLabel: instance.label,
    DeploymentId: instance.deploymentId,
    Status: instance.deploymentStatus,
    DeploymentTime: dateOf(instance.deployedAt),
  };
}

function metrics(instances: readonly Instance[], now: number): Exclude<Result, undefined> {
  const serving = instances.filter((instance) => instance.inService);
  const bad = serving.filter((instance) => answersBadly(instance, now)).length;
  const percent = serving.length === 0 ? 0 : Math.round((100 * bad) / serving.length);
  return {
    Duration: 10,
    RequestCount: 45 * serving.length,
    StatusCodes: { Status2xx: 100 - percent, Status3xx: 0, Status4xx: 0, Status5xx: percent },
    Latency: {
      P999: 0.02,
      P99: 0.012,
      P95: 0.008,
      P90: 0.006,
      P85: 0.005,
      P75: 0.004,
      P50: 0.003,
      P10: 0.001,
    },
  };
}

const counted: readonly HealthStatus[] = [
  'NoData',
  'Unknown',
  'Pending',
  'Ok',
  'Info',
  'Warning',
  'Degraded',
  'Severe',
];

function summary(environment: Environment, now: number): Exclude<Result, undefined> {
  const statuses = environment.instances.map((instance) => instanceHealth(environment, instance, now).status);
  return Object.fromEntries(
    counted.map((status) => [status, statuses.filter((one) => one === status).length]),
  );
}

const system = {
  CPUUtilization: { User: 1.5, Nice: 0, System: 0.4, Idle: 98, IOWait: 0.1, IRQ: 0, SoftIRQ: 0 },
  LoadAverage: [0.1, 0.05],
};

// The agents report every ten seconds.
function refreshedAt(now: number): number {
  return now - (now % 10_000);
}
