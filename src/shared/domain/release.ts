import type { StateName } from './state.js';

/** What a release does about the others when one of its members fails. */
export type OnFailure = 'stop' | 'rollback' | 'continue';

/** How far a deployment of a release is. One whose record is `gone` has ended in a way that nobody knows, which is never well. */
export interface MemberDeployment {
  readonly id: string;
  readonly state: StateName | 'gone';
  readonly ended: boolean;
}

/** One service in one environment, and what has become of it. */
export interface Member {
  /** Members of a higher order start when all of a lower one have ended well. */
  readonly order: number;
  readonly deployment?: MemberDeployment;
  /** Why its deployment or its rollback was not accepted. */
  readonly refused?: string;
  readonly rollback?: MemberDeployment;
  readonly rollbackRefused?: string;
}

/** How a release can end. */
export type ReleaseEnd = 'succeeded' | 'failed' | 'cancelled' | 'rolled_back' | 'rollback_failed';

/** What a release needs next: members to start, by their place, or to roll back; or its end; or to wait. */
export type ReleaseAction =
  | { readonly kind: 'start' | 'roll-back'; readonly members: readonly number[] }
  | { readonly kind: 'end'; readonly as: ReleaseEnd }
  | { readonly kind: 'wait' };

const WAIT: ReleaseAction = { kind: 'wait' };

/**
 * Decides what a release does next. Pure; asked again after every change, the answer never starts what has started.
 * A failure lets what runs come to its end first: nothing is torn from a worker.
 */
export function nextOfRelease(
  members: readonly Member[],
  onFailure: OnFailure,
  cancelled: boolean,
): ReleaseAction {
  const failed = members.some(hasFailed);
  const startMore = !cancelled && (!failed || onFailure === 'continue');
  if (startMore) {
    const start = nextToStart(members);
    if (start.length > 0) return { kind: 'start', members: start };
  }
  if (members.some(isUnderWay)) return WAIT;
  if (failed && onFailure === 'rollback' && !cancelled) return nextBack(members);
  if (cancelled) return { kind: 'end', as: 'cancelled' };
  return { kind: 'end', as: failed ? 'failed' : 'succeeded' };
}

function nextToStart(members: readonly Member[]): readonly number[] {
  const open = members.filter((member) => !hasEnded(member));
  const order = Math.min(...open.map((member) => member.order));
  return members.flatMap((member, at) => (member.order === order && !hasStarted(member) ? [at] : []));
}

/** The members that succeeded, those of the highest order first. */
function nextBack(members: readonly Member[]): ReleaseAction {
  const open = members.filter((member) => hasSucceeded(member) && !wentBack(member));
  if (open.length === 0) {
    const clean =
      members.filter(hasSucceeded).every(({ rollback }) => rollback?.state === 'succeeded') &&
      !members.some(({ deployment }) => deployment?.state === 'gone');
    return { kind: 'end', as: clean ? 'rolled_back' : 'rollback_failed' };
  }
  const order = Math.max(...open.map((member) => member.order));
  const next = members.flatMap((member, at) =>
    member.order === order && hasSucceeded(member) && !member.rollback && member.rollbackRefused === undefined
      ? [at]
      : [],
  );
  return next.length > 0 ? { kind: 'roll-back', members: next } : WAIT;
}

function hasStarted({ deployment, refused }: Member): boolean {
  return deployment !== undefined || refused !== undefined;
}

function hasEnded({ deployment, refused }: Member): boolean {
  return refused !== undefined || deployment?.ended === true;
}

function hasSucceeded({ deployment }: Member): boolean {
  return deployment?.state === 'succeeded';
}

function hasFailed(member: Member): boolean {
  return hasEnded(member) && !hasSucceeded(member);
}

function isUnderWay({ deployment, rollback }: Member): boolean {
  return deployment?.ended === false || rollback?.ended === false;
}

function wentBack({ rollback, rollbackRefused }: Member): boolean {
  return rollback?.ended === true || rollbackRefused !== undefined;
}
