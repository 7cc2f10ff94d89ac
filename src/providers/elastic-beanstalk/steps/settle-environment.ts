import { done, wait, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import { attribute } from '../attribution.js';
import { updateDeadlineMs } from '../deadlines.js';
import type { Environment } from '../environment.js';
import { explain } from '../failures.js';
import { foreignChange } from '../foreign-change.js';
import { presence } from '../presence.js';
import type { Rollout } from '../rollout.js';
import { sentSince } from '../sent-since.js';
import { tellEvents } from '../tell-events.js';

const ABORTED = 'abort';
const ABORT_GRACE_MS = 30_000;

/** Ends what still runs of the update, so that the environment can be written to; leaves foreign changes alone. */
export function settleEnvironment(rollout: Rollout): Step {
  return {
    id: 'settle-environment',
    title: `Bring ${rollout.target.environment} to rest`,
    writes: true,
    deadlineMs: updateDeadlineMs(rollout.baseline),
    run: (turn) => run(turn, rollout),
  };
}

async function run(turn: Turn, rollout: Rollout): Promise<Outcome> {
  const { baseline, memory, to, watch } = rollout;
  const sighting = await watch.look('environment', turn.signal);
  tellEvents(turn, memory, sighting, undefined);
  const seen = presence(sighting.environment, rollout);
  if (seen.is === 'gone') return seen.outcome;
  const { environment } = seen;
  const { foreignAfterOurs, onlyManaged } = attribute(
    sighting.events,
    sentSince(turn) ?? Infinity,
    memory.forwardRequest,
  );
  if (environment.status !== 'Ready') {
    // A worker may have died between the intent and the call: an abort without effect is asked for again.
    const isAsked = turn.intent === ABORTED && turn.intentAgeMs < ABORT_GRACE_MS;
    const isAbortable = environment.status === 'Updating' && environment.abortable;
    return foreignAfterOurs || !isAbortable || isAsked
      ? wait(10_000, `the environment is ${environment.status.toLowerCase()}`)
      : await abort(turn, rollout, environment);
  }
  const label = environment.label ?? 'no version';
  if (environment.label !== baseline.label && environment.label !== to) {
    return foreignChange(rollout, `It now reports ${label}.`);
  }
  return foreignAfterOurs && !onlyManaged ? foreignChange(rollout, 'Another update began after ours.') : done;
}

async function abort(turn: Turn, { eb, watch }: Rollout, environment: Environment): Promise<Outcome> {
  await turn.intend(ABORTED);
  watch.wrote();
  turn.say('Aborting the update that is still running', 'warn');
  try {
    await eb.abortUpdate(environment.id, turn.signal);
  } catch (error) {
    // Refused in the last phase of an update, which then ends by itself.
    const outcome = explain(error);
    if (outcome.said !== 'failed') return outcome;
    if (outcome.failure.code === 'eb.access-denied') return outcome;
    turn.say(`The update cannot be aborted any more: ${outcome.failure.detail}`, 'warn');
  }
  return wait(5_000, 'the update is being aborted');
}
