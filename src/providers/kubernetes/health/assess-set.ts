import { failure, type Failure } from '../../../shared/domain/failures.js';
import { done, failed, wait, type Outcome } from '../../../shared/domain/outcome.js';
import { createAges, type Ages, type FirstSeen } from '../failure/ages.js';
import { classify, type Signals } from '../failure/classify.js';
import { materialOf, type Material } from '../failure/evidence.js';
import { relapse, remember, type Steady } from '../failure/flapping.js';
import { GRACES, type Graces } from '../failure/graces.js';
import { rolloutOf, type Rollout } from '../failure/new-version.js';
import { nameOf, type ObjectRef } from '../object.js';
import type { ClusterView } from '../watch/cluster-view.js';
import { podStatus } from '../watch/pod-status.js';
import type { PodView } from '../watch/pod-view.js';
import type { AppliedObject } from './applied-object.js';
import { gate, isOlder } from './gate.js';
import { degraded, healthy, progressing, unknown, type Health } from './health.js';
import { isStateless, judge } from './judge.js';
import { isStranded, surroundingsOf, type SecretExists } from './surroundings.js';

/** What one look leaves for the next. Without it only time is lost. */
export interface Memory {
  readonly firstSeen: FirstSeen;
  /** Set once everything was healthy. */
  readonly steady?: Steady;
  /** Jobs that ended well: some are removed soon after. */
  readonly ended?: readonly string[];
}

/** Everything that one look at a set depends on. */
export interface SetLook {
  readonly objects: readonly AppliedObject[];
  readonly view: ClusterView;
  readonly memory: Memory;
  /** The provider's milliseconds from any fixed start. */
  readonly now: number;
  readonly graces?: Partial<Graces>;
  readonly secretExists?: SecretExists;
}

/** How one object of a set is. */
export interface ObjectHealth {
  readonly ref: ObjectRef;
  readonly health: Health;
  /** What its pods say when they say that it will not become healthy. */
  readonly trouble?: Failure;
}

/** What one look says of a set. */
export interface Assessment {
  /** `done` only when every object is healthy and every watch is live. Times are the provider's milliseconds. */
  readonly outcome: Outcome;
  readonly memory: Memory;
  readonly objects: readonly ObjectHealth[];
  readonly warnings: readonly string[];
  /** What to show of the new version when it is bad. */
  readonly material: Material;
  /** Objects whose changes matter to the next look, by uid. */
  readonly uids: readonly string[];
}

/** Longest time to the next look when nothing moves, in milliseconds: some trouble shows in no watch. */
const LOOK_MS = 5_000;

/** Judges a whole set; pure. The first cause comes first: what the pods say explains what their workload says. */
export function assessSet(look: SetLook): Assessment {
  const ages = createAges(look.memory.firstSeen, look.now);
  const graces = { ...GRACES, ...look.graces };
  const parts = look.objects.map((object) => assessObject(object, look, ages, graces));
  const trouble = look.view.trouble();
  const outcome = trouble === undefined ? combine(parts, look) : wait(LOOK_MS, trouble);
  const ended = parts.filter(isEndedJob).map(({ applied }) => applied.written.uid);
  const steady = outcome.said === 'done' ? remember(look.memory.steady, lasting(parts)) : look.memory.steady;
  return {
    outcome,
    memory: {
      firstSeen: ages.firstSeen(),
      ...(steady && { steady }),
      ended: [...new Set([...(look.memory.ended ?? []), ...ended])],
    },
    objects: parts.map(({ applied, health, signals }) => ({
      ref: applied.ref,
      health,
      ...(signals.said === 'fail' && { trouble: signals.failure }),
    })),
    warnings: parts.flatMap(warningOf),
    material: gather(parts),
    uids: parts.flatMap(uidsOf),
  };
}

/** One object with what its pods say. */
interface Part {
  readonly applied: AppliedObject;
  readonly health: Health;
  readonly rollout?: Rollout;
  readonly signals: Signals;
}

