import { failure } from '../../../shared/domain/failures.js';
import { done, failed, wait, type Outcome } from '../../../shared/domain/outcome.js';
import type { Turn } from '../../contract.js';
import { attribute, lastUpdate } from '../attribution.js';
import { cadenceMs } from '../cadence.js';
import type { Environment, PlatformEvent } from '../environment.js';
import { foreignChange } from '../foreign-change.js';
import { healthWord, isNoWorse, readHealth } from '../health.js';
import { readSendNote, readWatchNote, type WatchNote } from '../intent-note.js';
import { titlesOf } from '../options/option.js';
import type { Reconfiguration } from '../options/reconfiguration.js';
import { firstCause, looksTerminal } from '../platform-events.js';
import { presence } from '../presence.js';
import type { Rollout } from '../rollout.js';
import { DEFAULT_ACCEPTED_HEALTH } from '../target.js';
import { tellEvents } from '../tell-events.js';

// Events and settings become visible some seconds late.
const SETTLE_MS = 30_000;
const MOST_BAD_LOOKS = 4;
// Health is refreshed every ten seconds.
const REPORT_MS = 12_000;

/** `done` when the environment is Ready with the changed options and, on the way forward, as healthy as before. */
export async function awaitOptions(turn: Turn, rollout: Rollout, change: Reconfiguration): Promise<Outcome> {
  const { baseline, memory, target, watch } = rollout;
  const sent = readSendNote(turn.noteOf(change.way, change.sender));
  const note = readWatchNote(turn.intent) ?? { saidMs: sent?.anchorMs ?? baseline.anchorMs, waitedMs: 0 };
  const ageMs = turn.intent === undefined ? 0 : note.waitedMs + turn.intentAgeMs;
  if (turn.intent === undefined) await turn.intend(JSON.stringify(note));
  const sighting = await watch.look('environment', turn.signal);
  const saidMs = tellEvents(turn, memory, sighting, note.saidMs);
  const now: WatchNote = { ...note, saidMs, waitedMs: ageMs };
  if (saidMs > note.saidMs) await turn.intend(JSON.stringify(now));
  const seen = presence(sighting.environment, rollout);
  if (seen.is === 'gone') return seen.outcome;
  const { environment } = seen;
  if (environment.status !== 'Ready') {
    const because = `Elastic Beanstalk is ${environment.status.toLowerCase()}`;
    return wait(cadenceMs(ageMs, sighting.fresh.some(looksTerminal), target.environment), because);
  }
  return await judge(turn, rollout, change, { environment, events: sighting.events, note: now });
}

interface Look {
  readonly environment: Environment;
  readonly events: readonly PlatformEvent[];
  readonly note: WatchNote;
}

/** What a Ready environment shows of the change. */
async function judge(turn: Turn, rollout: Rollout, change: Reconfiguration, look: Look): Promise<Outcome> {
  const { baseline, eb, target } = rollout;
  const settings = await eb.settings(target.application, target.environment, turn.signal);
  const outstanding = change.outstanding(settings);
  if (outstanding.length === 0) {
    return change.way === 'back' ? done : await judgeHealth(turn, rollout, look);
  }
  const sinceMs = readSendNote(turn.noteOf(change.way, change.sender))?.anchorMs ?? baseline.anchorMs;
  const { starts } = attribute(look.events, sinceMs, undefined);
  if (starts > 1) return foreignChange(rollout, 'Another update began after that of the options.');
  if (look.note.waitedMs < SETTLE_MS) return wait(5_000, 'the options are not in force yet');
  return failed(notInForce(rollout, titlesOf(outstanding), lastUpdate(look.events, sinceMs)));
}

function notInForce({ target }: Rollout, titles: string, events: readonly PlatformEvent[]) {
  const cause = firstCause(events)?.message ?? 'no event says why';
  return failure('eb.options-failed', `${target.environment} is Ready without ${titles}: ${cause}`);
}

/** The version that ran before must live with the new options, or it could not be deployed again under them. */
async function judgeHealth(
  turn: Turn,
  rollout: Rollout,
  { environment, note }: Omit<Look, 'events'>,
): Promise<Outcome> {
  const { baseline, target } = rollout;
  const { word, verdict } = readHealth(environment, target.acceptHealth ?? DEFAULT_ACCEPTED_HEALTH);
  if (verdict === 'healthy' || word === 'warning' || isNoWorse(healthWord(environment), baseline.health)) {
    if (note.wellBefore === true) return done;
    await turn.intend(JSON.stringify({ ...note, wellBefore: true }));
    return wait(REPORT_MS, 'waiting for a report of the health that is younger than the options');
  }
  if (verdict !== 'degraded') return wait(10_000, `health is ${word} under the changed options`);
  const wrongLooks = (note.wrongLooks ?? 0) + 1;
  if (wrongLooks >= MOST_BAD_LOOKS) {
    const detail = `${target.environment} turned ${word} under the changed options, with the version before.`;
    return failed(failure('eb.options-failed', detail));
  }
  await turn.intend(JSON.stringify({ ...note, wrongLooks, wellBefore: false }));
  return wait(15_000, `health is ${word} under the changed options`);
}
