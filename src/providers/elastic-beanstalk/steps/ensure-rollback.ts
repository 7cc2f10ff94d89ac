import { failure } from '../../../shared/domain/failures.js';
import { done, failed, wait, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import { attribute } from '../attribution.js';
import type { PlatformEvent } from '../environment.js';
import { revertsByItself, updateDeadlineMs } from '../deadlines.js';
import { explain, isVersionTaken } from '../failures.js';
import { lookAtInstances } from '../instance-look.js';
import type { Rollout } from '../rollout.js';
import { versionSentSince } from '../sent-since.js';
import { sendUpdate } from './send-update.js';

const MOST_LEAVING_LOOKS = 6;

/**
 * Deploys the earlier version again, also when the environment reports it already: after a failed update the
 * label goes back, the instances do not (developer guide, "Enhanced health notifications").
 */
export function ensureRollback(rollout: Rollout, from: string): Step {
  return {
    id: 'ensure-rollback',
    title: `Deploy ${from} to ${rollout.target.environment} again`,
    writes: true,
    deadlineMs: updateDeadlineMs(rollout.baseline),
    run: (turn) => run(turn, rollout, from),
  };
}

async function run(turn: Turn, rollout: Rollout, from: string): Promise<Outcome> {
  if (turn.intent === undefined) {
    const untouched = await lookWhetherUntouched(turn, rollout, from);
    if (untouched !== undefined) return untouched;
  }
  return await sendUpdate(turn, rollout, {
    label: from,
    way: 'back',
    onUnknownVersion: () => restoreVersion(turn, rollout, from),
  });
}

/**
 * `done` when the instances prove that the update never reached them, since the policy left them alone or no update
 * began at all; `undefined` when the earlier version has to be deployed again.
 */
async function lookWhetherUntouched(
  turn: Turn,
  rollout: Rollout,
  from: string,
): Promise<Outcome | undefined> {
  const { environment, events } = await rollout.watch.look('events', turn.signal);
  if (environment?.status !== 'Ready' || environment.label !== from) return undefined;
  const sentMs = versionSentSince(turn);
  if (sentMs === undefined) {
    turn.say(`No other version than ${from} was sent; there is nothing to deploy again`);
    return done;
  }
  return from === rollout.to ? undefined : await lookAtUpdate(turn, rollout, { from, sentMs, events });
}

interface SentUpdate {
  readonly from: string;
  readonly sentMs: number;
  readonly events: readonly PlatformEvent[];
}

async function lookAtUpdate(
  turn: Turn,
  rollout: Rollout,
  { from, sentMs, events }: SentUpdate,
): Promise<Outcome | undefined> {
  const { baseline, memory } = rollout;
  const { starts } = attribute(events, sentMs, undefined);
  if (starts > 0 && !revertsByItself(baseline.policy)) return undefined;
  const look = await lookAtInstances(turn, rollout, { label: from, newerThan: 0 });
  if (look.is === 'unsupported') return undefined;
  if (look.is !== 'proven') {
    // The instances of a failed batch may still be listed while they go.
    return starts > 0 && ++memory.leavingLooks < MOST_LEAVING_LOOKS ? wait(5_000, look.seen) : undefined;
  }
  if (starts === 0 && !(memory.instances ?? []).every((now) => isAsBefore(now, baseline.instances))) {
    return undefined;
  }
  memory.justSent = false;
  turn.say(`No instance left ${from}; there is nothing to deploy again`);
  return done;
}

function isAsBefore(
  now: { readonly id: string; readonly deploymentId: number | undefined },
  before: Rollout['baseline']['instances'],
): boolean {
  return before.some((one) => one.id === now.id && one.deploymentId === now.deploymentId);
}

/** A lifecycle policy may delete the earlier version while the new one is created; its bundle is known. */
async function restoreVersion(turn: Turn, { baseline, eb, target }: Rollout, from: string): Promise<Outcome> {
  const { bucket, key } = baseline.rollback;
  if (bucket === undefined || key === undefined) {
    return failed(
      failure('rollback.version-gone', `Version ${from} was deleted and its bundle is not known.`),
    );
  }
  turn.say(`Version ${from} was deleted meanwhile; registering it again from s3://${bucket}/${key}`, 'warn');
  try {
    await eb.createVersion(
      {
        application: target.application,
        label: from,
        bundle: { bucket, key },
        description: 'Restored by Beanpod for a rollback',
        process: false,
      },
      turn.signal,
    );
  } catch (error) {
    if (!isVersionTaken(error)) return explain(error);
  }
  return wait(3_000, `version ${from} was registered again`);
}
