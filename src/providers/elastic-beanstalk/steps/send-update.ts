import { failure } from '../../../shared/domain/failures.js';
import { done, failed, wait, type Outcome } from '../../../shared/domain/outcome.js';
import type { Turn } from '../../contract.js';
import { attribute } from '../attribution.js';
import type { Environment } from '../environment.js';
import { explain, isBusy, isExpired, isRefusal, isVersionUnknown } from '../failures.js';
import { foreignChange } from '../foreign-change.js';
import { readSendNote, type SendNote } from '../intent-note.js';
import { presence } from '../presence.js';
import type { Rollout } from '../rollout.js';
import { judgeSend } from '../send-verdict.js';
import { tellEvents } from '../tell-events.js';

// With the pauses between them these are five minutes.
const MOST_BUSY_TRIES = 20;

/** An update to send at most once per intent. */
export interface Order {
  readonly label: string;
  readonly way: 'forward' | 'back';
  /** Asked when the version is not known; the update is sent again after `wait`. */
  onUnknownVersion(tries: number): Promise<Outcome>;
}

/** `done` once the update was accepted, now or by an earlier call whose reply was lost. */
export async function sendUpdate(turn: Turn, rollout: Rollout, order: Order): Promise<Outcome> {
  const seen = presence(await rollout.watch.environment(turn.signal), rollout);
  if (seen.is === 'gone') return seen.outcome;
  const { environment } = seen;
  const note = readSendNote(turn.intent);
  const settled =
    note === undefined
      ? beforeFirst(rollout, order, environment)
      : await afterIntent(turn, rollout, { order, note, environment });
  return settled ?? (await send(turn, rollout, { order, note, environment }));
}

/** Why the first update must not be sent now, when it must not. */
function beforeFirst(rollout: Rollout, order: Order, environment: Environment): Outcome | undefined {
  const { baseline, to } = rollout;
  if (environment.status !== 'Ready') {
    return wait(15_000, `the environment is ${environment.status.toLowerCase()}`);
  }
  const known = order.way === 'forward' ? [baseline.label] : [baseline.label, to];
  if (known.includes(environment.label)) return undefined;
  return foreignChange(
    rollout,
    `It reports ${environment.label ?? 'no version'} instead of ${known.join(' or ')}.`,
  );
}

interface Attempt {
  readonly order: Order;
  readonly note: SendNote | undefined;
  readonly environment: Environment;
}

/** What the stored intent has led to; `undefined` to send now. */
async function afterIntent(
  turn: Turn,
  rollout: Rollout,
  { order, note, environment }: Attempt & { readonly note: SendNote },
): Promise<Outcome | undefined> {
  const { baseline, memory, watch, to } = rollout;
  const sighting = await watch.look('events', turn.signal);
  tellEvents(turn, memory, sighting, undefined);
  const { starts, managed } = attribute(sighting.events, note.anchorMs, undefined);
  const verdict = judgeSend({
    status: environment.status,
    label: environment.label,
    wanted: order.label,
    known: [baseline.label, to],
    starts,
    managed,
    ageMs: turn.intentAgeMs,
    refused: memory.refused,
    labelTells: order.way === 'forward' && baseline.label !== to,
  });
  switch (verdict.to) {
    case 'send':
      return undefined;
    case 'wait':
      return wait(verdict.forMs, verdict.because);
    case 'leave':
      return foreignChange(rollout, verdict.seen);
    case 'adopt':
      turn.say(`Elastic Beanstalk is at it: ${verdict.seen}`);
      return done;
  }
}

async function send(turn: Turn, rollout: Rollout, { order, note, environment }: Attempt): Promise<Outcome> {
  const { eb, memory, watch } = rollout;
  const tries = (note?.tries ?? 0) + 1;
  const anchorMs = await anchorNow(turn, rollout, environment);
  await turn.intend(JSON.stringify({ anchorMs, tries } satisfies SendNote));
  watch.wrote();
  memory.refused = false;
  memory.justSent = false;
  try {
    const request = await eb.updateEnvironment(environment.id, order.label, turn.signal);
    if (order.way === 'forward') memory.forwardRequest = request;
    else memory.backRequest = request;
    memory.justSent = true;
    turn.say(`Elastic Beanstalk accepted the update to ${order.label} (request ${request ?? 'unknown'})`);
    return done;
  } catch (error) {
    memory.refused = isRefusal(error);
    if (isExpired(error)) throw error;
    if (isVersionUnknown(error)) return await order.onUnknownVersion(tries);
    if (isBusy(error) && tries >= MOST_BUSY_TRIES) return neverReady(rollout, error);
    const outcome = explain(error);
    if (outcome.said === 'wait') turn.say(`The update was not confirmed: ${outcome.because}`, 'warn');
    return outcome;
  }
}

/** Environments can report Ready and refuse every update, for instance because their stack is broken. */
function neverReady({ target }: Rollout, error: unknown): Outcome {
  const detail = `${target.environment} refuses updates: ${error instanceof Error ? error.message : ''}`;
  return failed(failure('eb.environment-not-ready', detail));
}

/** Date of the newest event there is, so that the start of our update is the next one. */
export async function anchorNow(
  turn: Turn,
  { baseline, memory, watch }: Rollout,
  now: Environment,
): Promise<number> {
  if (now.updatedAtMs === baseline.updatedAtMs) return baseline.anchorMs;
  const sighting = await watch.look('events', turn.signal);
  tellEvents(turn, memory, sighting, undefined);
  // Events may be late: what made it Ready is no younger than that either.
  return Math.max(baseline.anchorMs, now.updatedAtMs - 1, ...sighting.events.map((event) => event.atMs));
}
