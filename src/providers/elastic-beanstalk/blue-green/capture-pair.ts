import { failure, type Failure } from '../../../shared/domain/failures.js';
import type { Capture, Turn } from '../../contract.js';
import type { Baseline } from '../baseline.js';
import { refusalOf, summaryOf, warnAbout } from '../capture.js';
import type { Environment, Settings } from '../environment.js';
import { validateOptions } from '../options/validate-options.js';
import { changesFrom, wantedOptions } from '../options/wanted.js';
import { readRunning } from '../read-running.js';
import { rolesOf, siteFor, type Pair } from './pair.js';

/** Reads who is live and what it runs. The way back is to leave it as it is, so no version has to be deployed again. */
export async function capturePair(turn: Turn, pair: Pair): Promise<Capture<Baseline>> {
  const seen = await lookAtBoth(turn, pair);
  const roles = rolesOf(pair, pair.site.target, seen);
  if (roles.are === 'unfit') return { said: 'failed', failure: roles.failure };
  const { live, idle } = roles;
  const site = siteFor(pair, live.name);
  const refusal = refusalOf(site, live);
  if (refusal !== undefined) return { said: 'failed', failure: refusal };
  const busy = [live, idle].find((one) => one !== undefined && one.status !== 'Ready');
  if (busy !== undefined) {
    const because = `${busy.name} is ${busy.status.toLowerCase()}; waiting until it is Ready`;
    return { said: 'wait', forMs: 15_000, because };
  }
  const { running, settings } = await readRunning(turn, site, live);
  const unfit = databaseIn(live, settings);
  if (unfit !== undefined) return { said: 'failed', failure: unfit };
  const invalid = await validateOptions(turn, site, live, changesFrom(settings, wantedOptions(site.target)));
  if (invalid !== undefined) return { said: 'failed', failure: invalid };
  const idleName = pair.names.find((name) => name !== live.name) ?? '';
  const baseline: Baseline = {
    ...running,
    rollback: { proof: 'proven' },
    pair: { live: live.name, idle: idleName, cname: pair.cname },
  };
  warnAbout(turn, site, baseline);
  const idleRuns = idle === undefined ? 'is missing and will be made' : `runs ${idle.label ?? 'no version'}`;
  return {
    said: 'captured',
    baseline,
    summary: `${summaryOf(site, baseline)}; it holds ${pair.cname}, ${idleName} ${idleRuns}`,
  };
}

/** Both environments as they are now, in the order of their names. */
export async function lookAtBoth(
  turn: Turn,
  { names, sideOf }: Pair,
): Promise<readonly (Environment | undefined)[]> {
  return await Promise.all(names.map((name) => sideOf(name).watch.environment(turn.signal)));
}

/** A database that belongs to the environment would not move with the traffic (developer guide, "Blue/Green deployments"). */
function databaseIn({ name }: Environment, settings: Settings): Failure | undefined {
  const isCoupled =
    settings.get('aws:rds:dbinstance/HasCoupledDatabase')?.toLowerCase() === 'true' ||
    settings.has('aws:rds:dbinstance/DBEngine');
  if (!isCoupled) return undefined;
  const detail = `${name} owns a database, and the other environment would have another one; decouple it first.`;
  return failure('eb.pair-unfit', detail);
}
