import { failure } from '../../../shared/domain/failures.js';
import { done, failed, wait, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import { writingOf } from '../apply/writing.js';
import type { Baseline } from '../baseline.js';
import type { Gateway } from '../gateway.js';
import { jsonAt, listAt, textAt, valueAt, type Json } from '../json.js';
import { stamped } from '../manifests/stamp.js';
import { nameOf, type KubeObject } from '../object.js';
import type { Rollout } from '../rollout.js';
import type { Member } from '../set/member.js';
import { preparedSet } from '../set/prepare.js';
import { KubeStatusError } from '../transport.js';

/** Seconds for which the Job of a hook stays for people to look at. */
const KEPT_S = 86_400;
const MOST_LOG_LINES = 500;
const MINUTE_MS = 60_000;

const PODS = { group: '', version: 'v1', plural: 'pods', namespaced: true } as const;

/** Runs the Jobs of one moment, one after the other by weight. They change nothing that the target runs. */
export function runHooks(rollout: Rollout, baseline: Baseline, at: 'pre-deploy' | 'post-deploy'): Step {
  return {
    id: `${at}-hooks`,
    title: at === 'pre-deploy' ? 'Run the Jobs that come first' : 'Run the Jobs that come last',
    writes: false,
    deadlineMs: (rollout.target.hookDeadlineMinutes ?? 30) * MINUTE_MS,
    run: (turn) => runAll(rollout, baseline, at, turn),
  };
}

async function runAll(
  rollout: Rollout,
  baseline: Baseline,
  at: 'pre-deploy' | 'post-deploy',
  turn: Turn,
): Promise<Outcome> {
  const prepared = await preparedSet(rollout, baseline.choices, turn.signal);
  if (prepared.said === 'failed') return prepared;
  const ended = endedOf(turn.intent);
  for (const { member } of prepared.value.hooks.filter((hook) => hook.at === at)) {
    if (ended.includes(member.name)) continue;
    const outcome = await runHook(rollout, member, turn);
    if (outcome.said !== 'done') return outcome;
    ended.push(member.name);
    await turn.intend(noteOf(ended));
  }
  return done;
}

/** Hooks that ended well are remembered, as their Jobs may be cleaned up before the step is over. */
function noteOf(ended: readonly string[]): string {
  return JSON.stringify({ ended });
}

function endedOf(note: string | undefined): string[] {
  if (note === undefined) return [];
  return listAt(JSON.parse(note), 'ended').filter((name): name is string => typeof name === 'string');
}

async function runHook(rollout: Rollout, member: Member, turn: Turn): Promise<Outcome> {
  const { gateway } = await rollout.link(turn.signal);
  const name = nameOf(member.ref);
  const live = await gateway.read(member, turn.signal);
  if (!live) {
    const { stamp, manager } = await writingOf(rollout, [], turn);
    await turn.intend(turn.intent ?? noteOf([]));
    const job = stamped(kept(member.object), stamp);
    await gateway.apply(member, job, { manager, force: true, dryRun: false }, turn.signal);
    turn.say(`${name}: started`);
    return wait(1_000, `${name} has just begun`);
  }
  const end = endOf(live);
  if (!end) return wait(1_000, `${name} is running`);
  await tellLogs(gateway, live, turn);
  if (end.type === 'Complete') {
    turn.say(`${name}: ended well`);
    return done;
  }
  return failed(failure('k8s.hook-failed', `${name}: ${end.reason} ${end.message}`.trim()));
}

/** A Job that vanished at its end could not be judged. */
function kept(job: KubeObject): KubeObject {
  const spec: Json = { ...jsonAt(job, 'spec') };
  if (typeof spec['ttlSecondsAfterFinished'] !== 'number' || spec['ttlSecondsAfterFinished'] === 0) {
    spec['ttlSecondsAfterFinished'] = KEPT_S;
  }
  return { ...job, spec };
}

/** How a Job ended: https://kubernetes.io/docs/concepts/workloads/controllers/job/#terminal-job-conditions */
function endOf(job: KubeObject): { type: string; reason: string; message: string } | undefined {
  const ended = listAt(job, 'status', 'conditions').find(
    (condition) =>
      ['Complete', 'Failed'].includes(textAt(condition, 'type') ?? '') &&
      valueAt(condition, 'status') === 'True',
  );
  if (ended === undefined) return undefined;
  return {
    type: textAt(ended, 'type') ?? '',
    reason: textAt(ended, 'reason') ?? '',
    message: textAt(ended, 'message') ?? '',
  };
}

async function tellLogs(gateway: Gateway, job: KubeObject, turn: Turn): Promise<void> {
  const { namespace = '', uid = '' } = job.metadata;
  const labelSelector = `batch.kubernetes.io/controller-uid=${uid}`;
  const pods = await gateway.list({ resource: PODS, namespace }, { labelSelector }, turn.signal);
  for (const pod of pods) {
    const containers = ['initContainers', 'containers'].flatMap((list) => listAt(pod, 'spec', list));
    for (const container of containers.flatMap((each) => textAt(each, 'name') ?? [])) {
      const place = { namespace, name: pod.metadata.name ?? '', container };
      const lines = await logOf(gateway, place, turn.signal);
      for (const line of lines) turn.say(`[${place.name}/${container}] ${line}`);
    }
  }
}

/** A container that never started has no log, which the server says with a 400. */
async function logOf(
  gateway: Gateway,
  place: { namespace: string; name: string; container: string },
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    return await gateway.log(place, { previous: false, lines: MOST_LOG_LINES }, signal);
  } catch (error) {
    if (error instanceof KubeStatusError && error.status < 500) return [error.message];
    throw error;
  }
}
