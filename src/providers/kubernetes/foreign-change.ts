import { failure } from '../../shared/domain/failures.js';
import { failed, type Outcome } from '../../shared/domain/outcome.js';
import type { Turn } from '../contract.js';
import { changedSince } from './apply/write-object.js';
import { writingOf } from './apply/writing.js';
import { atOnce } from './at-once.js';
import { nameOf, type KubeObject } from './object.js';
import type { Rollout } from './rollout.js';
import { keyOf, type Member } from './set/member.js';

const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']);

/** A workload of a set, as the API server has it. */
export interface LiveWorkload {
  readonly member: Member;
  readonly live: KubeObject;
}

/** The workloads among these members that are there. */
export async function readWorkloads(
  { link }: Rollout,
  members: readonly Member[],
  signal: AbortSignal,
): Promise<readonly LiveWorkload[]> {
  const { gateway } = await link(signal);
  const workloads = members.filter(({ kind }) => WORKLOADS.has(kind));
  const lives = await atOnce(workloads, (member) => gateway.read(member, signal));
  return workloads.flatMap((member, nth) => {
    const live = lives[nth];
    return live ? [{ member, live }] : [];
  });
}

/**
 * Healthy pods prove nothing when somebody else has changed the workload meanwhile: what runs is then not what was
 * deployed. A generation that is not known to be ours is put to the server once. Answers only when there is a foreign change.
 */
export async function foreignChange(
  rollout: Rollout,
  members: readonly Member[],
  workloads: readonly LiveWorkload[],
  turn: Turn,
): Promise<Outcome | undefined> {
  const { memory } = rollout;
  const suspects = workloads.filter(
    ({ member, live }) => live.metadata.generation !== memory.ours.get(keyOf(member)),
  );
  if (suspects.length === 0) return undefined;
  const writing = await writingOf(rollout, members, turn);
  for (const { member, live } of suspects) {
    const changed = await changedSince(writing, member, live, turn.signal);
    if (changed.length > 0) {
      const detail = `${nameOf(member.ref)} is no longer as it was deployed: ${changed.join('; ')}`;
      return failed(failure('target.changed-elsewhere', detail));
    }
    memory.ours.set(keyOf(member), live.metadata.generation ?? 0);
  }
  return undefined;
}
