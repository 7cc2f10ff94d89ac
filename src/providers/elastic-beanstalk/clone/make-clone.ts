import { failure } from '../../../shared/domain/failures.js';
import { done, failed, wait, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import { isUnderWay, makeIdle } from '../blue-green/ensure-idle.js';
import { siteFor, type Turnover } from '../blue-green/pair.js';
import { readSendNote } from '../intent-note.js';
import { notOurs } from './stamp.js';

/** Makes the environment of a clone from the configuration of its origin. Its id is the one that `await-idle` looks for. */
export function makeClone(turnover: Turnover): Step {
  return {
    id: 'ensure-idle',
    title: `Make ${turnover.idleName} from the configuration of ${turnover.live.target.environment}`,
    writes: true,
    deadlineMs: 900_000,
    run: (turn) => run(turn, turnover),
  };
}

async function run(turn: Turn, turnover: Turnover): Promise<Outcome> {
  const { pair, idleName } = turnover;
  const site = siteFor(pair, idleName);
  const note = readSendNote(turn.intent);
  const environment = await site.watch.environment(turn.signal);
  if (environment !== undefined) {
    return note === undefined ? failed(failure('eb.environment-mismatch', notOurs(idleName))) : done;
  }
  return isUnderWay(turn, site, note)
    ? wait(5_000, `looking whether ${idleName} is being made`)
    : await makeIdle(turn, turnover, site, note);
}