function assessObject(applied: AppliedObject, look: SetLook, ages: Ages, graces: Graces): Part {
  const { ref, written, collection, jobMust, rule, hasStatus = false } = applied;
  const ok = { said: 'ok' } as const;
  if (isStateless(ref.apiVersion, ref.kind))
    return { applied, health: healthy('it is applied'), signals: ok };
  const seen = look.view.object(collection, ref.name);
  if (seen.said !== 'found') {
    const isOver = look.memory.ended?.includes(written.uid) === true;
    return { applied, health: isOver ? healthy('it ended well') : absent(applied, seen), signals: ok };
  }
  const around = surroundingsOf(applied, look.objects, look.view, look.secretExists);
  const context = { written, around, ages, hasStatus, ...(jobMust && { jobMust }), ...(rule && { rule }) };
  const health = judge(seen.object, context);
  // Before its controller has seen our write, the pods that look new may be those of the version before.
  const rollout = gate(seen.object, written) ? undefined : rolloutOf(seen.object, written.at, look.view);
  if (!rollout) return { applied, health, signals: ok };
  return { applied, health, rollout, signals: classify(rollout, ages, graces) };
}

function absent(
  { ref, written }: AppliedObject,
  seen: { said: 'absent'; version: string } | { said: 'unseen' },
) {
  if (seen.said === 'unseen') return unknown('it has not been seen yet');
  if (isOlder(seen.version, written.resourceVersion)) return progressing('the watch has not seen it yet');
  return degraded(failure('k8s.object-missing', `${nameOf(ref)} was deleted by somebody else`));
}

function combine(parts: readonly Part[], look: SetLook): Outcome {
  const why = firstFailure(parts);
  if (why) return failed(why);
  const loyal = lasting(parts).filter((pod) => !isStranded(pod, look.view));
  const lapse =
    look.memory.steady &&
    relapse(look.memory.steady, loyal, (pod) => look.view.events(pod.namespace, pod.uid));
  if (lapse) return failed(lapse);
  const waiting = parts.filter(({ health }) => health.verdict !== 'healthy');
  if (parts.length === 0) return wait(LOOK_MS, 'nothing was applied');
  if (waiting.length === 0) return done;
  const pending = parts.map(({ signals }) => signals).filter((signals) => signals.said === 'wait');
  const forMs = Math.min(LOOK_MS, ...pending.map((signals) => signals.forMs));
  const reasons = waiting.map(({ applied, health }) => `${nameOf(applied.ref)}: ${health.reason}`);
  const [sign] = pending.map((signals) => signals.because);
  const because = [...reasons.slice(0, 3), sign ?? firstUnready(parts)].filter((text) => text !== undefined);
  return wait(Math.max(1, forMs), because.join('; '));
}

/** What the first pod that is not ready is at, as long as nothing is wrong with it: pulling, or an init container. */
function firstUnready(parts: readonly Part[]): string | undefined {
  const pod = lasting(parts).find(({ ready }) => !ready);
  return pod && `pod ${pod.name} is ${podStatus(pod)}`;
}

function firstFailure(parts: readonly Part[]): Failure | undefined {
  for (const { signals } of parts) if (signals.said === 'fail') return signals.failure;
  for (const { health, signals } of parts) {
    if (health.verdict !== 'degraded') continue;
    const cause = signals.said === 'wait' ? signals.signals[0] : undefined;
    return cause ? failure(cause.code, `${cause.detail}; ${health.failure.detail}`) : health.failure;
  }
  return undefined;
}

/** The new pods that are meant to go on running. */
function lasting(parts: readonly Part[]): readonly PodView[] {
  return parts.flatMap(({ applied, rollout }) =>
    applied.ref.kind === 'Job' ? [] : (rollout?.running ?? []),
  );
}

function isEndedJob({ applied, health }: Part): boolean {
  return applied.ref.kind === 'Job' && health.verdict === 'healthy';
}

function warningOf({ applied, health }: Part): readonly string[] {
  if (health.verdict !== 'healthy' || health.warning === undefined) return [];
  return [`${nameOf(applied.ref)}: ${health.warning}`];
}

function gather(parts: readonly Part[]): Material {
  const told = parts
    .filter(
      ({ rollout, health, signals }) => rollout && (health.verdict !== 'healthy' || signals.said !== 'ok'),
    )
    .map(
      ({ rollout, signals }) => rollout && materialOf(rollout, signals.said === 'ok' ? [] : signals.signals),
    )
    .filter((material) => material !== undefined);
  return { lines: told.flatMap(({ lines }) => lines), logs: told.flatMap(({ logs }) => logs) };
}

function uidsOf({ applied, rollout }: Part): readonly string[] {
  const makers = rollout?.makers.map(({ object }) => object.metadata.uid ?? '') ?? [];
  return [applied.written.uid, ...makers, ...(rollout?.running.map((pod) => pod.uid) ?? [])];
}
