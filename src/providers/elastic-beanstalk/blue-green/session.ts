import type { Session } from '../../contract.js';
import { wait } from '../../../shared/domain/outcome.js';
import { assessHealth } from '../assessment.js';
import { explainedLook, findDrift } from '../drift.js';
import type { Baseline } from '../baseline.js';
import { collectEvidence } from '../evidence.js';
import { explained, explainedCall, explainedCapture } from '../plan.js';
import { emptyMemory, type Site } from '../rollout.js';
import type { RegionWatch } from '../region-watch.js';
import { capturePair, lookAtBoth } from './capture-pair.js';
import { hostOf, rolesOf, siteFor, type Pair, type Side } from './pair.js';
import { backPairPlan, forwardPairPlan } from './plan.js';
import { previewOfPair } from './preview.js';
import { idleRollout, turnoverOf } from './turnover.js';

/** A session whose target is two environments that take turns; `other` names the second one. */
export function openPairSession(
  site: Site,
  watch: RegionWatch,
  { environment: other, cname }: { readonly environment: string; readonly cname: string },
): Session<Baseline> {
  const { application, environment, region } = site.target;
  const first: Side = { watch: site.watch, memory: site.memory };
  const second: Side = { watch: watch.follow(application, other), memory: emptyMemory() };
  const pair: Pair = {
    site,
    names: [environment, other],
    cname: hostOf(cname, region),
    sideOf: (name) => (name === environment ? first : second),
  };
  return {
    capture: (turn) => explainedCapture(() => capturePair(turn, pair)),
    forward: (baseline) =>
      forwardPairPlan(turnoverOf(pair, baseline)).map((step) => explained(step, site.memory)),
    back: (baseline) => backPairPlan(turnoverOf(pair, baseline)).map((step) => explained(step, site.memory)),
    assess: (turn, baseline) =>
      explainedCall(site.memory, async () => {
        const idle = idleRollout(turn, turnoverOf(pair, baseline));
        if (idle === undefined) return wait(5_000, 'nothing is recorded of the new environment');
        return await assessHealth(turn, { ...idle, cname: pair.cname });
      }),
    evidence(turn, baseline) {
      const turnover = turnoverOf(pair, baseline);
      return collectEvidence(turn, idleRollout(turn, turnover) ?? turnover.live);
    },
    preview: async (_turn, baseline) => previewOfPair(turnoverOf(pair, baseline)),
    drift: (turn) =>
      explainedLook(async () => {
        const roles = rolesOf(pair, site.target, await lookAtBoth(turn, pair));
        if (roles.are === 'unfit') return { said: 'failed', failure: roles.failure };
        return await findDrift(turn, siteFor(pair, roles.live.name));
      }),
    async endpoint(turn) {
      const live = (await lookAtBoth(turn, pair)).find((one) => one?.cname === pair.cname);
      return live?.address === undefined ? undefined : `http://${live.address}`;
    },
    async close() {
      first.watch.stop();
      second.watch.stop();
    },
  };
}
