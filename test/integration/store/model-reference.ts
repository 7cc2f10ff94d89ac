import type { OnBusy } from '../../../src/shared/domain/deployment.js';
import type { StateName } from '../../../src/shared/domain/state.js';

/** A deployment as the reference knows it. `codes` are the events and lines that its journal must hold. */
export interface ModelDeployment {
  readonly id: string;
  readonly target: string;
  readonly mode: OnBusy;
  readonly order: number;
  name: StateName;
  attempts: number;
  dispatch: number;
  offers: number;
  epoch: string;
  batch: number;
  cancelled: boolean;
  readonly codes: string[];
}

/** The mailbox of a target. Ids in `lane` and `held` stand in the order in which they get their turn. */
export interface ModelTarget {
  holder: string | undefined;
  owner: string | undefined;
  leased: boolean;
  /** Whether the time of the lease is over; another worker may claim then, and the owner may still renew. */
  expired: boolean;
  epoch: string;
  lane: string[];
  held: string[];
}

export interface Newcomer {
  readonly id: string;
  readonly target: string;
  readonly mode: OnBusy;
  readonly priority: -1 | 0 | 1;
  readonly key: string | undefined;
  readonly hash: string;
  readonly current: boolean;
  readonly hold: boolean;
}

/** What the reference expects the store to answer, as far as it can be known beforehand. */
export interface Expected {
  readonly said: string;
  readonly offers?: readonly string[];
  readonly id?: string;
  readonly ahead?: number;
}

export const LIMITS = { perTarget: 2, live: 5 };

/** Deployments that may run at once, whatever their target. */
export const PLACES = 2;

const ENDED = new Set<StateName>([
  'succeeded',
  'failed',
  'cancelled',
  'superseded',
  'expired',
  'rolled_back',
]);

export function hasEnded(deployment: ModelDeployment): boolean {
  return ENDED.has(deployment.name);
}

/**
 * The store in one process with plain collections: the same promises, none of the mechanism. Time is what the test
 * says it is: `overdue`, `due` and `reviewed` hold whose moment has come, in the order in which it came.
 */
