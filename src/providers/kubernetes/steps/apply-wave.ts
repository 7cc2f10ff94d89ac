import { failure } from '../../../shared/domain/failures.js';
import { done, failed, wait, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import { writeObject, type Writing } from '../apply/write-object.js';
import { writingOf } from '../apply/writing.js';
import { atOnce, inBatches } from '../at-once.js';
import type { Baseline } from '../baseline.js';
import { writtenOf } from '../health-look.js';
import { annotationOf, DEPLOYMENT, EPOCH } from '../manifests/annotations.js';
import { byKind } from '../manifests/kind-order.js';
import { nameOf, type KubeObject } from '../object.js';
import type { Rollout } from '../rollout.js';
import { keyOf, type Member } from '../set/member.js';
import { preparedSet } from '../set/prepare.js';

/** Applies the objects of one wave, kind after kind. */
export function applyWave(rollout: Rollout, baseline: Baseline, wave: number): Step {
  return {
    id: `apply-${wave}`,
    title: baseline.waves > 1 ? `Apply wave ${wave + 1} of ${baseline.waves}` : 'Apply the objects',
    writes: true,
    run: (turn) => runApply(rollout, baseline, wave, turn),
  };
}

async function runApply(rollout: Rollout, baseline: Baseline, wave: number, turn: Turn): Promise<Outcome> {
  const prepared = await preparedSet(rollout, baseline.choices, turn.signal);
  if (prepared.said === 'failed') return prepared;
  return applyMembers(rollout, baseline, prepared.value.waves[wave] ?? [], turn);
}

/** Applies these objects of the set, those that others need first. */
export async function applyMembers(
  rollout: Rollout,
  baseline: Baseline,
  members: readonly Member[],
  turn: Turn,
): Promise<Outcome> {
  const prepared = await preparedSet(rollout, baseline.choices, turn.signal);
  if (prepared.said === 'failed') return prepared;
  const writing = await writingOf(rollout, prepared.value.members, turn);
  const existed = new Map(baseline.objects.map((object) => [storedKey(object), object.before?.uid]));
  for (const group of byKind(members)) {
    for (const batch of inBatches(group)) {
      const outcome = await applyBatch(rollout, writing, { batch, existed }, turn);
      if (outcome) return outcome;
    }
  }
  return done;
}

interface Batch {
  readonly batch: readonly Member[];
  /** Uids before the deployment, by stored key. */
  readonly existed: ReadonlyMap<string, string | undefined>;
}

/** Applies a few objects at once; answers only when the step cannot go on. */
async function applyBatch(
  rollout: Rollout,
  writing: Writing,
  { batch, existed }: Batch,
  turn: Turn,
): Promise<Outcome | undefined> {
  const unserved = await unservedKind(rollout, batch, turn.signal);
  if (unserved) return wait(500, `the cluster does not serve ${unserved} yet`);
  const looks = await atOnce(batch, async (member) => {
    return { member, live: await writing.gateway.read(member, turn.signal) };
  });
  const todo = looks.filter(({ live }) => !isApplied(live, writing));
  for (const { member, live } of looks) if (live && isApplied(live, writing)) note(rollout, member, live);
  if (todo.length === 0) return undefined;
  for (const { member, live } of todo) {
    const stop = live && standsInTheWay(member, live, existed, turn.epoch);
    if (stop) return stop;
  }
  await turn.intend(todo.map(({ member }) => nameOf(member.ref)).join(', '));
  const answers = await atOnce(todo, async ({ member, live }) => {
    const answer = await writeObject(writing, member, live, 'for real', turn.signal);
    if (answer.said === 'written') {
      note(rollout, member, answer.object);
      turn.say(`${nameOf(member.ref)}: ${live ? 'changed' : 'created'}`);
    }
    return answer;
  });
  if (batch.some(({ kind }) => kind === 'CustomResourceDefinition')) {
    (await rollout.link(turn.signal)).cluster.discovery.forget();
  }
  const refused = answers.find((answer) => answer.said === 'refused');
  return refused && failed(refused.failure);
}

function note(rollout: Rollout, member: Member, object: KubeObject): void {
  rollout.memory.written.set(keyOf(member), writtenOf(object, rollout.manager));
}

/** Each deployment writes each object once, so its own mark proves that the write has happened. */
function isApplied(live: KubeObject | undefined, { stamp }: Writing): boolean {
  return live !== undefined && annotationOf(live, DEPLOYMENT) === stamp.deploymentId;
}

/** Why an object must not be written now: a newer owner of the target, or somebody who made it in the meantime. */
function standsInTheWay(
  member: Member,
  live: KubeObject,
  existed: Batch['existed'],
  epoch: number,
): Outcome | undefined {
  if (Number(annotationOf(live, EPOCH) ?? 0) > epoch) {
    return wait(5_000, `${nameOf(member.ref)} was written by a newer owner of this target`);
  }
  if (live.metadata.deletionTimestamp) return wait(1_000, `${nameOf(member.ref)} is being deleted`);
  const before = existed.get(storedKey(member.ref));
  if (before === live.metadata.uid) return undefined;
  const how = before === undefined ? 'made' : 'replaced';
  const detail = `${nameOf(member.ref)} was ${how} by somebody else since the deployment began`;
  return failed(failure('k8s.object-replaced', detail));
}

function storedKey({
  apiVersion,
  kind,
  namespace = '',
  name,
}: {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}): string {
  return `${apiVersion}/${kind}/${namespace}/${name}`;
}

/** A kind that is defined in the set is served a moment after its definition was accepted. */
async function unservedKind(
  rollout: Rollout,
  batch: readonly Member[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const { discovery } = (await rollout.link(signal)).cluster;
  for (const { definedHere, ref } of batch) {
    if (definedHere && !(await discovery.find(ref.apiVersion, ref.kind, signal))) return ref.kind;
  }
  return undefined;
}
