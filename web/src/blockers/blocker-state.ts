import type { WindowsView } from '../../../src/shared/contract/blocker-check.js';
import type { BlockerView } from '../../../src/shared/contract/blocker.js';
import type { EnvironmentView, TargetView } from '../../../src/shared/contract/configuration.js';

/** How a blocker is just now: a word, and when that changes where the clock alone decides. */
export interface BlockerState {
  readonly word: string;
  readonly tone: 'good' | 'warn' | 'wait' | 'calm';
  /** What comes at `at`. */
  readonly next?: string;
  readonly at?: string;
}

/**
 * Says how a blocker is at `now`, in milliseconds since the epoch. A rule of the clock is judged by the closed hours
 * of a target that it is about, as the API counts them; `windows` is absent when it is about no target.
 */
export function stateOf(blocker: BlockerView, windows: WindowsView | undefined, now: number): BlockerState {
  const { rule, enabled = true, expiresAt } = blocker;
  if (!enabled) return { word: 'Off', tone: 'calm' };
  const ends = expiresAt === undefined ? {} : { next: 'ends', at: expiresAt };
  if (expiresAt !== undefined && Date.parse(expiresAt) <= now)
    return { word: 'Over', tone: 'calm', next: 'ended', at: expiresAt };
  if (rule.type === 'unconditional') return { word: 'In force', tone: 'warn', ...ends };
  if (rule.type !== 'window') return { word: 'Judged each time', tone: 'wait', ...ends };
  if (!windows) return { word: 'About no target', tone: 'calm', ...ends };
  const [first] = windows.closed.filter(
    ({ blocker: name, to }) => name === blocker.blocker && Date.parse(to) > now,
  );
  if (!first) return { word: 'Open', tone: 'good', ...ends };
  if (Date.parse(first.from) > now) return { word: 'Open', tone: 'good', next: 'closes', at: first.from };
  // An end at the edge of what was asked for is not known to be one.
  if (first.to >= windows.to) return { word: 'Closed', tone: 'warn' };
  return { word: 'Closed', tone: 'warn', next: 'opens', at: first.to };
}

/** A target that a blocker is about; whether a rule then stops a deployment there is another question. */
export function targetOf(
  { scope }: Pick<BlockerView, 'scope'>,
  targets: readonly TargetView[],
  environments: readonly EnvironmentView[],
): TargetView | undefined {
  const { services, environments: named, tier } = scope ?? {};
  return targets.find(
    ({ service, environment }) =>
      (!services || services.includes(service)) &&
      (!named || named.includes(environment)) &&
      (tier === undefined || environments.find((each) => each.environment === environment)?.tier === tier),
  );
}
