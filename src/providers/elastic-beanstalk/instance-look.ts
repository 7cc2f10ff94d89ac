import type { Turn } from '../contract.js';
import { isUnsupported } from './failures.js';
import { proveInstances, type Claim } from './instance-proof.js';
import type { Rollout } from './rollout.js';

/** Answers of a look at the instances; `settled` when a wrong answer was given often enough to be believed. */
export type InstanceLook =
  | { readonly is: 'proven'; readonly seen: string }
  | { readonly is: 'pending'; readonly seen: string }
  | { readonly is: 'wrong'; readonly settled: boolean; readonly wrongLooks: number; readonly seen: string }
  | { readonly is: 'unsupported' };

// Rows are refreshed every ten seconds; looks are five seconds apart.
const LOOKS_TO_BELIEVE = 4;

/**
 * Reads the deployment row of every instance. Basic health reporting has none. `wrongBefore` counts the looks just
 * before this one that saw wrong instances.
 */
export async function lookAtInstances(
  turn: Turn,
  rollout: Rollout,
  claim: Claim & { readonly wrongBefore?: number },
): Promise<InstanceLook> {
  const { baseline, eb, memory } = rollout;
  if (baseline.reporting === 'basic') return { is: 'unsupported' };
  try {
    memory.instances = await eb.instances(baseline.environmentId, turn.signal);
  } catch (error) {
    if (isUnsupported(error)) return { is: 'unsupported' };
    throw error;
  }
  const proof = proveInstances(memory.instances, claim);
  const seen = `${proof.proven} of ${proof.total} instances run ${claim.label}`;
  if (proof.is === 'proven') return { is: 'proven', seen };
  const complaint = `${seen}: ${listed(proof.complaints)}`;
  if (proof.is === 'pending') return { is: 'pending', seen: complaint };
  const wrongLooks = (claim.wrongBefore ?? 0) + 1;
  return { is: 'wrong', settled: wrongLooks >= LOOKS_TO_BELIEVE, wrongLooks, seen: complaint };
}

function listed(complaints: readonly string[]): string {
  const shown = complaints.slice(0, 5).join('; ');
  return complaints.length > 5 ? `${shown}; and ${complaints.length - 5} more` : shown;
}
