import type { Drifted, DriftedField, Turn } from '../contract.js';
import type { LiveAnswer } from '../live-operations.js';
import { failure } from '../../shared/domain/failures.js';
import type { Environment, Instance, Settings } from './environment.js';
import { explain } from './failures.js';
import { knownInstances } from './live/live-site.js';
import { titleOf } from './options/option.js';
import { isSame, wantedOptions } from './options/wanted.js';
import { isMasked } from './options/way-back.js';
import type { Site } from './rollout.js';

/** What of an environment is no longer as the release left it: its version, that of its instances, and the options of the target. */
export async function findDrift(turn: Turn, site: Site): Promise<LiveAnswer<readonly Drifted[]>> {
  const { eb, target, watch } = site;
  const name = `Environment ${target.environment}`;
  const environment = await watch.environment(turn.signal);
  if (environment === undefined) return await absent(turn, site, name);
  if (environment.status !== 'Ready') {
    const because = `${environment.name} is ${environment.status.toLowerCase()}`;
    return { said: 'wait', forMs: 15_000, because };
  }
  const [settings, instances] = await Promise.all([
    eb.settings(target.application, target.environment, turn.signal),
    environment.healthStatus === undefined ? [] : knownInstances(eb, environment.id, turn.signal),
  ]);
  const fields = [...versionFields(site, environment, instances), ...optionFields(site, settings)];
  return { said: 'done', value: fields.length > 0 ? [{ name, change: 'changed', fields }] : [] };
}

/** Turns foreign errors of a look into its answer. */
export async function explainedLook<T>(look: () => Promise<LiveAnswer<T>>): Promise<LiveAnswer<T>> {
  try {
    return await look();
  } catch (error) {
    const outcome = explain(error);
    if (outcome.said === 'done') throw error;
    return outcome;
  }
}

/** An environment that is not listed may be hidden from these credentials: gone is only what is listed as terminated. */
async function absent(
  turn: Turn,
  { eb, target }: Site,
  name: string,
): Promise<LiveAnswer<readonly Drifted[]>> {
  const all = await eb.environmentsOf(target.application, turn.signal);
  const isGone = all.some((one) => one.name === target.environment && one.status === 'Terminated');
  if (isGone) return { said: 'done', value: [{ name, change: 'gone', fields: [] }] };
  const detail = `${target.environment} is not listed in ${target.region}, or is hidden.`;
  return { said: 'failed', failure: failure('eb.environment-missing', detail) };
}

function versionFields(
  { to }: Site,
  { label }: Environment,
  instances: readonly Instance[],
): readonly DriftedField[] {
  const strays = instances.filter((one) => one.label !== undefined && one.label !== to);
  const own = label === to ? [] : [labelField('version label', to, label)];
  return [...own, ...strays.map((one) => labelField(`version label of ${one.id}`, to, one.label))];
}

function labelField(path: string, recorded: string, live: string | undefined): DriftedField {
  return {
    path,
    recorded: JSON.stringify(recorded),
    ...(live !== undefined && { live: JSON.stringify(live) }),
  };
}

/** Names alone: values may be secrets. What Elastic Beanstalk hides cannot be compared. */
function optionFields({ target }: Site, settings: Settings): readonly DriftedField[] {
  return wantedOptions(target).flatMap((option) => {
    const live = settings.get(titleOf(option));
    return isSame(live, option.value) || isMasked(live) ? [] : [{ path: `option ${titleOf(option)}` }];
  });
}
