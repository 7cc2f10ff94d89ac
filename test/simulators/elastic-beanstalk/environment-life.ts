import { behaviourOf } from './behaviour.js';
import { withDefaults } from './configuration.js';
import { begin } from './engine.js';
import type { Course } from './engine.js';
import { sampleHealth } from './health-sampler.js';
import { launchInstance, logEngine, logOut } from './instances.js';
import type { Environment, Operation, OptionSetting } from './model.js';
import { say } from './site.js';
import type { Site } from './site.js';

/** The platform of environments that name none. */
export const defaultStack = '64bit Amazon Linux 2023 v4.6.0 running Docker';

/** What a new environment is made of. */
export interface EnvironmentPlan {
  readonly application: string;
  readonly name: string;
  readonly label: string;
  readonly instances: number;
  readonly tier: 'WebServer' | 'Worker';
  readonly stack: string;
  readonly cnamePrefix: string;
  readonly description: string | undefined;
  readonly options: readonly OptionSetting[];
}

/** Adds an environment that runs its version already, Ready and Ok. */
export async function addEnvironment(site: Site, plan: EnvironmentPlan): Promise<Environment> {
  const now = site.clock.now();
  const environment: Environment = {
    id: `e-${site.chance.ids.hex(10)}`,
    name: plan.name,
    application: plan.application,
    tier: plan.tier,
    createdAt: now,
    description: plan.description,
    cname: `${plan.cnamePrefix}.${site.region}.elasticbeanstalk.com`,
    endpoint: '',
    stack: plan.stack,
    updatedAt: now,
    status: 'Ready',
    label: plan.label,
    deploymentId: 1,
    lastDeploymentId: 1,
    instances: [],
    options: withDefaults(plan.options),
    operation: undefined,
    health: { status: 'Ok', causes: [], at: now },
    outcome: undefined,
    pulledLogs: [],
    logBehaviour: 'all',
    onReady: [],
    sampling: false,
  };
  site.environments.push(environment);
  if (plan.tier === 'WebServer') {
    environment.endpoint = await site.web.open(() => {
      return site.environments.find(
        (one) => one.endpoint === environment.endpoint && one.status !== 'Terminated',
      );
    });
  }
  environment.instances = launchAll(site, environment, plan.instances);
  return environment;
}

/** Launches a new environment: it is there at once, and Ready some minutes later. */
export async function launchEnvironment(
  site: Site,
  plan: EnvironmentPlan,
  requestId: string,
): Promise<Environment> {
  const environment = await addEnvironment(site, plan);
  environment.instances = [];
  const operation = lifeOperation(site, environment, { kind: 'launch', requestId });
  environment.health = { status: 'Pending', causes: [], at: site.clock.now() };
  begin(site, environment, {
    operation,
    status: 'Launching',
    course: launch(site, environment, plan.instances),
  });
  return environment;
}

/** Terminates an environment; its name and CNAME are free again afterwards. */
export function terminateEnvironment(site: Site, environment: Environment, requestId: string): void {
  const operation = lifeOperation(site, environment, { kind: 'terminate', requestId });
  environment.onReady = [];
  begin(site, environment, {
    operation,
    status: 'Terminating',
    leadsTo: 'Terminated',
    course: terminate(site, environment),
  });
}

/** Restarts the processes of an environment; it stays on its version. */
export function restartEnvironment(site: Site, environment: Environment, requestId: string): void {
  const operation = lifeOperation(site, environment, { kind: 'restart', requestId });
  begin(site, environment, { operation, status: 'Updating', course: restart(site, environment) });
}

/** Exchanges the CNAMEs of two environments; both are busy meanwhile. */
export function swapCnames(site: Site, pair: readonly [Environment, Environment], requestId: string): void {
  const [source, destination] = pair;
  for (const environment of pair) {
    const operation = lifeOperation(site, environment, { kind: 'swap', requestId });
    const exchange =
      environment === source ? () => exchangeCnames(site, source, destination) : () => undefined;
    begin(site, environment, { operation, status: 'Updating', course: swap(site, environment, exchange) });
  }
}

function lifeOperation(
  site: Site,
  environment: Environment,
  what: { kind: Operation['kind']; requestId: string },
): Operation {
  return {
    ...what,
    startedAt: site.clock.now(),
    behaviour: behaviourOf('success'),
    label: environment.label,
    deploymentId: environment.deploymentId,
    abortable: false,
    giveUp: () => undefined,
  };
}

function launchAll(site: Site, environment: Environment, count: number): Environment['instances'] {
  const { label, deploymentId } = environment;
  return Array.from({ length: count }, (_, index) => {
    const instance = launchInstance(site, { label, deploymentId, index });
    logEngine(site, instance, 'INFO', 'Engine execution has finished.');
    logOut(site, instance, `listening on port 8080, version ${label}`);
    return instance;
  });
}

function* launch(site: Site, environment: Environment, count: number): Course {
  const { operation } = environment;
  const info = (message: string): void => say(site, environment, { severity: 'INFO', message, operation });
  info('createEnvironment is starting.');
  yield 2_000;
  info(
    `Using elasticbeanstalk-${site.region}-${site.account} as Amazon S3 storage bucket for environment data.`,
  );
  yield 60_000;
  info(
    `Environment health has transitioned to Pending. Initialization in progress (running for 60 seconds). There are no instances.`,
  );
  yield 90_000;
  environment.instances = launchAll(site, environment, count);
  for (const instance of environment.instances) info(`Added instance [${instance.id}] to your environment.`);
  yield 60_000;
  info(`Application available at ${environment.cname}.`);
  info(`Successfully launched environment: ${environment.name}`);
  return { label: 'new', result: 'good' };
}

function* terminate(site: Site, environment: Environment): Course {
  const { operation } = environment;
  say(site, environment, { severity: 'INFO', message: 'terminateEnvironment is starting.', operation });
  yield 60_000;
  environment.instances = [];
  if (environment.endpoint !== '') site.web.shut(environment.endpoint);
  yield 30_000;
  say(site, environment, {
    severity: 'INFO',
    message: 'terminateEnvironment completed successfully.',
    operation,
  });
  return { label: 'old', result: 'good' };
}

function* restart(site: Site, environment: Environment): Course {
  const { operation } = environment;
  say(site, environment, { severity: 'INFO', message: 'restartAppServer is starting.', operation });
  yield 5_000;
  for (const instance of environment.instances) logOut(site, instance, 'restarted');
  yield 10_000;
  say(site, environment, {
    severity: 'INFO',
    message: 'restartAppServer completed successfully.',
    operation,
  });
  return { label: 'old', result: 'good' };
}

function* swap(site: Site, environment: Environment, exchange: () => void): Course {
  const { operation } = environment;
  say(site, environment, { severity: 'INFO', message: 'swapEnvironmentCNAMEs is starting.', operation });
  yield 4_000;
  exchange();
  say(site, environment, {
    severity: 'INFO',
    message: `Completed swapping CNAMEs for environments. The CNAME of ${environment.name} is now '${environment.cname}'.`,
    operation,
  });
  yield 1_000;
  return { label: 'old', result: 'good' };
}

function exchangeCnames(site: Site, source: Environment, destination: Environment): void {
  [source.cname, destination.cname] = [destination.cname, source.cname];
  for (const instance of [...source.instances, ...destination.instances]) {
    const { untilSwap, ...app } = instance.app;
    if (untilSwap === undefined) continue;
    instance.app = app;
    instance.appSince = site.clock.now();
  }
  for (const environment of [source, destination]) sampleHealth(site, environment);
}
