import type { Release, Session } from '../contract.js';
import type { Surroundings } from '../surroundings.js';
import { assessHealth } from './assessment.js';
import type { Baseline } from './baseline.js';
import { openPairSession } from './blue-green/session.js';
import { captureBaseline } from './capture.js';
import { openCloneSession } from './clone/session.js';
import { explainedLook, findDrift } from './drift.js';
import { collectEvidence } from './evidence.js';
import { backPlan, explainedCall, explainedCapture, forwardPlan } from './plan.js';
import { previewOf } from './preview.js';
import type { Region } from './regions.js';
import { emptyMemory, type Rollout, type Site } from './rollout.js';
import type { ElasticBeanstalkTarget } from './target.js';
import { versionLabel } from './version-label.js';

/** What a session is opened in. */
export interface Place {
  readonly region: Region;
  /** Between two looks for the logs of the instances. */
  readonly logPauseMs: number;
}

/** Opens without a call; close it, or the shared looks go on reading its environment. */
export function openSession(
  target: ElasticBeanstalkTarget,
  release: Release,
  { region, logPauseMs }: Place,
  { bundles }: Surroundings,
): Session<Baseline> {
  const watch = region.watch.follow(target.application, target.environment);
  const to = versionLabel(release.version, target.labelPrefix);
  const { eb, s3 } = region.accessFor(release.deploymentId);
  const site: Site = { target, release, to, eb, s3, bundles, watch, memory: emptyMemory(), logPauseMs };

  if (target.blueGreen !== undefined) return openPairSession(site, region.watch, target.blueGreen);
  const usual = openUsualSession(site);
  return target.madeFrom === undefined
    ? usual
    : openCloneSession(site, region.watch, { madeFrom: target.madeFrom, usual });
}

/** A session whose target is one environment that is there. */
function openUsualSession(site: Site): Session<Baseline> {
  const { watch } = site;

  function rolloutFrom(baseline: Baseline): Rollout {
    watch.since(baseline.anchorMs);
    return { ...site, baseline };
  }

  return {
    capture: (turn) => explainedCapture(() => captureBaseline(turn, site)),
    forward: (baseline) => forwardPlan(rolloutFrom(baseline)),
    back: (baseline) => backPlan(rolloutFrom(baseline)),
    assess: (turn, baseline) => explainedCall(site.memory, () => assessHealth(turn, rolloutFrom(baseline))),
    evidence: (turn, baseline) => collectEvidence(turn, rolloutFrom(baseline)),
    preview: async (_turn, baseline) => previewOf(rolloutFrom(baseline)),
    drift: (turn) => explainedLook(() => findDrift(turn, site)),
    async endpoint(turn) {
      const environment = await watch.environment(turn.signal);
      if (environment?.address === undefined || environment.tier === 'Worker') return undefined;
      return `http://${environment.address}`;
    },
    async close() {
      watch.stop();
    },
  };
}
