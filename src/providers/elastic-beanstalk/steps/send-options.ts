import { failure } from '../../../shared/domain/failures.js';
import { done, failed, wait, type Outcome } from '../../../shared/domain/outcome.js';
import type { Turn } from '../../contract.js';
import { attribute } from '../attribution.js';
import type { Environment } from '../environment.js';
import { explain, isBusy, isExpired, isRefusal } from '../failures.js';
import { foreignChange } from '../foreign-change.js';
import { readSendNote, type SendNote } from '../intent-note.js';
import { titlesOf } from '../options/option.js';
import type { Reconfiguration } from '../options/reconfiguration.js';
import { withoutValues } from '../options/without-values.js';
import { presence } from '../presence.js';
import type { Rollout } from '../rollout.js';
import { anchorNow } from './send-update.js';

// As long as a start event may need to become visible.
const LOST_AFTER_MS = 30_000;
const MOST_BUSY_TRIES = 20;

/** `done` once the change was accepted, now or by an earlier call whose reply was lost, or nothing is left to change. */
export async function sendOptions(turn: Turn, rollout: Rollout, change: Reconfiguration): Promise<Outcome> {
  const { baseline, eb, target, to, watch } = rollout;
  const seen = presence(await watch.environment(turn.signal), rollout);
  if (seen.is === 'gone') return seen.outcome;
  const { environment } = seen;
  const note = readSendNote(turn.intent);
  if (environment.status !== 'Ready') return whileBusy(turn, rollout, environment);
  if (environment.label !== baseline.label && environment.label !== to) {
    return foreignChange(rollout, `It now reports ${environment.label ?? 'no version'}.`);
  }
  const settings = await eb.settings(target.application, target.environment, turn.signal);
  if (change.outstanding(settings).length === 0) return done;
  const verdict = note === undefined ? undefined : await afterIntent(turn, rollout, note);
  return verdict ?? (await send(turn, rollout, { change, environment, tries: (note?.tries ?? 0) + 1 }));
}

/** Somebody else's operation, or ours whose reply was lost: the look that follows it tells. */
function whileBusy(turn: Turn, { memory }: Rollout, { status }: Environment): Outcome {
  const isOurs = turn.intent !== undefined && !memory.refused;
  return isOurs ? done : wait(15_000, `the environment is ${status.toLowerCase()}`);
}

/** What the stored intent has led to; `undefined` to send now. Sending the same options twice does no harm. */
async function afterIntent(turn: Turn, rollout: Rollout, note: SendNote): Promise<Outcome | undefined> {
  const { memory, watch } = rollout;
  if (memory.refused) return undefined;
  const { events } = await watch.look('events', turn.signal);
  if (attribute(events, note.anchorMs, undefined).starts > 0) return done;
  if (turn.intentAgeMs >= LOST_AFTER_MS) return undefined;
  return wait(5_000, 'looking whether the change of the options was accepted');
}

interface Attempt {
  readonly change: Reconfiguration;
  readonly environment: Environment;
  readonly tries: number;
}

async function send(turn: Turn, rollout: Rollout, { change, environment, tries }: Attempt): Promise<Outcome> {
  const { eb, memory, watch } = rollout;
  const { configuration } = change;
  const anchorMs = await anchorNow(turn, rollout, environment);
  await turn.intend(JSON.stringify({ anchorMs, tries } satisfies SendNote));
  watch.wrote();
  memory.refused = false;
  try {
    const request = await eb.configure(environment.id, configuration, turn.signal);
    const titles = titlesOf([...configuration.set, ...configuration.remove]);
    turn.say(`Elastic Beanstalk accepted the option settings ${titles} (request ${request ?? 'unknown'})`);
    return done;
  } catch (error) {
    memory.refused = isRefusal(error);
    if (isExpired(error)) throw error;
    const outcome = explain(error);
    if (isBusy(error) && tries >= MOST_BUSY_TRIES) {
      return failed(
        failure('eb.environment-not-ready', `${environment.name} refuses every change of its options.`),
      );
    }
    if (outcome.said !== 'failed') return outcome;
    const detail = withoutValues(outcome.failure.detail, configuration.set);
    return failed({ ...outcome.failure, detail });
  }
}
