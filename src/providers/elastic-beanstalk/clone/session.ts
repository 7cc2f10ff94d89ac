import { wait } from '../../../shared/domain/outcome.js';
import type { Evidence, Session, Step, Turn } from '../../contract.js';
import { assessHealth } from '../assessment.js';
import type { Baseline } from '../baseline.js';
import { awaitIdle } from '../blue-green/await-idle.js';
import { siteFor, type Pair, type Side, type Turnover } from '../blue-green/pair.js';
import { idleRollout } from '../blue-green/turnover.js';
import { updateIdle } from '../blue-green/update-idle.js';
import { collectEvidence } from '../evidence.js';
import { explained, explainedCall, explainedCapture } from '../plan.js';
import { firstCause } from '../platform-events.js';
import type { RegionWatch } from '../region-watch.js';
import { emptyMemory, type Site } from '../rollout.js';
import { ensureBundle } from '../steps/ensure-bundle.js';
import { ensureVersion } from '../steps/ensure-version.js';
import type { ElasticBeanstalkTarget } from '../target.js';
import { captureOrigin } from './capture-origin.js';
import { makeClone } from './make-clone.js';
import { terminateClone } from './terminate-clone.js';

interface CloneSession {
  readonly madeFrom: NonNullable<ElasticBeanstalkTarget['madeFrom']>;
  /** The session that deploys to the environment once it is there. */
  readonly usual: Session<Baseline>;
}

/** A session whose target is an environment that its first deployment makes from another one. */
export function openCloneSession(
  site: Site,
  watch: RegionWatch,
  { madeFrom, usual }: CloneSession,
): Session<Baseline> {
  const { application, environment } = site.target;
  const origin: Side = { watch: watch.follow(application, madeFrom.environment), memory: emptyMemory() };
  const made: Side = { watch: site.watch, memory: site.memory };
  const pair: Pair = {
    site,
    names: [madeFrom.environment, environment],
    cname: '',
    sideOf: (name) => (name === environment ? made : origin),
  };

  /** `undefined` for a deployment that found its environment. */
  function first(baseline: Baseline): Turnover | undefined {
    if (baseline.origin === undefined) return undefined;
    for (const name of pair.names) pair.sideOf(name).watch.since(baseline.anchorMs);
    const live = { ...siteFor(pair, baseline.origin), baseline };
    return { pair, live, idleName: environment, stamp: madeFrom.stamp };
  }

  return {
    capture: (turn) =>
      explainedCapture(async () => {
        const captured = await captureOrigin(turn, pair, madeFrom.stamp);
        return captured.said === 'there' ? await usual.capture(turn) : captured;
      }),
    forward(baseline) {
      const turnover = first(baseline);
      if (turnover === undefined) return usual.forward(baseline);
      return firstPlan(turnover).map((step) => explained(step, site.memory));
    },
    back(baseline) {
      const turnover = first(baseline);
      if (turnover === undefined) return usual.back(baseline);
      return [explained(terminateClone(turnover, madeFrom.stamp), site.memory)];
    },
    async assess(turn, baseline) {
      const turnover = first(baseline);
      if (turnover === undefined) return await usual.assess(turn, baseline);
      const rollout = idleRollout(turn, turnover);
      if (rollout === undefined) return wait(5_000, 'nothing is recorded of the new environment');
      return await explainedCall(site.memory, () => assessHealth(turn, rollout));
    },
    async evidence(turn, baseline) {
      const turnover = first(baseline);
      if (turnover === undefined) return await usual.evidence(turn, baseline);
      const rollout = idleRollout(turn, turnover);
      return rollout === undefined ? await launchEvidence(turn, site) : await collectEvidence(turn, rollout);
    },
    async preview(turn, baseline) {
      const turnover = first(baseline);
      if (turnover === undefined) return (await usual.preview?.(turn, baseline)) ?? [];
      return [
        `${environment} will be made from the configuration of ${madeFrom.environment}, then get ${site.to}`,
        `Way back: ${environment} is terminated again`,
      ];
    },
    ...(usual.drift && { drift: usual.drift }),
    endpoint: async (turn, baseline) => await usual.endpoint?.(turn, baseline),
    async close() {
      origin.watch.stop();
      await usual.close?.();
    },
  };
}

function firstPlan(turnover: Turnover): readonly Step[] {
  const { live } = turnover;
  return [
    ensureBundle(live),
    ensureVersion(live),
    makeClone(turnover),
    awaitIdle(turnover),
    ...updateIdle(turnover),
  ];
}

/** Of an environment that never became Ready there are events alone. */
async function launchEvidence(turn: Turn, { target, watch }: Site): Promise<Evidence> {
  try {
    const { events } = await watch.look('environment', turn.signal);
    const told = events.map(
      ({ atMs, severity, message }) => `${new Date(atMs).toISOString()} ${severity} ${message}`,
    );
    const cause = firstCause(events)?.message;
    return { firstCause: cause ?? `No event says why ${target.environment} did not come up.`, lines: told };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { firstCause: `The events of ${target.environment} could not be read.`, lines: [why] };
  }
}
