import { done, wait, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import type { Environment } from '../environment.js';
import { explain } from '../failures.js';
import { versionSentSince } from '../sent-since.js';
import { lookAtBoth } from './capture-pair.js';
import { dropConfiguration } from './drop-configuration.js';
import { siteFor, type Turnover } from './pair.js';

// A swap whose answer was lost may still arrive, and would give the traffic to the bad version.
const SWAP_ARRIVES_WITHIN_MS = 60_000;
const ABORTED = 'abort';

/** Waits for a swap that is on its way, and ends an update of the idle environment that still runs. */
export function settlePair(turnover: Turnover): Step {
  return {
    id: 'settle-pair',
    title: `Bring ${turnover.live.target.environment} and ${turnover.idleName} to rest`,
    writes: true,
    deadlineMs: 900_000,
    run: (turn) => run(turn, turnover),
  };
}

async function run(turn: Turn, turnover: Turnover): Promise<Outcome> {
  const { pair, live, idleName } = turnover;
  const seen = await lookAtBoth(turn, pair);
  const idle = seen.find((one) => one?.name === idleName);
  if (turn.noteOf('forward', 'ensure-swap') !== undefined) {
    const busy = seen.find((one) => one !== undefined && one.status !== 'Ready');
    if (busy !== undefined) return wait(5_000, `${busy.name} is ${busy.status.toLowerCase()}`);
    if (idle?.cname !== pair.cname) {
      if (turn.intent === undefined) await turn.intend('settle');
      const isOpen = turn.intent === undefined || turn.intentAgeMs < SWAP_ARRIVES_WITHIN_MS;
      if (isOpen) return wait(10_000, 'a swap of the CNAMEs may still be on its way');
    }
    return done;
  }
  await dropConfiguration(turn, siteFor(pair, idleName));
  const isOurs = versionSentSince(turn) !== undefined && turn.intent !== ABORTED;
  if (isOurs && idle?.status === 'Updating' && idle.abortable) return await abort(turn, turnover, idle);
  turn.say(`${live.target.environment} was not touched and keeps the traffic`);
  return done;
}

async function abort(turn: Turn, { live, pair }: Turnover, idle: Environment): Promise<Outcome> {
  await turn.intend(ABORTED);
  pair.sideOf(idle.name).watch.wrote();
  try {
    await live.eb.abortUpdate(idle.id, turn.signal);
    turn.say(`Aborting the update of ${idle.name} that is still running`, 'warn');
  } catch (error) {
    // It ends by itself, and without traffic.
    const outcome = explain(error);
    if (outcome.said === 'wait') return outcome;
    turn.say(`The update of ${idle.name} cannot be aborted and goes on without traffic`, 'warn');
  }
  return done;
}
