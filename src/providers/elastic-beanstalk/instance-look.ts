import type { Turn } from '../contract.js';
import { isUnsupported } from './failures.js';
import { proveInstances, type Claim } from './instance-proof.js';
import type { Rollout } from './rollout.js';

/** Answers of a look at the instances; `settled` when a wrong answer was given long enough to be believed. */
export type InstanceLook =
  | { readonly is: 'proven'; readonly seen: string }
  | { readonly is: 'pending'; readonly seen: string }
  | { readonly is: 'wrong'; readonly settled: boolean; readonly seen: string }
  | { readonly is: 'unsupported' };

// Rows are refreshed every ten seconds; looks are five seconds apart.
const LOOKS_TO_BELIEVE = 4;

/** Reads the deployment row of every instance. Basic health reporting has none. */
export async function lookAtInstances(turn: Turn, rollout: Rollout, claim: Claim): Promise<InstanceLook> {
  const { baseline, eb, memory } = rollout;
  if (baseline.reporting === 'basic') return { is: 'unsupported' };
  try {
    memory.instances = await eb.instances(baseline.environmentId, turn.signal);
  } catch (error) {
    if (isUnsupported(error)) return { is: 'unsupported' };
    throw error;
  }
  const proof = proveInstances(memory.instances, claim);
  memory.wrongLooks = proof.is === 'wrong' ? memory.wrongLooks + 1 : 0;
  const seen = `${proof.proven} of ${proof.total} instances run ${claim.label}`;
  if (proof.is === 'proven') return { is: 'proven', seen };
  const complaint = `${seen}: ${listed(proof.complaints)}`;
  return proof.is === 'pending'
    ? { is: 'pending', seen: complaint }
    : { is: 'wrong', settled: memory.wrongLooks >= LOOKS_TO_BELIEVE, seen: complaint };
}

function listed(complaints: readonly string[]): string {
  const shown = complaints.slice(0, 5).join('; ');
  return complaints.length > 5 ? `${shown}; and ${complaints.length - 5} more` : shown;
}
