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
import { readSampleNote, type BadRun, type SampleNote } from './intent-note.js';
import { isHealthNews } from './platform-events.js';
import { presence } from './presence.js';
import type { Rollout } from './rollout.js';
import { versionSentSince } from './sent-since.js';
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
  const before = readSampleNote(turn.intent);
  if (before.good && turn.intentAgeMs < SAMPLE_MS) return done;
  const { outcome, ...counts } = await sample(turn, rollout, before);
  // Nothing is written: the note only dates the sample and keeps the counts over a crash.
  const note: SampleNote = { good: outcome.said === 'done', wrongLooks: 0, ...counts };
  await turn.intend(JSON.stringify(note));
  return outcome;
}

interface Sample extends Partial<SampleNote> {
  readonly outcome: Outcome;
}

async function sample(turn: Turn, rollout: Rollout, before: SampleNote): Promise<Sample> {
  const { memory, target, to, watch } = rollout;
  const sighting = await watch.look('rest', turn.signal);
  tellEvents(turn, memory, sighting, undefined);
  if (!sighting.fresh.every(isHealthNews)) memory.proven = false;
  const seen = presence(sighting.environment, rollout);
  if (seen.is === 'gone') return seen;
  const { environment } = seen;
  if (environment.status !== 'Ready') {
    const status = environment.status.toLowerCase();
    return { outcome: wait(15_000, `another operation keeps the environment ${status}`) };
  }
  if (environment.label !== to) {
    const label = environment.label ?? 'no version';
    return { outcome: foreignChange(rollout, `It now reports ${label} instead of ${to}.`) };
  }
  if (rollout.cname !== undefined && environment.cname !== rollout.cname) {
    return { outcome: foreignChange(rollout, `It does not hold ${rollout.cname} any more.`) };
  }
  const { word, verdict } = readHealth(environment, target.acceptHealth ?? DEFAULT_ACCEPTED_HEALTH);
  switch (verdict) {
    case 'healthy':
      return await judgeGood(turn, rollout, { word, before });
    case 'degraded':
      return await judgeBad(turn, rollout, { word, before, sighting });
    case 'progressing':
    case 'unknown':
      return { outcome: wait(15_000, `health is ${word}`) };
  }
}

interface Reading {
  readonly word: HealthWord;
  readonly before: SampleNote;
}

async function judgeGood(turn: Turn, rollout: Rollout, { word, before }: Reading): Promise<Sample> {
  const { baseline, memory, target, to } = rollout;
  if (word === 'warning') turn.say(`${target.environment} is healthy by its policy, with a warning`, 'warn');
  if (memory.proven) return { outcome: done };
  const newerThan = baseline.label === to ? highestDeploymentId(baseline) : 0;
  const claim = { label: to, newerThan, wrongBefore: before.wrongLooks };
  const look = await lookAtInstances(turn, rollout, claim);
  if (look.is === 'pending') return { outcome: wait(5_000, look.seen) };
  if (look.is === 'wrong') {
    const { seen, settled, wrongLooks } = look;
    const detail = `${target.environment}: ${seen}`;
    return {
      outcome: settled ? failed(failure('eb.update-partial', detail)) : wait(5_000, seen),
      wrongLooks,
    };
  }
  memory.proven = true;
  return { outcome: done };
}

async function judgeBad(
  turn: Turn,
  rollout: Rollout,
  { word, before, sighting }: Reading & { readonly sighting: Sighting },
): Promise<Sample> {
  const { baseline, memory, target } = rollout;
  const { causes, refreshedAtMs } = await readCauses(turn, rollout);
  const seen = [`health is ${word}`, ...causes].join('; ');
  if (isRed(baseline.health) && isNoWorse(word, baseline.health)) {
    const because = `${seen}; it was ${baseline.health} before, waiting for it to recover`;
    return { outcome: wait(15_000, because) };
  }
  const bad = nextBad(before.bad, word, refreshedAtMs);
  const most = word === 'severe' ? MOST_SEVERE : MOST_DEGRADED;
  if (bad.count < most) {
    return { outcome: wait(15_000, `${seen} (${bad.count} of ${most} in a row)`), bad };
  }
  // Somebody changed the environment after us: neither to be blamed on the version nor to be undone.
  const { foreignAfterOurs } = attribute(
    sighting.events,
    versionSentSince(turn) ?? baseline.anchorMs,
    memory.forwardRequest,
  );
  const outcome = foreignAfterOurs
    ? foreignChange(rollout, `Another update began after ours, and ${seen}.`)
    : failed(failure('health.degraded', `${target.environment}: ${seen}.`));
  return { outcome, bad };
}

/** Counts reports, not looks: two looks can see one report of the platform. */
function nextBad(bad: BadRun | undefined, word: HealthWord, refreshedAtMs: number): BadRun {
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
