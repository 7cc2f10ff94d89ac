import { done, wait, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import { foreignChange } from '../foreign-change.js';
import { healthWord, isNoWorse, readHealth } from '../health.js';
import { presence } from '../presence.js';
import type { Rollout } from '../rollout.js';
import { DEFAULT_ACCEPTED_HEALTH } from '../target.js';
import { tellEvents } from '../tell-events.js';

/** Sees the health back where it was before the deployment, or better. */
export function verifyRollback(rollout: Rollout, from: string | undefined): Step {
  return {
    id: 'verify-rollback',
    title: `Verify that ${rollout.target.environment} is as healthy as before`,
    writes: false,
    deadlineMs: 900_000,
    run: (turn) => run(turn, rollout, from),
  };
}

async function run(turn: Turn, rollout: Rollout, from: string | undefined): Promise<Outcome> {
  const { baseline, memory, target, watch } = rollout;
  const sighting = await watch.look('environment', turn.signal);
  tellEvents(turn, memory, sighting, undefined);
  const seen = presence(sighting.environment, rollout);
  if (seen.is === 'gone') return seen.outcome;
  const { environment } = seen;
  if (environment.status !== 'Ready') {
    return wait(15_000, `the environment is ${environment.status.toLowerCase()}`);
  }
  if (environment.label !== from) {
    return foreignChange(rollout, `It now reports ${environment.label ?? 'no version'}.`);
  }
  const word = healthWord(environment);
  const { verdict } = readHealth(environment, target.acceptHealth ?? DEFAULT_ACCEPTED_HEALTH);
  if (verdict !== 'healthy' && !isNoWorse(word, baseline.health)) {
    return wait(15_000, `health is ${word}, it was ${baseline.health} before`);
  }
  turn.say(
    `${target.environment} runs ${from ?? 'what it ran'} again, health ${word} (before: ${baseline.health})`,
  );
  return done;
}
