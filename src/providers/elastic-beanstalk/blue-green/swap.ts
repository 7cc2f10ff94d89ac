import { failure } from '../../../shared/domain/failures.js';
import { done, failed, wait, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import type { Environment, PlatformEvent } from '../environment.js';
import { explain, isBusy, isExpired, isRefusal } from '../failures.js';
import { foreignChange } from '../foreign-change.js';
import { readSendNote, type SendNote } from '../intent-note.js';
import type { Rollout } from '../rollout.js';
import { lookAtBoth } from './capture-pair.js';
import type { Turnover } from './pair.js';
import { idleRollout } from './turnover.js';

// Longer than a request may be on its way: a second swap would undo a first one that arrives late.
const LOST_AFTER_MS = 60_000;
const MOST_TRIES = 3;
const MOST_BUSY_TRIES = 40;
const COMPLETED = /^Completed swapping CNAMEs/;

/** The CNAME of the traffic moves from one environment to the other. */
export interface Exchange {
  readonly way: 'forward' | 'back';
  /** Names of the environments. */
  readonly from: string;
  readonly to: string;
}

/** The pair as it is now, when it can still be swapped by us. */
type Look =
  | { readonly is: 'there'; readonly from: Environment; readonly to: Environment }
  | { readonly is: 'over'; readonly outcome: Outcome };

/** Sends the swap once. It has no token and a repetition would undo it, so only a certain refusal is tried again at once. */
export function ensureSwap(turnover: Turnover, exchange: Exchange): Step {
  return {
    id: exchange.way === 'forward' ? 'ensure-swap' : 'ensure-swap-back',
    title: `Give ${turnover.pair.cname} to ${exchange.to}`,
    writes: true,
    deadlineMs: 900_000,
    run: (turn) => run(turn, turnover, exchange),
  };
}

async function run(turn: Turn, turnover: Turnover, exchange: Exchange): Promise<Outcome> {
  const look = await lookBeforeSwap(turn, turnover, exchange);
  if (look.is === 'over') return look.outcome;
  const { from, to } = look;
  const note = readSendNote(turn.intent);
  const { memory, watch } = turnover.pair.sideOf(to.name);
  if (note !== undefined && !memory.refused) {
    if (turn.intentAgeMs < LOST_AFTER_MS) return wait(5_000, 'looking whether the swap was accepted');
    const { events } = await watch.look('events', turn.signal);
    const outcome = judgeLost(turnover, exchange, { note, events });
    if (outcome !== undefined) return outcome;
  }
  return await send(turn, turnover, { from, to, note });
}

/** Who holds the CNAME, and whether both may be written to. */
async function lookBeforeSwap(turn: Turn, turnover: Turnover, exchange: Exchange): Promise<Look> {
  const { pair, live } = turnover;
  const seen = await lookAtBoth(turn, pair);
  const from = seen.find((one) => one?.name === exchange.from);
  const to = seen.find((one) => one?.name === exchange.to);
  if (to?.cname === pair.cname) return over(done);
  const idle = idleRollout(turn, turnover);
  const ids = [live.baseline.environmentId, idle?.baseline.environmentId];
  const lost = [from, to].find((one) => one === undefined || !ids.includes(one.id));
  if (from === undefined || to === undefined || lost !== undefined) {
    const detail = `${exchange.from} or ${exchange.to} is not the environment any more that it was.`;
    return over(failed(failure('eb.environment-gone', detail)));
  }
  if (from.cname !== pair.cname) {
    return over(foreignChange(live, `Neither ${from.name} nor ${to.name} holds ${pair.cname}.`));
  }
  const busy = [from, to].find((one) => one.status !== 'Ready');
  if (busy !== undefined) return over(wait(5_000, `${busy.name} is ${busy.status.toLowerCase()}`));
  const strange = strangeLabel(live, exchange.way === 'forward' ? [from, to] : [to]);
  return strange === undefined ? { is: 'there', from, to } : over(foreignChange(live, strange));
}

/** What an environment runs that it should not: nobody's traffic goes to a version that this deployment does not know. */
function strangeLabel(live: Rollout, environments: readonly Environment[]): string | undefined {
  for (const { name, label } of environments) {
    const known = name === live.target.environment ? live.baseline.label : live.to;
    if (label !== known) return `${name} now reports ${label ?? 'no version'}.`;
  }
  return undefined;
}

function judgeLost(
  { live, pair }: Turnover,
  { to }: Exchange,
  { note, events }: { readonly note: SendNote; readonly events: readonly PlatformEvent[] },
): Outcome | undefined {
  const completed = events.some((event) => event.atMs > note.anchorMs && COMPLETED.test(event.message));
  if (completed) return foreignChange(live, `${to} held ${pair.cname} and lost it again.`);
  return note.tries < MOST_TRIES
    ? undefined
    : failed(failure('eb.swap-failed', `${to} did not get ${pair.cname} in ${note.tries} tries.`));
}

interface Attempt {
  readonly from: Environment;
  readonly to: Environment;
  readonly note: SendNote | undefined;
}

async function send(turn: Turn, turnover: Turnover, { from, to, note }: Attempt): Promise<Outcome> {
  const { live, pair } = turnover;
  const { memory, watch } = pair.sideOf(to.name);
  const tries = (note?.tries ?? 0) + 1;
  const { events } = await watch.look('events', turn.signal);
  const anchorMs = Math.max(live.baseline.anchorMs, ...events.map((event) => event.atMs));
  await turn.intend(JSON.stringify({ anchorMs, tries } satisfies SendNote));
  for (const name of pair.names) pair.sideOf(name).watch.wrote();
  memory.refused = false;
  try {
    await live.eb.swapCnames([from.id, to.id], turn.signal);
    turn.say(`Elastic Beanstalk accepted to swap the CNAMEs of ${from.name} and ${to.name}`);
    return done;
  } catch (error) {
    memory.refused = isRefusal(error);
    if (isExpired(error)) throw error;
    if (isBusy(error) && tries >= MOST_BUSY_TRIES) {
      return failed(failure('eb.swap-failed', `${from.name} or ${to.name} refuses every swap.`));
    }
    const outcome = explain(error);
    if (outcome.said === 'wait') turn.say(`The swap was not confirmed: ${outcome.because}`, 'warn');
    return outcome;
  }
}

function over(outcome: Outcome): Look {
  return { is: 'over', outcome };
}
