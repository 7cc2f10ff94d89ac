import type { AppBehaviour } from './behaviour.js';
import type { Environment, Instance, Operation } from './model.js';
import type { Site } from './site.js';

const healthy: AppBehaviour = { state: 'ok', afterMs: 0, periodMs: 0 };

/** A new instance that already runs `label`. */
export function launchInstance(
  site: Site,
  running: { label: string; deploymentId: number; index: number },
): Instance {
  const { label, deploymentId, index } = running;
  const now = site.clock.now();
  return {
    id: `i-0${site.chance.ids.hex(16)}`,
    zone: `${site.region}${'abc'[index % 3] ?? 'a'}`,
    launchedAt: now,
    label,
    deploymentId,
    deploymentStatus: 'Deployed',
    deployedAt: now,
    before: { label, deploymentId },
    overlooked: false,
    inService: true,
    running: true,
    weight: 1,
    app: healthy,
    appSince: now,
    engineLog: [],
    outLog: [],
  };
}

/** The instance begins to take the version of the operation over. */
export function beginDeployment(site: Site, instance: Instance, operation: Operation): void {
  instance.before = { label: instance.label, deploymentId: instance.deploymentId };
  instance.overlooked = false;
  instance.label = operation.label;
  instance.deploymentId = operation.deploymentId;
  instance.deploymentStatus = 'In Progress';
  instance.deployedAt = site.clock.now();
  logEngine(site, instance, 'INFO', 'Starting...');
  logEngine(site, instance, 'INFO', `Executing instruction: deploy version ${operation.label}`);
  logEngine(site, instance, 'INFO', 'Executing instruction: RunAppDeployPreDeployHooks');
}

/** The command of the operation succeeded on the instance. */
export function completeDeployment(site: Site, instance: Instance, operation: Operation): void {
  instance.deploymentStatus = 'Deployed';
  instance.deployedAt = site.clock.now();
  instance.running = true;
  instance.app = operation.behaviour.app;
  instance.appSince = Number.POSITIVE_INFINITY;
  logEngine(site, instance, 'INFO', 'Executing instruction: register application');
  logEngine(site, instance, 'INFO', 'Instance deployment completed successfully.');
  logEngine(site, instance, 'INFO', 'Engine execution has finished.');
  logOut(site, instance, `listening on port 8080, version ${operation.label}`);
}

/** The command of the operation failed on the instance: it keeps the new bits and its process is down. */
export function failDeployment(site: Site, instance: Instance, operation: Operation): void {
  const { command, output, exitCode } = operation.behaviour.failure;
  instance.deploymentStatus = 'Failed';
  instance.deployedAt = site.clock.now();
  instance.running = false;
  instance.app = healthy;
  logEngine(site, instance, 'INFO', `Running command: ${command}`);
  for (const line of output.split('\n')) logOut(site, instance, line);
  logEngine(
    site,
    instance,
    'ERROR',
    `An error occurred during execution of command [app-deploy] - [RunAppDeployPreDeployHooks]. Stop running the command. Error: Command ${command} failed with error exit status ${exitCode}. Stderr:${output.replaceAll('\n', ' | ')}`,
  );
  logEngine(site, instance, 'ERROR', "Instance deployment failed. For details, see 'eb-engine.log'.");
}

/** The instance goes back to what it ran before, as if the deployment had not reached it. */
export function withdrawDeployment(instance: Instance): void {
  instance.label = instance.before.label;
  instance.deploymentId = instance.before.deploymentId;
  instance.deploymentStatus = 'Deployed';
  instance.running = true;
}

/** Takes instances out of the environment for good. */
export function removeInstances(environment: Environment, gone: readonly Instance[]): void {
  environment.instances = environment.instances.filter((instance) => !gone.includes(instance));
}

/** Ids as events list them: `[i-1, i-2]`. */
export function idList(instances: readonly Instance[]): string {
  return `[${instances.map((instance) => instance.id).join(', ')}]`;
}

/** Adds a line to the instance's eb-engine.log. */
export function logEngine(site: Site, instance: Instance, level: string, line: string): void {
  const at = new Date(site.clock.now())
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z/, '');
  instance.engineLog.push(`${at} [${level}] ${line}`);
}

/** Adds a line to the instance's web.stdout.log. */
export function logOut(site: Site, instance: Instance, line: string): void {
  const at = new Date(site.clock.now()).toISOString();
  instance.outLog.push(`${at} ip-10-0-0-${instance.id.slice(-2)} web[2417]: ${line}`);
}
