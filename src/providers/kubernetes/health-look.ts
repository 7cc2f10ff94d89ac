import type { Outcome } from '../../shared/domain/outcome.js';
import { wait } from '../../shared/domain/outcome.js';
import type { Turn } from '../contract.js';
import { atOnce } from './at-once.js';
import { assessSet, type Assessment, type Memory } from './health/assess-set.js';
import { sourcesOf, type AppliedObject } from './health/applied-object.js';
import type { Written } from './health/health.js';
import type { LiveWorkload } from './foreign-change.js';
import { isOlder } from './health/gate.js';
import { wishesOf } from './manifests/health-wishes.js';
import { nameOf, type KubeObject } from './object.js';
import type { Rollout } from './rollout.js';
import { collectionOf } from './set/prepare.js';
import { keyOf, type Member } from './set/member.js';
import type { ClusterView } from './watch/cluster-view.js';
import type { Follower } from './watch/follower.js';
import type { WatchHub } from './watch/watch-hub.js';

/** How long the watches may take to show what the API server has already, in milliseconds. */
const CATCH_UP_MS = 5_000;

/** Judges what this deployment applied, by the shared watches of its cluster. */
export interface HealthLook {
  assess(members: readonly Member[], turn: Turn): Promise<Outcome>;
  /**
   * Judges again once the watches show these workloads at least as new as they were read from the server. A watch may fall silent
   * without breaking, and what it showed before is then no proof: `wait` when they do not come so far.
   */
  confirm(members: readonly Member[], workloads: readonly LiveWorkload[], turn: Turn): Promise<Outcome>;
  /** What the last look saw. */
  readonly last: Assessment | undefined;
  changed(signal: AbortSignal): Promise<void>;
  stop(): void;
}

/** `now` gives the provider's milliseconds from any start. */
export function createHealthLook(
  rollout: Rollout,
  hub: () => WatchHub | undefined,
  now: () => number,
): HealthLook {
  let follower: Follower | undefined;
  let memory: Memory = { firstSeen: new Map() };
  let last: Assessment | undefined;
  let warned = new Set<string>();

  /** The first workload that the watches do not show as new as it is, after some time for them to do so. */
  async function unseen(
    workloads: readonly LiveWorkload[],
    signal: AbortSignal,
  ): Promise<LiveWorkload | undefined> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(CATCH_UP_MS)]);
    for (;;) {
      const view = follower?.look();
      const late = workloads.find((workload) => !view || isBehind(view, workload));
      if (!follower || !late || limit.aborted) return late;
      await follower.changed(limit);
    }
  }

  const look: HealthLook = {
    get last() {
      return last;
    },

    async confirm(members, workloads, turn) {
      const late = await unseen(workloads, turn.signal);
      if (!late) return look.assess(members, turn);
      return wait(1_000, `the watches do not show ${nameOf(late.member.ref)} as the API server has it now`);
    },

    async assess(members, turn) {
      const missing = await findWritten(rollout, members, turn.signal);
      if (missing) return wait(1_000, `${nameOf(missing.ref)} is not there`);
      follower ??= hub()?.follow();
      if (!follower) return wait(500, 'the watches are not open yet');
      const objects = members.map((member) => appliedOf(rollout, member));
      follower.want(sourcesOf(objects));
      last = assessSet({ objects, view: follower.look(), memory, now: now() });
      memory = last.memory;
      follower.heed(last.uids);
      for (const warning of last.warnings) if (!warned.has(warning)) turn.say(warning, 'warn');
      warned = new Set([...warned, ...last.warnings]);
      return last.outcome;
    },

    async changed(signal) {
      if (follower) return follower.changed(signal);
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    },

    stop() {
      follower?.stop();
      follower = undefined;
    },
  };
  return look;
}

function isBehind(view: ClusterView, { member, live }: LiveWorkload): boolean {
  const seen = view.object(collectionOf(member), member.ref.name);
  const version = live.metadata.resourceVersion ?? '';
  return seen.said !== 'found' || isOlder(seen.object.metadata.resourceVersion, version);
}

/** What a write returned, or what it must have returned, by the object as it is now. */
export function writtenOf({ metadata }: KubeObject, manager: string): Written {
  const times = (metadata.managedFields ?? [])
    .filter((entry) => entry.manager === manager)
    .flatMap(({ time }) => time ?? [])
    .sort();
  const at = times.at(-1);
  return {
    uid: metadata.uid ?? '',
    resourceVersion: metadata.resourceVersion ?? '',
    ...(metadata.generation !== undefined && { generation: metadata.generation }),
    ...(at !== undefined && { at }),
  };
}

function appliedOf({ memory }: Rollout, member: Member): AppliedObject {
  const written = memory.written.get(keyOf(member)) ?? { uid: '', resourceVersion: '' };
  const hasStatus = member.resource.subresources.includes('status');
  return {
    ref: member.ref,
    collection: collectionOf(member),
    written,
    hasStatus,
    ...wishesOf(member.object),
  };
}

/** Reads again what our writes returned where another worker made them. Answers an object that is not there. */
async function findWritten(
  { memory, manager, link }: Rollout,
  members: readonly Member[],
  signal: AbortSignal,
): Promise<Member | undefined> {
  const unknown = members.filter((member) => !memory.written.has(keyOf(member)));
  if (unknown.length === 0) return undefined;
  const { gateway } = await link(signal);
  const lives = await atOnce(unknown, (member) => gateway.read(member, signal));
  for (const [index, member] of unknown.entries()) {
    const live = lives[index];
    if (live) memory.written.set(keyOf(member), writtenOf(live, manager));
  }
  return unknown.find((_, index) => !lives[index]);
}
