import { failure } from '../../../shared/domain/failures.js';
import { done, failed, wait, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import { dropConfiguration } from '../blue-green/drop-configuration.js';
import { siteFor, type Turnover } from '../blue-green/pair.js';
import { isStamped, notOurs } from './stamp.js';

// A call to make it whose answer was lost may still arrive.
const ARRIVES_WITHIN_MS = 60_000;
const TERMINATING = 'terminate';

/** Takes back the first deployment of a clone: nothing ran before, so the environment that it made goes. */
export function terminateClone(turnover: Turnover, stamp: string): Step {
  return {
    id: 'terminate-clone',
    title: `Terminate ${turnover.idleName}, which this deployment made`,
    writes: true,
    deadlineMs: 3_600_000,
    run: (turn) => run(turn, turnover, stamp),
  };
}

async function run(turn: Turn, turnover: Turnover, stamp: string): Promise<Outcome> {
  const { pair, idleName } = turnover;
  const site = siteFor(pair, idleName);
  const environment = await site.watch.environment(turn.signal);
  if (environment === undefined) {
    if (turn.noteOf('forward', 'ensure-idle') !== undefined && turn.intent !== TERMINATING) {
      if (turn.intent === undefined) await turn.intend('looking');
      const isOpen = turn.intent === undefined || turn.intentAgeMs < ARRIVES_WITHIN_MS;
      if (isOpen) return wait(10_000, `the call to make ${idleName} may still be on its way`);
    }
    await dropConfiguration(turn, site);
    turn.say(`${idleName} is gone; ${turnover.live.target.environment} was not touched`);
    return done;
  }
  if (environment.status === 'Terminating') return wait(15_000, `${idleName} is being terminated`);
  if (!(await isStamped(site.eb, environment, stamp, turn.signal))) {
    return failed(failure('eb.environment-mismatch', notOurs(idleName)));
  }
  await turn.intend(TERMINATING);
  site.watch.wrote();
  await site.eb.terminateEnvironment(environment.id, turn.signal);
  turn.say(`Terminating ${idleName} (${environment.id})`);
  return wait(15_000, `${idleName} is being terminated`);
}
