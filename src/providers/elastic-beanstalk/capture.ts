import { failure, type Failure } from '../../shared/domain/failures.js';
import type { Capture, Turn } from '../contract.js';
import type { Baseline } from './baseline.js';
import { isMutable, platformFamily } from './bundle/dockerrun.js';
import type { Environment, Instance } from './environment.js';
import { isUnsupported } from './failures.js';
import { healthWord, isRed } from './health.js';
import { rollbackTarget } from './rollback-target.js';
import type { Site } from './rollout.js';
import { deploymentSettings } from './settings.js';

/** Reads what runs now, and refuses what could never be deployed here. Writes nothing. */
export async function captureBaseline(turn: Turn, site: Site): Promise<Capture<Baseline>> {
  const { eb, s3, target, to, watch } = site;
  const environment = await watch.environment(turn.signal);
  const refusal = refusalOf(site, environment);
  if (refusal !== undefined) return { said: 'failed', failure: refusal };
  if (environment === undefined) throw new Error('An absent environment is refused above');
  if (environment.status !== 'Ready') {
    const because = `${target.environment} is ${environment.status.toLowerCase()}`;
    return { said: 'wait', forMs: 15_000, because: `${because}; waiting until it is Ready` };
  }
  const { label } = environment;
  const labels = label === undefined ? [to] : [...new Set([to, label])];
  const [settings, versions, newestMs, instances] = await Promise.all([
    eb.settings(target.application, target.environment, turn.signal),
    eb.versions(target.application, labels, turn.signal),
    watch.newestMs(turn.signal),
    readInstances(site, environment, turn.signal),
  ]);
  const version = versions.find((one) => one.label === label);
  const { rollback, noRollback } = await rollbackTarget({ label, to, version }, s3, turn.signal);
  site.memory.labelIsFree = versions.every((one) => one.label !== to);
  const baseline: Baseline = {
    environmentId: environment.id,
    ...(label !== undefined && { label }),
    health: healthWord(environment),
    platform: environment.platform,
    tier: environment.tier,
    updatedAtMs: environment.updatedAtMs,
    // Both are dates of AWS in the past: what this deployment causes is younger than the newest event.
    anchorMs: Math.max(newestMs, environment.updatedAtMs - 1),
    reporting: instances === undefined ? 'basic' : 'enhanced',
    ...deploymentSettings(settings),
    instances: (instances ?? []).map(toBaselineInstance),
    rollback,
  };
  warnAbout(turn, site, baseline);
  return {
    said: 'captured',
    baseline,
    summary: summaryOf(site, baseline),
    ...(noRollback !== undefined && { noRollback }),
  };
}

/** Why this release can never be deployed to this environment, when it cannot. */
function refusalOf(site: Site, environment: Environment | undefined): Failure | undefined {
  const { release, target } = site;
  const name = target.environment;
  if (environment === undefined) {
    const detail = `${name} is not listed in ${target.region}.`;
    return failure('eb.environment-missing', detail);
  }
  if (environment.application !== target.application) {
    const detail = `${name} belongs to the application ${environment.application}, not ${target.application}.`;
    return failure('eb.environment-mismatch', detail);
  }
  if (environment.tier === 'Cluster') {
    return failure('eb.environment-mismatch', `${name} is of the tier Cluster, which is not supported.`);
  }
  if (environment.status === 'Terminating' || environment.status === 'Terminated') {
    return failure('eb.environment-gone', `${name} is ${environment.status}.`);
  }
  const { artifact } = release;
  if (artifact.type !== 'image') return undefined;
  if (platformFamily(environment.platform) === 'other') {
    return failure('eb.image-unsupported', `${name} runs ${environment.platform}.`);
  }
  if (isMutable(artifact.image) && target.allowMutableTag !== true) {
    return failure('eb.image-mutable', `The image is ${artifact.image}.`);
  }
  return undefined;
}

/** `undefined` with basic health reporting, which knows no instances. */
async function readInstances(
  { eb }: Site,
  environment: Environment,
  signal: AbortSignal,
): Promise<readonly Instance[] | undefined> {
  if (environment.healthStatus === undefined) return undefined;
  try {
    return await eb.instances(environment.id, signal);
  } catch (error) {
    if (isUnsupported(error)) return undefined;
    throw error;
  }
}

function toBaselineInstance({ id, label, deploymentId }: Instance): Baseline['instances'][number] {
  return { id, ...(label !== undefined && { label }), ...(deploymentId !== undefined && { deploymentId }) };
}

function warnAbout(turn: Turn, { target }: Site, baseline: Baseline): void {
  if (isRed(baseline.health)) {
    turn.say(`${target.environment} was ${baseline.health} already before this deployment`, 'warn');
  }
  const strays = baseline.instances.filter((one) => one.label !== undefined && one.label !== baseline.label);
  if (strays.length > 0) {
    turn.say(`${strays.length} instances do not run ${baseline.label ?? 'the reported version'}`, 'warn');
  }
  if (baseline.rollback.proof !== 'proven') {
    turn.say(`The way back is ${baseline.rollback.proof}: ${baseline.rollback.reason ?? ''}`, 'warn');
  }
}

function summaryOf({ target }: Site, baseline: Baseline): string {
  const count = baseline.reporting === 'enhanced' ? ` on ${baseline.instances.length} instances` : '';
  return `${target.environment} runs ${baseline.label ?? 'no version'}${count}, health ${baseline.health}, policy ${baseline.policy}`;
}