export function createReference() {
  const deployments = new Map<string, ModelDeployment>();
  const targets = new Map<string, ModelTarget>();
  const idempotency = new Map<string, { id: string; hash: string }>();
  const outbox = new Set<string>();
  const expiry = new Set<string>();
  const admission = new Set<string>();
  const running = new Set<string>();
  const lapsed: string[] = [];
  const overdue: string[] = [];
  const due = new Set<string>();
  const reviewed: string[] = [];

  function box(name: string): ModelTarget {
    const known = targets.get(name);
    if (known) return known;
    const fresh = {
      holder: undefined,
      owner: undefined,
      leased: false,
      expired: false,
      epoch: '0',
      lane: [],
      held: [],
    };
    targets.set(name, fresh);
    return fresh;
  }

  function of(id: string): ModelDeployment {
    const found = deployments.get(id);
    if (!found) throw new Error(`The reference does not know ${id}`);
    return found;
  }

  function end(deployment: ModelDeployment, name: StateName): void {
    deployment.name = name;
    deployment.codes.push(`deployment.${name}`);
    for (const line of [outbox, due, expiry]) line.delete(deployment.id);
    drop(overdue, deployment.id);
    drop(reviewed, deployment.id);
  }

  function admit(id: string, offers: string[]): void {
    if (running.size >= PLACES) {
      if (!admission.has(id)) of(id).codes.push('deployment.limited');
      admission.add(id);
      return;
    }
    running.add(id);
    admission.delete(id);
    outbox.add(id);
    of(id).codes.push('deployment.offered');
    offers.push(id);
  }

  function promote(target: ModelTarget, offers: string[]): void {
    const head = target.lane.shift();
    if (head === undefined) return;
    target.holder = head;
    admit(head, offers);
  }

  function release(name: string, offers: string[]): void {
    const target = box(name);
    const { holder = '' } = target;
    Object.assign(target, { holder: undefined, owner: undefined, leased: false, expired: false });
    drop(lapsed, name);
    admission.delete(holder);
    running.delete(holder);
    promote(target, offers);
    for (const id of sorted([...admission])) admit(id, offers);
  }

  /** Whom a newcomer replaces in line: those who did not ask to be queued. */
  function replacedBy({ mode }: Newcomer, { lane, held }: ModelTarget): readonly string[] {
    return mode === 'supersede' ? [...lane, ...held].filter((other) => of(other).mode !== 'queue') : [];
  }

  function refusalOf(
    newcomer: Newcomer,
    target: ModelTarget,
    dropped: readonly string[],
  ): Expected | undefined {
    const { id, mode, key, hash, current } = newcomer;
    const first = key === undefined ? undefined : idempotency.get(key);
    if (first) return { said: first.hash === hash ? 'replay' : 'conflict', id: first.id };
    if (deployments.has(id)) return { said: 'replay', id };
    if (!current) return { said: 'stale' };
    const waiting = [...target.lane, ...target.held];
    const busy = target.holder ?? waiting[0];
    if (mode === 'reject' && busy !== undefined) return { said: 'busy', id: busy };
    if (waiting.length - dropped.length >= LIMITS.perTarget) return { said: 'full' };
    const live = [...deployments.values()].filter((each) => !hasEnded(each)).length;
    return live >= LIMITS.live ? { said: 'overloaded' } : undefined;
  }

  function sorted(ids: readonly string[]): string[] {
    return [...ids].sort((one, other) => of(one).order - of(other).order);
  }

  return {
    deployments,
    targets,
    outbox,
    expiry,
    admission,
    running,
    lapsed,
    overdue,
    due,
    reviewed,
    box,
    of,
    end,
    promote,
    release,
    sorted,

    accept(newcomer: Newcomer): Expected {
      const { id, key, hash } = newcomer;
      const target = box(newcomer.target);
      const dropped = replacedBy(newcomer, target);
      const refused = refusalOf(newcomer, target, dropped);
      if (refused) return refused;
      for (const other of dropped) {
        drop(target.lane, other);
        drop(target.held, other);
        end(of(other), 'superseded');
      }
      deployments.set(id, recordOf(newcomer, deployments.size + 1));
      expiry.add(id);
      if (key !== undefined) idempotency.set(key, { id, hash });
      if (newcomer.hold) {
        const ahead = target.lane.length + target.held.length + (target.holder === undefined ? 0 : 1);
        of(id).codes.push('deployment.held');
        target.held = sorted([...target.held, id]);
        return { said: 'accepted', offers: [], ahead };
      }
      target.lane = sorted([...target.lane, id]);
      const offers: string[] = [];
      if (target.holder === undefined) promote(target, offers);
      const rank = target.lane.indexOf(id);
      if (rank >= 0) of(id).codes.push('deployment.queued');
      return { said: 'accepted', offers, ahead: rank + 1 };
    },

    cancel(id: string): Expected {
      const deployment = of(id);
      if (hasEnded(deployment)) return { said: 'ended' };
      const target = box(deployment.target);
      drop(reviewed, id);
      if (drop(target.lane, id) || drop(target.held, id)) {
        end(deployment, 'cancelled');
        return { said: 'cancelled', offers: [] };
      }
      if (deployment.name === 'queued' && !target.leased) {
        const offers: string[] = [];
        end(deployment, 'cancelled');
        release(deployment.target, offers);
        return { said: 'cancelled', offers };
      }
      if (!deployment.cancelled) deployment.codes.push('deployment.cancel-requested');
      deployment.cancelled = true;
      return { said: 'cancelling' };
    },

    sweep(): readonly string[] {
      const offers: string[] = [];
      for (const id of overdue.splice(0)) {
        const { target: name } = of(id);
        const target = box(name);
        const waited = drop(target.lane, id) || drop(target.held, id);
        end(of(id), 'expired');
        if (!waited && target.holder === id) release(name, offers);
      }
      for (const id of reviewed.splice(0)) {
        const target = box(of(id).target);
        drop(target.held, id);
        of(id).name = 'queued';
        target.lane = sorted([...target.lane, id]);
        of(id).codes.push('deployment.resumed');
        if (target.holder === undefined) promote(target, offers);
      }
      for (const name of lapsed.splice(0)) {
        const { holder = '' } = box(name);
        const deployment = of(holder);
        deployment.dispatch += 1;
        deployment.offers = 0;
        deployment.codes.push('deployment.lease-lost');
        outbox.add(holder);
        due.add(holder);
      }
      for (const id of due) {
        const deployment = of(id);
        deployment.offers += 1;
        if (deployment.offers > 1) deployment.dispatch += 1;
        offers.push(id);
      }
      due.clear();
      return offers;
    },
  };
}

export type Reference = ReturnType<typeof createReference>;

function recordOf({ id, target, mode, priority, hold }: Newcomer, number: number): ModelDeployment {
  return {
    id,
    target,
    mode,
    order: number - priority * 1e9,
    name: hold ? 'held' : 'queued',
    attempts: 0,
    dispatch: 1,
    offers: 0,
    epoch: '',
    batch: 0,
    cancelled: false,
    codes: ['deployment.accepted'],
  };
}

/** Takes it out; answers whether it was there. */
export function drop(list: string[], id: string): boolean {
  const at = list.indexOf(id);
  if (at >= 0) list.splice(at, 1);
  return at >= 0;
}
