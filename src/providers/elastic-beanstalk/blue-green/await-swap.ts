import { failure } from '../../../shared/domain/failures.js';
import { done, failed, wait, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import { foreignChange } from '../foreign-change.js';
import { firstCause } from '../platform-events.js';
import { lookAtBoth } from './capture-pair.js';
import type { Turnover } from './pair.js';
import type { Exchange } from './swap.js';

// The status may follow an accepted swap some seconds later.
const SETTLE_MS = 60_000;

/** Waits until both environments are Ready again and the CNAME is where it shall be. */
export function awaitSwap(turnover: Turnover, exchange: Exchange): Step {
  const { pair } = turnover;
  return {
    id: exchange.way === 'forward' ? 'await-swap' : 'await-swap-back',
    title: `Wait until ${exchange.to} holds ${pair.cname}`,
    writes: false,
    deadlineMs: 900_000,
    run: (turn) => run(turn, turnover, exchange),
  };
}

async function run(turn: Turn, turnover: Turnover, { from, to }: Exchange): Promise<Outcome> {
  const { pair, live } = turnover;
  if (turn.intent === undefined) await turn.intend('looking');
  const seen = await lookAtBoth(turn, pair);
  const busy = seen.find((one) => one !== undefined && one.status !== 'Ready');
  if (busy !== undefined) return wait(5_000, `${busy.name} is ${busy.status.toLowerCase()}`);
  const holder = seen.find((one) => one?.cname === pair.cname);
  if (holder?.name === to) {
    turn.say(`${to} holds ${pair.cname}`);
    return done;
  }
  if (turn.intent === undefined || turn.intentAgeMs < SETTLE_MS) {
    return wait(5_000, 'the CNAMEs have not been swapped yet');
  }
  if (holder?.name !== from) return foreignChange(live, `Neither ${from} nor ${to} holds ${pair.cname}.`);
  const { events } = await pair.sideOf(to).watch.look('events', turn.signal);
  const cause = firstCause(events)?.message ?? 'no event says why';
  return failed(failure('eb.swap-failed', `${from} still holds ${pair.cname}: ${cause}`));
}

/** Sees that both CNAMEs really changed places. */
export function verifySwap(turnover: Turnover, { from, to }: Exchange): Step {
  const { pair, live } = turnover;
  return {
    id: 'verify-swap',
    title: `Verify that the CNAMEs of ${from} and ${to} were exchanged`,
    writes: false,
    deadlineMs: 900_000,
    async run(turn) {
      const seen = await lookAtBoth(turn, pair);
      const left = seen.find((one) => one?.name === from)?.cname;
      const got = seen.find((one) => one?.name === to)?.cname;
      if (got !== pair.cname) {
        return foreignChange(live, `${to} lost ${pair.cname} right after it had got it.`);
      }
      if (left === undefined) return wait(5_000, `${from} has no CNAME yet`);
      turn.say(`${from} is idle now at ${left} and keeps its version, ready to take the traffic back`);
      return done;
    },
  };
}
