import { TARGET_EVENTS, type TargetEvent } from './events.js';
import type { StateName } from './state.js';

/** What subscriptions are told: that a deployment has reached a state, or what has happened to a target since. */
export type News = StateName | TargetEvent;

/** Whether news are about a target, whatever its deployments do. */
export function isAboutTarget(news: News): news is TargetEvent {
  return Object.hasOwn(TARGET_EVENTS, news);
}

/** What a subscription asks for. */
interface Interest {
  readonly enabled?: boolean;
  readonly events?: readonly News[];
  readonly services?: readonly string[];
  readonly environments?: readonly string[];
}

/** What people are told unless they say otherwise: something has come to stand, waits for them, or was changed by others. */
const STANDARD: readonly News[] = [
  'held',
  'preparing',
  'rolling_back',
  'succeeded',
  'rolled_back',
  'rollback_failed',
  'failed',
  'cancelled',
  'superseded',
  'expired',
  'target.drifted',
  'target.restored',
];

/** Milliseconds after which a failed attempt is made again; a day in all. */
const PAUSES_MS = [5, 60, 300, 1_800, 7_200, 18_000, 28_800, 28_800].map((seconds) => seconds * 1_000);

/** Whether a subscription wants to hear such news. */
export function wantsToHear(
  { enabled = true, events = STANDARD, services, environments }: Interest,
  of: { readonly service: string; readonly environment: string; readonly state: News },
): boolean {
  return (
    enabled &&
    events.includes(of.state) &&
    (services?.includes(of.service) ?? true) &&
    (environments?.includes(of.environment) ?? true)
  );
}

/** How long to wait after this many failed attempts; undefined when it is given up. */
export function pauseAfter(attempts: number): number | undefined {
  return PAUSES_MS[attempts - 1];
}
