import { failure, type Failure } from '../../shared/domain/failures.js';
import { isMovable } from '../../shared/domain/image-reference.js';
import type { Capture, Turn } from '../contract.js';
import type { Baseline } from './baseline.js';
import { platformFamily } from './bundle/dockerrun.js';
import type { Environment } from './environment.js';
import { isRed } from './health.js';
import { validateOptions } from './options/validate-options.js';
import { changesFrom, wantedOptions } from './options/wanted.js';
import { lossOf } from './options/way-back.js';
import { readRunning } from './read-running.js';
import { rollbackTarget } from './rollback-target.js';
import type { Site } from './rollout.js';

/** Reads what runs now, and refuses what could never be deployed here. Writes nothing. */
export async function captureBaseline(turn: Turn, site: Site): Promise<Capture<Baseline>> {
  const { s3, target, to, watch } = site;
  const environment = await watch.environment(turn.signal);
  const refusal = refusalOf(site, environment);
  if (refusal !== undefined) return { said: 'failed', failure: refusal };
  if (environment === undefined) throw new Error('An absent environment is refused above');
  if (environment.status !== 'Ready') {
    const because = `${target.environment} is ${environment.status.toLowerCase()}`;
    return { said: 'wait', forMs: 15_000, because: `${because}; waiting until it is Ready` };
  }
  const { running, version, settings } = await readRunning(turn, site, environment);
  const options = changesFrom(settings, wantedOptions(target));
  const invalid = await validateOptions(turn, site, environment, options);
  if (invalid !== undefined) return { said: 'failed', failure: invalid };
  const question = { label: environment.label, to, version, reconfigures: options.length > 0 };
  const { rollback, noRollback } = await rollbackTarget(question, s3, turn.signal);
  const baseline: Baseline = { ...running, rollback, ...(options.length > 0 && { options }) };
  warnAbout(turn, site, baseline);
  return {
    said: 'captured',
    baseline,
    summary: summaryOf(site, baseline),
    ...(noRollback !== undefined && { noRollback }),
  };
}

/** Why this release can never be deployed to this environment, when it cannot. */
export function refusalOf(site: Site, environment: Environment | undefined): Failure | undefined {
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
  if (isMovable(artifact.image) && target.allowMutableTag !== true) {
    return failure('eb.image-mutable', `The image is ${artifact.image}.`);
  }
  return undefined;
}

export function warnAbout(turn: Turn, { target }: Site, baseline: Baseline): void {
  if (isRed(baseline.health)) {
    turn.say(`${target.environment} was ${baseline.health} already before this deployment`, 'warn');
  }
  const strays = baseline.instances.filter((one) => one.label !== undefined && one.label !== baseline.label);
  if (strays.length > 0) {
    turn.say(`${strays.length} instances do not run ${baseline.label ?? 'the reported version'}`, 'warn');
  }
  for (const loss of (baseline.options ?? []).map(lossOf)) {
    if (loss !== undefined) turn.say(`A rollback cannot restore ${loss}`, 'warn');
  }
  if (baseline.rollback.proof !== 'proven') {
    turn.say(`The way back is ${baseline.rollback.proof}: ${baseline.rollback.reason ?? ''}`, 'warn');
  }
}

export function summaryOf({ target }: Site, baseline: Baseline): string {
  const count = baseline.reporting === 'enhanced' ? ` on ${baseline.instances.length} instances` : '';
  return `${target.environment} runs ${baseline.label ?? 'no version'}${count}, health ${baseline.health}, policy ${baseline.policy}`;
}
