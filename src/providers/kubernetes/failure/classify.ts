import { failure, type Failure, type FailureCode } from '../../../shared/domain/failures.js';
import type { EventView } from '../watch/event-view.js';
import type { PodView } from '../watch/pod-view.js';
import type { Ages } from './ages.js';
import type { Graces } from './graces.js';
import { isSpotless, podSignals } from './pod-signals.js';
import { refusalSignal, type Maker } from './refusal-signal.js';
import type { Signal } from './signal.js';

/** The new version of one workload, as it is seen now. */
export interface NewVersion {
  /** Made since our write for the new template, not on their way out. */
  readonly pods: readonly PodView[];
  readonly makers: readonly Maker[];
  readonly progressDeadlineMs: number;
  events(podUid: string): readonly EventView[];
}

/** What the pods say: nothing against the version, something that may pass, or that it will not come up. */
export type Signals =
  | { readonly said: 'ok' }
  | {
      readonly said: 'wait';
      readonly forMs: number;
      readonly because: string;
      readonly signals: readonly Signal[];
    }
  | { readonly said: 'fail'; readonly failure: Failure; readonly signals: readonly Signal[] };

/** Share of the new pods that must show a sign before it counts at once although others are ready. */
const QUORUM_SHARE = 0.25;
const QUORUM_LEAST = 2;

/** Judges the new pods of a workload by their signs. Pure but for `ages`, which remembers since when. */
export function classify(version: NewVersion, ages: Ages, graces: Graces): Signals {
  const ready = version.pods.filter((pod) => pod.ready);
  const signals = [
    ...version.makers.map((maker) => refusalSignal(maker, ages, graces)),
    ...version.pods.flatMap((pod) =>
      isSpotless(pod)
        ? []
        : podSignals({
            pod,
            events: version.events(pod.uid),
            ages,
            graces,
            progressDeadlineMs: version.progressDeadlineMs,
            othersReady: ready.length > (pod.ready ? 1 : 0),
          }),
    ),
  ].filter((signal) => signal !== undefined);
  if (signals.length === 0) return { said: 'ok' };
  // A pod between two crashes looks ready for a moment; it proves nothing.
  const suspects = new Set(signals.map(({ pod }) => pod));
  const isAnySteady = ready.some((pod) => !suspects.has(pod));
  const common = isAnySteady ? commonCodes(signals, version.pods.length) : new Set<FailureCode>();
  const decided = isAnySteady ? signals.map((signal) => amongReady(signal, common, graces)) : signals;
  const ripe = decided.filter(({ leftMs }) => leftMs <= 0);
  const [oldest] = ripe.sort((a, b) => b.ageMs - a.ageMs);
  if (oldest) return { said: 'fail', failure: explain(oldest, signals, version.pods.length), signals };
  const forMs = Math.min(...decided.map(({ leftMs }) => leftMs));
  const next = decided.find(({ leftMs }) => leftMs === forMs);
  return { said: 'wait', forMs, because: next?.detail ?? '', signals };
}

/** Signs that so many pods show that no single node can be at fault. */
function commonCodes(signals: readonly Signal[], pods: number): ReadonlySet<FailureCode> {
  const affected = new Map<FailureCode, Set<string | undefined>>();
  for (const { code, pod, leftMs } of signals) {
    if (leftMs > 0) continue;
    affected.set(code, (affected.get(code) ?? new Set()).add(pod?.uid));
  }
  const quorum = Math.max(QUORUM_LEAST, Math.ceil(pods * QUORUM_SHARE));
  return new Set([...affected].filter(([, uids]) => uids.size >= quorum).map(([code]) => code));
}

/** What is left of a sign's time when other new pods are well. */
function amongReady(signal: Signal, common: ReadonlySet<FailureCode>, graces: Graces): Signal {
  if (signal.onlyWhenNoneReady) return { ...signal, leftMs: Infinity };
  if (signal.leftMs <= 0 && common.has(signal.code)) return signal;
  return { ...signal, leftMs: Math.max(signal.leftMs, graces.persistence - signal.ageMs) };
}

function explain(signal: Signal, all: readonly Signal[], pods: number): Failure {
  const affected = new Set(all.filter(({ code }) => code === signal.code).map(({ pod }) => pod?.uid)).size;
  const share = signal.pod && pods > 1 ? ` (${affected} of ${pods} new pods)` : '';
  return failure(signal.code, `${signal.detail}${share}`);
}
