import type { Schema } from '../shared/schema/schema.js';
import { writeOnlyIn } from '../shared/schema/write-only.js';
import type { Release, Session } from './contract.js';
import type { LiveOperations } from './live-operations.js';
import type { Surroundings } from './surroundings.js';

/** Seals a provider. The sealed session refuses, by throwing, a baseline that its schema does not know. */
export function defineProvider<Target, Baseline>(spec: ProviderSpec<Target, Baseline>): Provider {
  const { live } = spec;
  return {
    kind: spec.kind,
    credentialsIn: (target) => writeOnlyIn(spec.target.json, target),
    async open(target, release, surroundings) {
      if (!spec.target.is(target)) return { ok: false, problems: problemsOf(spec.target, target) };
      return { ok: true, session: seal(spec, await spec.open(target, release, surroundings)) };
    },
    ...(live && {
      live(target, surroundings) {
        if (!spec.target.is(target)) return { ok: false, problems: problemsOf(spec.target, target) };
        return { ok: true, live: live.call(spec, target, surroundings) };
      },
    }),
  };
}

export interface ProviderSpec<Target, Baseline> {
  readonly kind: string;
  readonly target: Schema<Target>;
  /** Guards what was stored by an earlier version of the provider. */
  readonly baseline: Schema<Baseline>;
  open(target: Target, release: Release, surroundings: Surroundings): Promise<Session<Baseline>>;
  /** What people may look at and do beside deployments. */
  live?(target: Target, surroundings: Surroundings): LiveOperations;
}

/** A provider with its private types sealed, so that unlike ones share a registry. */
export interface Provider {
  readonly kind: string;
  /** JSON Pointers of the credentials in a target: what the provider reads itself, by `Surroundings`. */
  credentialsIn(target: unknown): readonly string[];
  open(target: unknown, release: Release, surroundings: Surroundings): Promise<Opened>;
  live?(target: unknown, surroundings: Surroundings): OpenedLive;
}

export type Opened =
  | { readonly ok: true; readonly session: Session<unknown> }
  | { readonly ok: false; readonly problems: readonly string[] };

export type OpenedLive =
  | { readonly ok: true; readonly live: LiveOperations }
  | { readonly ok: false; readonly problems: readonly string[] };

function problemsOf(schema: Schema<unknown>, target: unknown): readonly string[] {
  return schema.problems(target).map(({ pointer, detail }) => `${pointer} ${detail}`);
}

function seal<Target, Baseline>(
  spec: ProviderSpec<Target, Baseline>,
  session: Session<Baseline>,
): Session<unknown> {
  function proven(baseline: unknown): Baseline {
    if (spec.baseline.is(baseline)) return baseline;
    throw new Error(`The stored baseline is not one of provider ${spec.kind}`);
  }
  const { changed, close, drift, endpoint, preview, settle } = session;
  return {
    capture: (turn) => session.capture(turn),
    forward: (baseline) => session.forward(proven(baseline)),
    back: (baseline) => session.back(proven(baseline)),
    assess: (turn, baseline) => session.assess(turn, proven(baseline)),
    evidence: (turn, baseline) => session.evidence(turn, proven(baseline)),
    ...(settle && { settle: (turn, baseline) => settle.call(session, turn, proven(baseline)) }),
    ...(preview && { preview: (turn, baseline) => preview.call(session, turn, proven(baseline)) }),
    ...(drift && { drift: (turn, baseline) => drift.call(session, turn, proven(baseline)) }),
    ...(endpoint && { endpoint: (turn, baseline) => endpoint.call(session, turn, proven(baseline)) }),
    ...(changed && { changed: (signal) => changed.call(session, signal) }),
    ...(close && { close: () => close.call(session) }),
  };
}
