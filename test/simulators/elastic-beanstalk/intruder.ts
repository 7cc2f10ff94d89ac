import { behaviourOf } from './behaviour.js';
import type { Behaviour } from './behaviour.js';
import { abortUpdate, startUpdate } from './deployment.js';
import { begin } from './engine.js';
import type { Course } from './engine.js';
import { launchInstance } from './instances.js';
import type { Environment, Operation, Version } from './model.js';
import { say } from './site.js';
import type { Site } from './site.js';

/** Virtual milliseconds after which an intruder of a running deployment acts. */
const actsAfter = 12_000;

/** Lets somebody else act on the environment when the scenario of the deployment that just began says so. */
export function interfere(site: Site, environment: Environment, behaviour: Behaviour): void {
  const { intruder, intruderLabel } = behaviour;
  if (intruder === 'none') return;
  if (intruder === 'update-during') {
    site.clock.after(actsAfter, () => foreignUpdate(site, environment, intruderLabel));
    return;
  }
  environment.onReady.push(() => {
    if (intruder === 'managed-update-after') managedUpdate(site, environment);
    else foreignUpdate(site, environment, intruderLabel);
  });
}

/** Somebody else deploys `label` (by default a version the simulator adds), aborting first what is under way. */
export function foreignUpdate(site: Site, environment: Environment, label: string | undefined): void {
  const version = foreignVersion(site, environment, label);
  if (environment.operation?.abortable === true) {
    environment.onReady.unshift(() => deploy());
    abortUpdate(site, environment, site.chance.requests.uuid());
  } else if (environment.operation === undefined) deploy();
  else environment.onReady.unshift(() => deploy());

  function deploy(): void {
    if (environment.status !== 'Ready') return;
    startUpdate(site, environment, {
      requestId: site.chance.requests.uuid(),
      behaviour: behaviourOf('success'),
      version,
      options: [],
      optionsToRemove: [],
    });
  }
}

/** The platform is updated by itself: the environment is busy for a while, its instances are replaced, its label stays. */
export function managedUpdate(site: Site, environment: Environment, forMs = 180_000): void {
  if (environment.status !== 'Ready') return;
  const operation: Operation = {
    kind: 'managed-update',
    requestId: site.chance.requests.uuid(),
    startedAt: site.clock.now(),
    behaviour: behaviourOf('success'),
    label: environment.label,
    deploymentId: environment.deploymentId,
    abortable: false,
    giveUp: () => undefined,
  };
  begin(site, environment, {
    operation,
    status: 'Updating',
    course: replacePlatform(site, environment, forMs),
  });
}

function* replacePlatform(site: Site, environment: Environment, forMs: number): Course {
  const { operation } = environment;
  say(site, environment, { severity: 'INFO', message: 'Managed platform update is in-progress.', operation });
  say(site, environment, { severity: 'INFO', message: 'Environment update is starting.', operation });
  yield forMs;
  const { label, deploymentId } = environment;
  environment.instances = environment.instances.map((_, index) => {
    return launchInstance(site, { label, deploymentId, index });
  });
  environment.stack = environment.stack.replace(
    /v(\d+)\.(\d+)\.(\d+)/,
    (_, major: string, minor: string, patch: string) => {
      return `v${major}.${minor}.${Number(patch) + 1}`;
    },
  );
  say(site, environment, {
    severity: 'INFO',
    message: 'Environment update completed successfully.',
    operation,
  });
  return { label: 'old', result: 'good' };
}

function foreignVersion(site: Site, environment: Environment, label = 'foreign-hotfix'): Version {
  const application = site.applications.get(environment.application);
  const existing = application?.versions.get(label);
  if (existing !== undefined) return existing;
  const running = application?.versions.get(environment.label);
  const now = site.clock.now();
  const version: Version = {
    label,
    description: 'deployed by somebody else',
    bundle: running?.bundle ?? { bucket: 'foreign', key: label },
    createdAt: now,
    updatedAt: now,
    status: 'UNPROCESSED',
    visibleAt: now,
    inBundle: undefined,
  };
  application?.versions.set(label, version);
  return version;
}
