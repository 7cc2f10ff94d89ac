import { failure } from '../../../shared/domain/failures.js';
import { done, failed, wait, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import { attribute, lastUpdate } from '../attribution.js';
import { highestDeploymentId } from '../baseline.js';
import { cadenceMs } from '../cadence.js';
import { updateDeadlineMs } from '../deadlines.js';
import type { PlatformEvent } from '../environment.js';
import { explain } from '../failures.js';
import { foreignChange } from '../foreign-change.js';
import { lookAtInstances } from '../instance-look.js';
import { readWatchNote, type WatchNote } from '../intent-note.js';
import { completedWithErrors, firstCause, looksTerminal, saysFailed } from '../platform-events.js';
import { presence } from '../presence.js';
import type { Rollout } from '../rollout.js';
import { rollbackSentSince } from '../sent-since.js';
import { tellEvents } from '../tell-events.js';

const START_GRACE_MS = 30_000;
// Of which at most one is known to have been accepted; the others got lost on their way.
const MOST_RESENDS = 5;

/** Watches the rollback until every instance runs the earlier version; a rollback that fails is sent once more. */
export function awaitRollback(rollout: Rollout, from: string): Step {
  return {
    id: 'await-rollback',
    title: `Wait until ${rollout.target.environment} runs ${from} again`,
    writes: true,
    deadlineMs: 2 * updateDeadlineMs(rollout.baseline),
    run: (turn) => run(turn, rollout, from),
  };
}

/** One look at the rollback. */
interface Look {
  readonly from: string;
  readonly note: WatchNote;
  readonly events: readonly PlatformEvent[];
  /** Whether an update began since the rollback was sent last. */
  readonly answered: boolean;
  /** Whether the rollback had the time to show a start event, or did show it. */
  readonly begun: boolean;
  /** Whether an update was sent, as opposed to a policy that went back by itself. */
  readonly redeployed: boolean;
}

async function run(turn: Turn, rollout: Rollout, from: string): Promise<Outcome> {
  const { baseline, memory, watch } = rollout;
  const stored = readWatchNote(turn.intent);
  const note = stored ?? { saidMs: baseline.anchorMs, waitedMs: 0 };
  if (stored === undefined) {
    await turn.intend(JSON.stringify(note));
    if (memory.justSent) return wait(10_000, 'the rollback has just been sent');
  }
  const ageMs = stored === undefined ? 0 : note.waitedMs + turn.intentAgeMs;
  const sighting = await watch.look('events', turn.signal);
  const { events, fresh } = sighting;
  const saidMs = tellEvents(turn, memory, sighting, note.saidMs);
  const now: WatchNote = { ...note, saidMs, waitedMs: ageMs };
  if (saidMs > note.saidMs) await turn.intend(JSON.stringify(now));
  const seen = presence(sighting.environment, rollout);
  if (seen.is === 'gone') return seen.outcome;
  const { environment } = seen;
  if (environment.status !== 'Ready') {
    const because = `Elastic Beanstalk is ${environment.status.toLowerCase()}`;
    return wait(cadenceMs(ageMs, fresh.some(looksTerminal), rollout.release.deploymentId), because);
  }
  const sentMs = rollbackSentSince(turn);
  const redeployed = sentMs !== undefined || now.resentMs !== undefined;
  const answered = lastUpdate(events, now.resentMs ?? sentMs ?? Infinity).length > 0;
  const begun = answered || !redeployed || ageMs >= START_GRACE_MS;
  return await judge(
    turn,
    rollout,
    { from, note: now, events, answered, begun, redeployed },
    environment.label,
  );
}

async function judge(turn: Turn, rollout: Rollout, look: Look, label: string | undefined): Promise<Outcome> {
  if (label !== look.from && label !== rollout.to) {
    return foreignChange(rollout, `It now reports ${label ?? 'no version'}.`);
  }
  if (!look.begun) return wait(5_000, 'the rollback has not started yet');
  return label === look.from
    ? await judgeInstances(turn, rollout, look)
    : await tryAgain(turn, rollout, look, `it reports ${label ?? 'no version'}`);
}

async function judgeInstances(turn: Turn, rollout: Rollout, look: Look): Promise<Outcome> {
  const { baseline } = rollout;
  const claim = {
    label: look.from,
    newerThan: look.redeployed ? highestDeploymentId(baseline) : 0,
    wrongBefore: look.note.wrongLooks ?? 0,
  };
  const instances = await lookAtInstances(turn, rollout, claim);
  switch (instances.is) {
    case 'proven':
      turn.say(instances.seen);
      return done;
    case 'pending':
      return wait(5_000, instances.seen);
    case 'wrong':
      if (instances.settled) return await tryAgain(turn, rollout, look, instances.seen);
      await turn.intend(JSON.stringify({ ...look.note, wrongLooks: instances.wrongLooks }));
      return wait(5_000, instances.seen);
    case 'unsupported': {
      const last = lastUpdate(look.events, baseline.anchorMs);
      const complaint = completedWithErrors(last) ?? (saysFailed(last) ? firstCause(last) : undefined);
      return complaint !== undefined && look.redeployed
        ? await tryAgain(turn, rollout, look, complaint.message)
        : done;
    }
  }
}

/** The rollback failed: once more, and never again. A second one that never arrived, as after a crash, is sent anew. */
async function tryAgain(turn: Turn, rollout: Rollout, look: Look, seen: string): Promise<Outcome> {
  const { baseline, memory, target } = rollout;
  const { foreignAfterOurs } = attribute(
    look.events,
    rollbackSentSince(turn) ?? baseline.anchorMs,
    memory.backRequest,
  );
  if (memory.backRequest !== undefined && foreignAfterOurs) {
    return foreignChange(rollout, `Another update began after the rollback: ${seen}.`);
  }
  const cause = firstCause(lastUpdate(look.events, baseline.anchorMs))?.message ?? 'no event says why';
  const { resentMs, resends = resentMs === undefined ? 0 : 1, saidMs } = look.note;
  const wasSent = look.answered || memory.backRequest !== undefined;
  if (resends > 0 && (wasSent || resends >= MOST_RESENDS)) {
    const often = wasSent ? 'twice' : `and sending it again ${resends} times started no update`;
    const detail = `The rollback of ${target.environment} to ${look.from} failed ${often}: ${seen}. ${cause}`;
    return failed(failure('eb.update-failed', detail));
  }
  const again = resends === 0 ? 'trying once more' : 'the second try did not arrive and is sent again';
  turn.say(`The rollback failed (${seen}: ${cause}); ${again}`, 'warn');
  const note: WatchNote = { saidMs, waitedMs: 0, resentMs: saidMs, resends: resends + 1 };
  await turn.intend(JSON.stringify(note));
  return await sendAgain(turn, rollout, look.from);
}

async function sendAgain(turn: Turn, rollout: Rollout, from: string): Promise<Outcome> {
  const { baseline, eb, memory, watch } = rollout;
  watch.wrote();
  memory.backRequest = undefined;
  try {
    memory.backRequest = await eb.updateEnvironment(baseline.environmentId, from, turn.signal);
  } catch (error) {
    return explain(error);
  }
  return wait(10_000, 'the rollback was sent again');
}
