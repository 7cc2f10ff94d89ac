import type { Instance } from './environment.js';

/** Which instances prove that they run a version, and which do not. */
export interface InstanceProof {
  readonly is: 'proven' | 'pending' | 'wrong';
  /** How many run it. */
  readonly proven: number;
  readonly total: number;
  /** One sentence a piece about those that do not. */
  readonly complaints: readonly string[];
}

/** What an instance must show: the label, deployed by a deployment younger than `newerThan`. */
export interface Claim {
  readonly label: string;
  readonly newerThan: number;
}

/**
 * Judges the deployment rows of enhanced health. Without a single instance nothing is proven; rows are up to ten
 * seconds old, so a wrong one can still be a stale one.
 */
export function proveInstances(instances: readonly Instance[], claim: Claim): InstanceProof {
  const wrong: string[] = [];
  const pending: string[] = [];
  for (const instance of instances) {
    const complaint = complaintAbout(instance, claim);
    if (complaint?.final === true) wrong.push(complaint.text);
    if (complaint?.final === false) pending.push(complaint.text);
  }
  const total = instances.length;
  return {
    is: wrong.length > 0 ? 'wrong' : pending.length > 0 || total === 0 ? 'pending' : 'proven',
    proven: total - wrong.length - pending.length,
    total,
    complaints: total === 0 ? ['no instance reports'] : [...wrong, ...pending],
  };
}

function complaintAbout(
  { id, label, deploymentId, deploymentStatus }: Instance,
  claim: Claim,
): { readonly text: string; readonly final: boolean } | undefined {
  const status = (deploymentStatus ?? '').replaceAll(/[\s_-]/g, '').toLowerCase();
  const ran = `${label ?? 'no version'} (deployment ${deploymentId ?? 'unknown'})`;
  if (label === undefined || status === 'inprogress') return { text: `${id} is not done yet`, final: false };
  if (status === 'failed') return { text: `${id} failed to deploy ${ran}`, final: true };
  if (label !== claim.label) return { text: `${id} runs ${ran} instead of ${claim.label}`, final: true };
  if ((deploymentId ?? 0) <= claim.newerThan) {
    return { text: `${id} still runs the earlier deployment of ${ran}`, final: true };
  }
  return status === 'deployed'
    ? undefined
    : { text: `${id} reports ${deploymentStatus ?? 'nothing'}`, final: false };
}
