import { concerns, type Blocker, type Facts } from './blocker.js';
import { endOfWindow, intervalsOf, type Interval } from './window.js';

/** A blocker that stands in the way, with what was seen. */
export interface Blocked {
  readonly blocker: string;
  readonly mode: Blocker['mode'];
  /** A sentence for people. */
  readonly because: string;
  /** Milliseconds since the epoch at which it clears by itself, when the clock alone decides. */
  readonly clearsAt?: number;
}

interface Finding {
  readonly because: string;
  readonly clearsAt?: number;
}

const DAY_MS = 24 * 3_600_000;

/** Everything that stands in the way of a deployment, in the order of the blockers. A rule that breaks blocks. */
export function judgeBlockers(blockers: readonly Blocker[], facts: Facts): readonly Blocked[] {
  return blockers
    .filter((blocker) => concerns(blocker, facts) && !facts.overridden?.includes(blocker.name))
    .flatMap((blocker) => {
      const finding = look(blocker, facts);
      return finding ? [blockedBy(blocker, finding)] : [];
    });
}

/** When rules of the clock close a target between two instants; everything else is left out. */
export function closedIntervals(
  blockers: readonly Blocker[],
  facts: Facts,
  until: number,
): readonly (Interval & { readonly blocker: string })[] {
  return blockers
    .filter((blocker) => concerns(blocker, facts))
    .flatMap(({ name, rule, expiresAt = Infinity }) => {
      if (rule.type !== 'window') return [];
      const held = intervalsOf(rule.windows, facts.now, until);
      return (rule.open ? between(held, facts.now, until) : held).flatMap(({ start, end }) =>
        start < expiresAt ? [{ start, end: Math.min(end, expiresAt), blocker: name }] : [],
      );
    })
    .sort((one, other) => one.start - other.start);
}

function look(blocker: Blocker, facts: Facts): Finding | undefined {
  try {
    return violated(blocker, facts);
  } catch (error) {
    const seen = error instanceof Error ? error.message : String(error);
    return { because: `the rule cannot be judged, so it blocks: ${seen}` };
  }
}

function blockedBy({ name, reason, mode, expiresAt }: Blocker, { because, clearsAt }: Finding): Blocked {
  const clears = Math.min(clearsAt ?? Infinity, expiresAt ?? Infinity);
  const text = `${name}: ${because}${reason === '' ? '' : ` (${reason})`}`;
  return { blocker: name, mode, because: text, ...(Number.isFinite(clears) && { clearsAt: clears }) };
}

function violated({ rule }: Blocker, facts: Facts): Finding | undefined {
  switch (rule.type) {
    case 'unconditional':
      return isException(rule, facts) ? undefined : { because: 'deployments are stopped' };
    case 'window': {
      const end = endOfWindow(rule.windows, facts.now);
      return rule.open ? closedOutside(end, rule.windows, facts.now) : closedWithin(end);
    }
    case 'branch':
      if (facts.branch !== undefined && rule.branches.includes(facts.branch)) return undefined;
      return {
        because: `only versions from ${rule.branches.join(', ')} may go there, this one is ${
          facts.branch === undefined ? 'from a branch that nobody registered' : `from ${facts.branch}`
        }`,
      };
    case 'commit-status':
      if (facts.commitStatus === 'success') return undefined;
      return { because: `the status of the commit is ${facts.commitStatus ?? 'unknown'}, not success` };
    case 'concurrent': {
      if (rule.exceptServices?.includes(facts.service)) return undefined;
      const under = facts.live.filter(({ environment }) => environment === facts.environment).length;
      if (under < rule.atMost) return undefined;
      return {
        because: `${under} deployments are under way in ${facts.environment}, at most ${rule.atMost} may be`,
      };
    }
    case 'single-region':
      return elsewhere(facts);
  }
}

function isException(
  { exceptServices, exceptEnvironments }: Extract<Blocker['rule'], { type: 'unconditional' }>,
  { service, environment }: Facts,
): boolean {
  if (!exceptServices && !exceptEnvironments) return false;
  return (exceptServices?.includes(service) ?? true) && (exceptEnvironments?.includes(environment) ?? true);
}

function elsewhere({ service, environment, tier, live }: Facts): Finding | undefined {
  const other = live.find(
    (each) => each.service === service && each.environment !== environment && each.tier === tier,
  );
  return other && { because: `${service} is being deployed to ${other.environment}, one region at a time` };
}

function closedWithin(end: number | undefined): Finding | undefined {
  if (end === undefined) return undefined;
  if (end === Infinity) return { because: 'the window never opens' };
  return { because: `closed until ${new Date(end).toISOString()}`, clearsAt: end };
}

function closedOutside(
  end: number | undefined,
  windows: Parameters<typeof intervalsOf>[0],
  now: number,
): Finding | undefined {
  if (end !== undefined) return undefined;
  const [next] = intervalsOf(windows, now, now + 400 * DAY_MS);
  if (!next) return { because: 'no time is open within a year' };
  return { because: `closed until ${new Date(next.start).toISOString()}`, clearsAt: next.start };
}

function between(held: readonly Interval[], from: number, until: number): readonly Interval[] {
  const edges = [from, ...held.flatMap(({ start, end }) => [start, end]), until];
  return Array.from({ length: held.length + 1 }, (_, at) => ({
    start: edges[2 * at] ?? from,
    end: edges[2 * at + 1] ?? until,
  })).filter(({ start, end }) => start < end);
}
