import type { Turn } from '../contract.js';
import type { Baseline } from './baseline.js';
import type { ApplicationVersion, Environment, Instance, Settings } from './environment.js';
import { isUnsupported } from './failures.js';
import { healthWord } from './health.js';
import { wantedOptions, withOptions } from './options/wanted.js';
import type { Site } from './rollout.js';
import { deploymentSettings } from './settings.js';

/** An environment that is Ready, with everything that a deployment to it must know. */
export interface Running {
  /** Its pace is that with the options of the target. */
  readonly running: Omit<Baseline, 'rollback'>;
  /** The registered version that it runs, when there is one. */
  readonly version: ApplicationVersion | undefined;
  /** In force now; they may hold secrets. */
  readonly settings: Settings;
}

/** Reads what an environment runs. Writes nothing. */
export async function readRunning(turn: Turn, site: Site, environment: Environment): Promise<Running> {
  const { eb, target, to, watch } = site;
  const { label } = environment;
  const labels = label === undefined ? [to] : [...new Set([to, label])];
  const [settings, versions, newestMs, instances] = await Promise.all([
    eb.settings(target.application, target.environment, turn.signal),
    eb.versions(target.application, labels, turn.signal),
    watch.newestMs(turn.signal),
    readInstances(site, environment, turn.signal),
  ]);
  site.memory.labelIsFree = versions.every((one) => one.label !== to);
  const running: Omit<Baseline, 'rollback'> = {
    environmentId: environment.id,
    ...(label !== undefined && { label }),
    health: healthWord(environment),
    platform: environment.platform,
    tier: environment.tier,
    updatedAtMs: environment.updatedAtMs,
    // Both are dates of AWS in the past: what this deployment causes is younger than the newest event.
    anchorMs: Math.max(newestMs, environment.updatedAtMs - 1),
    reporting: instances === undefined ? 'basic' : 'enhanced',
    ...deploymentSettings(withOptions(settings, wantedOptions(target))),
    instances: (instances ?? []).map(toBaselineInstance),
  };
  return { running, version: versions.find((one) => one.label === label), settings };
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
