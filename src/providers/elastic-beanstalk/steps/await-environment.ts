import { failure } from '../../../shared/domain/failures.js';
import { done, failed, wait, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import { attribute } from '../attribution.js';
import { cadenceMs } from '../cadence.js';
import { updateDeadlineMs } from '../deadlines.js';
import type { PlatformEvent } from '../environment.js';
import { foreignChange } from '../foreign-change.js';
import { readWatchNote, type WatchNote } from '../intent-note.js';
import { firstCause, looksTerminal } from '../platform-events.js';
import { presence } from '../presence.js';
import type { Rollout } from '../rollout.js';
import { versionSentSince } from '../sent-since.js';
import { tellEvents } from '../tell-events.js';
import { judgeUpdate, type UpdateVerdict } from '../update-verdict.js';

// An empty answer can also be a hiccup of permissions; three in a row are believed.
const ABSENT_LOOKS = 3;
// Whoever aborts an update by hand mostly has another one to send.
const ABORT_GRACE_MS = 30_000;

/** Watches the update until the environment is Ready again, and says what that Ready means. */
export function awaitEnvironment(rollout: Rollout): Step {
  const { baseline, target } = rollout;
  return {
    id: 'await-environment',
    title: `Wait for Elastic Beanstalk to deploy to ${target.environment}`,
    writes: false,
    deadlineMs:
      target.updateDeadlineMinutes === undefined
        ? updateDeadlineMs(baseline)
        : target.updateDeadlineMinutes * 60_000,
    run: (turn) => run(turn, rollout),
  };
}

async function run(turn: Turn, rollout: Rollout): Promise<Outcome> {
  const { baseline, memory, target, to, watch } = rollout;
  const stored = readWatchNote(turn.intent);
  if (stored === undefined) {
    await turn.intend(JSON.stringify(noteOf(baseline.anchorMs, 0, memory.forwardRequest)));
    // Nothing can be seen right after the update was sent.
    if (memory.justSent) return wait(10_000, 'the update has just been sent');
  }
  const note = stored ?? noteOf(baseline.anchorMs, 0, memory.forwardRequest);
  const ageMs = stored === undefined ? 0 : note.waitedMs + turn.intentAgeMs;
  const sighting = await watch.look('events', turn.signal);
  const requestId = note.requestId ?? memory.forwardRequest;
  const saidMs = tellEvents(turn, memory, sighting, note.saidMs);
  const now: WatchNote = { ...note, ...noteOf(saidMs, ageMs, requestId) };
  if (saidMs > note.saidMs) await turn.intend(JSON.stringify(now));
  const seen = presence(sighting.environment, rollout);
  if (seen.is === 'gone') {
    const isListed = sighting.environment !== undefined;
    memory.absentLooks++;
    return isListed || memory.absentLooks >= ABSENT_LOOKS
      ? seen.outcome
      : wait(5_000, `${target.environment} is not listed at the moment`);
  }
  memory.absentLooks = 0;
  const attribution = attribute(sighting.events, versionSentSince(turn) ?? baseline.anchorMs, requestId);
  const verdict = judgeUpdate({
    environment: seen.environment,
    from: baseline.label,
    to,
    attribution,
    ageMs,
  });
  const patience =
    verdict.is === 'aborted' ? await awaitSuccessor(turn, { ...now, waitedMs: ageMs }) : undefined;
  if (patience !== undefined) return patience;
  return outcomeOf(verdict, {
    rollout,
    ours: attribution.ours,
    forMs: cadenceMs(ageMs, sighting.fresh.some(looksTerminal), rollout.release.deploymentId),
  });
}

/** Gives whoever aborted the update the time to send another one; `undefined` once it is over. */
async function awaitSuccessor(turn: Turn, note: WatchNote): Promise<Outcome | undefined> {
  const { abortedMs = note.waitedMs, waitedMs } = note;
  if (note.abortedMs === undefined) await turn.intend(JSON.stringify({ ...note, abortedMs }));
  if (waitedMs - abortedMs >= ABORT_GRACE_MS) return undefined;
  return wait(5_000, 'somebody aborted the update and may send another');
}

function noteOf(saidMs: number, waitedMs: number, requestId: string | undefined): WatchNote {
  return { saidMs, waitedMs, ...(requestId !== undefined && { requestId }) };
}

interface Context {
  readonly rollout: Rollout;
  readonly ours: readonly PlatformEvent[];
  readonly forMs: number;
}

function outcomeOf(verdict: UpdateVerdict, { rollout, ours, forMs }: Context): Outcome {
  const { baseline, target, to } = rollout;
  const name = target.environment;
  switch (verdict.is) {
    case 'running':
      return wait(forMs, verdict.because);
    case 'not-started':
      return wait(Math.min(forMs, 5_000), verdict.because);
    case 'deployed':
      return done;
    case 'aborted':
    case 'reverted': {
      const cause = firstCause(ours)?.message ?? 'no event says why';
      const from = baseline.label ?? 'no version';
      return failed(failure('eb.update-failed', `${name} is Ready with ${from}, not ${to}: ${cause}`));
    }
    case 'partial':
      return failed(failure('eb.update-partial', `${name}: ${verdict.seen}`));
    case 'timed-out':
      return failed(failure('eb.update-timeout', `${name}: ${verdict.seen}`));
    case 'foreign':
      return foreignChange(rollout, verdict.seen);
  }
}
