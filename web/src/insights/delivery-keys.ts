import type { DeploymentView } from '../../../src/shared/contract/deployment-view.js';

/** What the five DORA keys say of a span of days, from the deployments that ended in it. Undefined where nothing can be said. */
export interface DeliveryKeys {
  /** Deployments that succeeded, for each day. */
  readonly frequency: number;
  /** Share of the deployments which changed a target and did not stay. */
  readonly failureRate: number | undefined;
  /** Median milliseconds from the end of a failed deployment to the next success on its target. */
  readonly recoveryMs: number | undefined;
  /** Median milliseconds from the registration of a version to its success on a target. */
  readonly leadMs: number | undefined;
  /** Share of the deployments that repeat or undo another one. */
  readonly rework: number | undefined;
  readonly days: readonly Day[];
}

/** What ended on one day, `date` in UTC. */
export interface Day {
  readonly date: string;
  readonly succeeded: number;
  readonly failed: number;
}

const DAY_MS = 86_400_000;

/**
 * The keys of the `count` days until `now`, from deployments in whatever order. `registered` has the times, in
 * milliseconds since the epoch, at which versions were registered, by `service/version`.
 */
export function deliveryKeys(
  deployments: readonly DeploymentView[],
  registered: ReadonlyMap<string, number>,
  count: number,
  now: number,
): DeliveryKeys {
  const since = now - count * DAY_MS;
  const ended = deployments.filter((each) => endOf(each) > since && endOf(each) <= now);
  const good = ended.filter(({ state }) => state === 'succeeded');
  const bad = ended.filter(isBad);
  const all = good.length + bad.length;
  return {
    frequency: good.length / count,
    failureRate: all === 0 ? undefined : bad.length / all,
    recoveryMs: median(bad.flatMap((each) => recoveryOf(each, good))),
    leadMs: median(good.flatMap((each) => leadOf(each, registered))),
    rework: all === 0 ? undefined : ended.filter(({ kind }) => kind !== 'deploy').length / all,
    days: daysOf(good, bad, count, now),
  };
}

/** One that was cancelled or never began says nothing about the version. */
function isBad({ state, wrote, failure, cancel }: DeploymentView): boolean {
  if (cancel) return false;
  return (
    state === 'rolled_back' ||
    state === 'rollback_failed' ||
    (state === 'failed' && wrote && failure !== undefined)
  );
}

/** A version that was never registered says nothing. */
function leadOf(good: DeploymentView, registered: ReadonlyMap<string, number>): number[] {
  const at = registered.get(`${good.service}/${good.version}`);
  return at === undefined ? [] : [endOf(good) - at];
}

function recoveryOf(bad: DeploymentView, good: readonly DeploymentView[]): number[] {
  const next = good
    .filter(({ service, environment }) => service === bad.service && environment === bad.environment)
    .map(endOf)
    .filter((at) => at > endOf(bad))
    .sort((one, other) => one - other)[0];
  return next === undefined ? [] : [next - endOf(bad)];
}

function daysOf(
  good: readonly DeploymentView[],
  bad: readonly DeploymentView[],
  count: number,
  now: number,
): readonly Day[] {
  const dateOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const on = (date: string, among: readonly DeploymentView[]) =>
    among.filter((each) => dateOf(endOf(each)) === date).length;
  return Array.from({ length: count }, (_, index) => {
    const date = dateOf(now - (count - 1 - index) * DAY_MS);
    return { date, succeeded: on(date, good), failed: on(date, bad) };
  });
}

/** Milliseconds since the epoch; what has not ended has its end beyond all time. */
function endOf({ finishedAt }: DeploymentView): number {
  return finishedAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(finishedAt);
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)];
}
