import { failure } from '../../../shared/domain/failures.js';
import type { Capture, Turn } from '../../contract.js';
import type { Baseline } from '../baseline.js';
import { siteFor, type Pair } from '../blue-green/pair.js';
import { refusalOf } from '../capture.js';
import { validateOptions } from '../options/validate-options.js';
import { changesFrom, wantedOptions } from '../options/wanted.js';
import { readRunning } from '../read-running.js';
import { isStamped, notOurs } from './stamp.js';

/** `there`: the environment of the target has been made already, and for this clone. */
export type OriginCapture = Capture<Baseline> | { readonly said: 'there' };

/** Reads what the environment of a clone is to be made from, while it is missing. Writes nothing. */
export async function captureOrigin(turn: Turn, pair: Pair, stamp: string): Promise<OriginCapture> {
  const [origin, name] = pair.names;
  const made = await pair.site.watch.environment(turn.signal);
  if (made !== undefined) {
    return (await isStamped(pair.site.eb, made, stamp, turn.signal))
      ? { said: 'there' }
      : { said: 'failed', failure: failure('eb.environment-mismatch', notOurs(name)) };
  }
  const site = siteFor(pair, origin);
  const environment = await site.watch.environment(turn.signal);
  const refusal = refusalOf(site, environment);
  if (refusal !== undefined) return { said: 'failed', failure: refusal };
  if (environment === undefined) throw new Error('An absent environment is refused above');
  if (environment.status !== 'Ready') {
    const because = `${origin} is ${environment.status.toLowerCase()}; waiting until it can be cloned`;
    return { said: 'wait', forMs: 15_000, because };
  }
  const { running, settings } = await readRunning(turn, site, environment);
  const options = changesFrom(settings, wantedOptions(site.target));
  const invalid = await validateOptions(turn, site, environment, options);
  if (invalid !== undefined) return { said: 'failed', failure: invalid };
  return {
    said: 'captured',
    baseline: { ...running, rollback: { proof: 'proven' }, origin },
    summary: `${name} is missing and will be made from ${origin}, which runs ${running.label ?? 'no version'}`,
  };
}
