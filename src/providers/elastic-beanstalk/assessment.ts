import { failure } from '../../shared/domain/failures.js';
import { done, failed, wait, type Outcome } from '../../shared/domain/outcome.js';
import type { Turn } from '../contract.js';
import { attribute } from './attribution.js';
import { highestDeploymentId } from './baseline.js';
import { isUnsupported } from './failures.js';
import { foreignChange } from './foreign-change.js';
import { isNoWorse, isRed, readHealth, type HealthWord } from './health.js';
import { lookAtInstances } from './instance-look.js';
import type { Sighting } from './region-watch.js';
import { presence } from './presence.js';
import type { Memory, Rollout } from './rollout.js';
import { DEFAULT_ACCEPTED_HEALTH } from './target.js';
import { tellEvents } from './tell-events.js';

// Elastic Beanstalk itself counts several failed checks before it turns red, so these are few.
const MOST_SEVERE = 2;
const MOST_DEGRADED = 3;
// Health is refreshed every ten seconds; asking more often says nothing new.
const SAMPLE_MS = 10_000;

/**
 * Healthy means: Ready, the new label, good health, and every instance proven to run it. A good answer is given
 * again until the platform can have a newer one.
 */
export async function assessHealth(turn: Turn, rollout: Rollout): Promise<Outcome> {
  const { memory } = rollout;
  if (memory.wasGood && turn.intent !== undefined && turn.intentAgeMs < SAMPLE_MS) return done;
  // The note only dates the sample; nothing is written.
  await turn.intend('sample');
  const outcome = await sample(turn, rollout);
  memory.wasGood = outcome.said === 'done';
  return outcome;
}

async function sample(turn: Turn, rollout: Rollout): Promise<Outcome> {
  const { memory, target, to, watch } = rollout;
  const sighting = await watch.look('environment', turn.signal);
  tellEvents(turn, memory, sighting, undefined);
  if (sighting.fresh.length > 0) memory.proven = false;
  const seen = presence(sighting.environment, rollout);
  if (seen.is === 'gone') return seen.outcome;
  const { environment } = seen;
  if (environment.status !== 'Ready') {
    return wait(15_000, `another operation keeps the environment ${environment.status.toLowerCase()}`);
  }
  if (environment.label !== to) {
    return foreignChange(rollout, `It now reports ${environment.label ?? 'no version'} instead of ${to}.`);
  }
  const { word, verdict } = readHealth(environment, target.acceptHealth ?? DEFAULT_ACCEPTED_HEALTH);
  if (verdict === 'degraded') return await judgeBad(turn, rollout, sighting, word);
  memory.bad = undefined;
  if (verdict !== 'healthy') return wait(15_000, `health is ${word}`);
  return await judgeGood(turn, rollout, word);
}

async function judgeGood(turn: Turn, rollout: Rollout, word: HealthWord): Promise<Outcome> {
  const { baseline, memory, target, to } = rollout;
  if (word === 'warning') turn.say(`${target.environment} is healthy by its policy, with a warning`, 'warn');
  if (memory.proven) return done;
  const newerThan = baseline.label === to ? highestDeploymentId(baseline) : 0;
  const look = await lookAtInstances(turn, rollout, { label: to, newerThan });
  if (look.is === 'pending') return wait(5_000, look.seen);
  if (look.is === 'wrong') {
    return look.settled
      ? failed(failure('eb.update-partial', `${target.environment}: ${look.seen}`))
      : wait(5_000, look.seen);
  }
  memory.proven = true;
  return done;
}

async function judgeBad(
  turn: Turn,
  rollout: Rollout,
  { events }: Sighting,
  word: HealthWord,
): Promise<Outcome> {
  const { baseline, memory, target } = rollout;
  const { causes, refreshedAtMs } = await readCauses(turn, rollout);
  const seen = `health is ${word}${causes.length > 0 ? `: ${causes.join('; ')}` : ''}`;
  if (isRed(baseline.health) && isNoWorse(word, baseline.health)) {
    return wait(15_000, `${seen}; it was ${baseline.health} before, waiting for it to recover`);
  }
  const bad = nextBad(memory, word, refreshedAtMs);
  memory.bad = bad;
  const most = word === 'severe' ? MOST_SEVERE : MOST_DEGRADED;
  if (bad.count < most) return wait(15_000, `${seen} (${bad.count} of ${most} in a row)`);
  // Somebody changed the environment after us: neither to be blamed on the version nor to be undone.
  const { foreignAfterOurs } = attribute(events, baseline.anchorMs, memory.forwardRequest);
  return foreignAfterOurs
    ? foreignChange(rollout, `Another update began after ours, and ${seen}.`)
    : failed(failure('health.degraded', `${target.environment}: ${seen}.`));
}

/** Counts reports, not looks: two looks can see one report of the platform. */
function nextBad(memory: Memory, word: HealthWord, refreshedAtMs: number): NonNullable<Memory['bad']> {
  const { bad } = memory;
  if (bad === undefined) return { word, count: 1, refreshedAtMs };
  if (refreshedAtMs !== 0 && refreshedAtMs === bad.refreshedAtMs) return { ...bad, word };
  // A degraded report before does not make the first severe one the second.
  const goesOn = bad.word === word || word === 'degraded';
  return { word, count: goesOn ? bad.count + 1 : 1, refreshedAtMs };
}

async function readCauses(
  turn: Turn,
  { baseline, eb }: Rollout,
): Promise<{ readonly causes: readonly string[]; readonly refreshedAtMs: number }> {
  try {
    return await eb.health(baseline.environmentId, turn.signal);
  } catch (error) {
    // Basic health reporting has no causes.
    if (isUnsupported(error)) return { causes: [], refreshedAtMs: 0 };
    throw error;
  }
}
