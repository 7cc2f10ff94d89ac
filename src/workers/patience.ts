import type { Step } from '../providers/contract.js';
import type { Policy, Verify } from '../shared/contract/policy.js';
import type { Request } from '../shared/domain/deployment.js';
import { failure, type Failure } from '../shared/domain/failures.js';
import { isProven, type Stage, type State } from '../shared/domain/state.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Unexpected errors in a row that turn into a failure. */
export const MOST_CRASHES = 5;

/** Workers that may be lost at one point before the deployment counts as the cause. */
export const MOST_ATTEMPTS = 3;

/** How long the current state, step or stage may take, in milliseconds of the provider's time. */
export function limitOf(state: State, step: Step | undefined, policy: Policy, verify: Verify): number {
  const { prepareMs = 15 * MINUTE, stepMs = 30 * MINUTE, verifyMs = 15 * MINUTE } = policy.deadlines ?? {};
  if (state.name === 'preparing') return prepareMs;
  if (state.name !== 'verifying') return step?.deadlineMs ?? stepMs;
  return state.stage === 'stability' ? verifyMs + stabilityOf(verify) : verifyMs;
}

export function stabilityOf(verify: Verify): number {
  return verify.stabilityMs ?? MINUTE;
}

/** The proofs that this target asks for, in order. */
export function stagesOf(verify: Verify): readonly Stage[] {
  const stages: Stage[] = ['health'];
  if ((verify.checks ?? []).length > 0) stages.push('checks');
  if (stabilityOf(verify) > 0) stages.push('stability');
  return stages;
}

/** For how long a deployment that is given back may wait anew, in milliseconds; a time that was asked for stays what it is. */
export function queueTimeLeft(
  { expiresAt }: Pick<Request, 'expiresAt'>,
  policy: Policy,
  now: number,
): number {
  if (expiresAt === undefined) return policy.deadlines?.queueMs ?? DAY;
  return Math.max(1, Math.ceil(Date.parse(expiresAt) - now));
}

/** What it means that the limit has passed while it waited for `because`. */
export function lateFailure(state: State, what: string, because: string | undefined): Failure {
  const seen = because ? `; last seen: ${because}` : '';
  if (state.name === 'verifying' && state.stage === 'health') {
    return failure('health.unknown', `No sound health within the deadline${seen}`);
  }
  if (isProven(state)) return failure('deployment.unsettled', `It did not end within its deadline${seen}`);
  return failure('deployment.deadline', `${what} took longer than its deadline${seen}`);
}

/** Pause before a crashed step is tried again, in milliseconds. */
export function backOff(crashes: number): number {
  return Math.min(1_000 * 2 ** (crashes - 1), 30_000);
}
