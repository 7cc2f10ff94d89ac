import { done, type Outcome } from '../../../shared/domain/outcome.js';
import type { Step, Turn } from '../../contract.js';
import type { Baseline } from '../baseline.js';
import { keepSecret } from '../set/kept-secrets.js';
import type { Rollout } from '../rollout.js';

/** Copies every Secret that the deployment may change, within its namespace. Changes nothing that the target runs. */
export function keepSecrets(rollout: Rollout, baseline: Baseline): Step {
  return {
    id: 'keep-secrets',
    title: 'Keep the Secrets as they are',
    writes: false,
    run: (turn) => runKeep(rollout, baseline, turn),
  };
}

async function runKeep(rollout: Rollout, { objects }: Baseline, turn: Turn): Promise<Outcome> {
  const { gateway } = await rollout.link(turn.signal);
  const secrets = objects.filter(({ before }) => before?.keptIn !== undefined);
  await turn.intend(`copies of ${secrets.length} Secrets`);
  for (const secret of secrets) {
    const kept = await keepSecret(rollout, gateway, secret, turn.signal);
    if (kept.said === 'failed') return kept;
  }
  return done;
}
