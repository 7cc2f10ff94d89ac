import type { Evidence, Session, Turn } from '../contract.js';
import { explain } from './failures.js';
import type { Baseline } from './baseline.js';
import { capture } from './capture.js';
import { findEndpoint } from './endpoint.js';
import { evidenceOf } from './evidence.js';
import { createHealthLook } from './health-look.js';
import type { Assessment } from './health/assess-set.js';
import { backPlan, explainedCall, forwardPlan } from './plan.js';
import { sentenceOf } from './manifests/problem.js';
import { findDrift } from './review/drift.js';
import { dryRun } from './review/dry-run.js';
import { missingPermissions, permissionsFor, sentencesOf } from './review/permissions.js';
import type { Rollout } from './rollout.js';
import { seenGroups } from './seen-groups.js';
import { preparedSet } from './set/prepare.js';
import { assessWaves } from './steps/await-wave.js';
import { linesOf } from './steps/dry-run.js';
import { settle } from './settle.js';
import type { WatchHub } from './watch/watch-hub.js';

/** Looks for evidence, and the real milliseconds between them. */
const MOST_LOOKS = 10;
const LOOK_MS = 300;

/** A session and what it holds open. */
export interface SessionDeps {
  readonly rollout: Rollout;
  /** The watches of the cluster; `undefined` until the way to it is open. */
  hub(): WatchHub | undefined;
  /** The provider's milliseconds from any start. */
  now(): number;
  close(): Promise<void>;
}

export function createSession({ rollout, hub, now, close }: SessionDeps): Session<Baseline> {
  const ahead = createHealthLook(rollout, hub, now);
  // The version before is judged by itself: what was seen of the bad one would speak against it.
  const behind = createHealthLook(rollout, hub, now);

  return {
    async capture(turn) {
      try {
        return await capture(rollout, turn);
      } catch (error) {
        const outcome = explain(error);
        if (outcome.said === 'done') throw error;
        return outcome;
      }
    },
    forward: (baseline) => forwardPlan(rollout, baseline, ahead),
    back: (baseline) => backPlan(rollout, baseline, behind),
    assess: (turn, baseline) => explainedCall(() => assessWaves(rollout, baseline, ahead, turn)),
    settle: (turn, baseline) => explainedCall(() => settle(rollout, baseline, turn)),
    evidence: (turn, baseline) => collect(turn, baseline),
    preview: (turn, baseline) => preview(rollout, turn, baseline),
    async drift(turn, baseline) {
      try {
        return await findDrift(rollout, baseline, turn);
      } catch (error) {
        const outcome = explain(error);
        if (outcome.said === 'done') throw error;
        return outcome;
      }
    },
    endpoint: (turn, baseline) => findEndpoint(rollout, baseline, turn),
    changed: (signal) => Promise.race([ahead.changed(signal), behind.changed(signal)]),
    async close() {
      ahead.stop();
      behind.stop();
      await close();
    },
  };

  async function collect(turn: Turn, baseline: Baseline): Promise<Evidence> {
    // A new process has seen nothing yet, and its watches need a moment.
    for (let look = 0; look < MOST_LOOKS && !hasSeen(ahead.last); look += 1) {
      await assessWaves(rollout, baseline, ahead, turn);
      await ahead.changed(AbortSignal.any([turn.signal, AbortSignal.timeout(LOOK_MS)]));
    }
    const { gateway } = await rollout.link(turn.signal);
    const evidence = await evidenceOf(ahead.last, gateway, turn);
    const prepared = await preparedSet(rollout, baseline.choices, turn.signal);
    if (!rollout.target.groups || !ahead.last || prepared.said === 'failed') return evidence;
    return { ...evidence, groups: seenGroups(prepared.value.members, ahead.last.objects) };
  }
}

/** Whether a look is worth showing. */
function hasSeen(last: Assessment | undefined): boolean {
  return last !== undefined && (last.outcome.said !== 'wait' || last.material.lines.length > 0);
}

/** What a dry run shows: warnings, missing permissions, what would change, conflicts and refusals. */
async function preview(rollout: Rollout, turn: Turn, baseline: Baseline): Promise<readonly string[]> {
  const prepared = await preparedSet(rollout, baseline.choices, turn.signal);
  if (prepared.said === 'failed') return [prepared.failure.detail];
  const { gateway } = await rollout.link(turn.signal);
  const needed = permissionsFor(baseline, prepared.value, rollout.target.namespace);
  const missing = sentencesOf(await missingPermissions(needed, gateway, turn.signal));
  const result = await dryRun(rollout, prepared.value, turn);
  const leaving = baseline.objects.filter(({ part }) => part === 'prune');
  return [
    ...prepared.value.warnings.map((warning) => `Warning: ${sentenceOf(warning)}`),
    ...missing.map((line) => `Missing permission: ${line}`),
    ...linesOf(result),
    ...leaving.map(({ kind, name }) => `${kind} ${name}: would be deleted, as it left the set`),
    ...result.unproven.map((line) => `Not proven: ${line}`),
    ...result.conflicts.map((line) => `Conflict: ${line}`),
    ...[...result.refusals, ...result.nodePorts].map((line) => `Refused: ${line}`),
  ];
}
