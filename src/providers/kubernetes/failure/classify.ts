import { failure, type Failure } from '../../../shared/domain/failures.js';
import type { EventView } from '../watch/event-view.js';
import type { PodView } from '../watch/pod-view.js';
import type { Ages } from './ages.js';
import type { Graces } from './graces.js';
import { podSignals } from './pod-signals.js';
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
      podSignals({
        pod,
        events: version.events(pod.uid),
        ages,
        graces,
        progressDeadlineMs: version.progressDeadlineMs,
        othersReady: ready.some((other) => other !== pod),
      }),
    ),
  ].filter((signal) => signal !== undefined);
  if (signals.length === 0) return { said: 'ok' };
  // A pod between two crashes looks ready for a moment; it proves nothing.
  const steady = ready.filter((pod) => !signals.some((signal) => signal.pod === pod));
  const decided = signals.map((signal) =>
    decide(signal, signals, steady.length, version.pods.length, graces),
  );
  const ripe = decided.filter(({ leftMs }) => leftMs <= 0).sort((a, b) => b.ageMs - a.ageMs)[0];
  if (ripe) return { said: 'fail', failure: explain(ripe, signals, version.pods.length), signals };
  const next = [...decided].sort((a, b) => a.leftMs - b.leftMs)[0];
  return {
    said: 'wait',
    forMs: next?.leftMs ?? Infinity,
    because: next?.detail ?? '',
    signals,
  };
}

/** A sign with the time that is left when the quorum is taken into account. */
function decide(
  signal: Signal,
  all: readonly Signal[],
  steady: number,
  pods: number,
  graces: Graces,
): Signal {
  if (steady === 0) return signal;
  if (signal.onlyWhenNoneReady) return { ...signal, leftMs: Infinity };
  const alike = all.filter((other) => other.code === signal.code && other.leftMs <= 0);
  const affected = new Set(alike.map((other) => other.pod?.uid)).size;
  const isCommon = affected >= Math.max(QUORUM_LEAST, Math.ceil(pods * QUORUM_SHARE));
  if (isCommon && signal.leftMs <= 0) return signal;
  return { ...signal, leftMs: Math.max(signal.leftMs, graces.persistence - signal.ageMs) };
}

function explain(signal: Signal, all: readonly Signal[], pods: number): Failure {
  const affected = new Set(all.filter(({ code }) => code === signal.code).map(({ pod }) => pod?.uid)).size;
  const share = signal.pod && pods > 1 ? ` (${affected} of ${pods} new pods)` : '';
  return failure(signal.code, `${signal.detail}${share}`);
}
