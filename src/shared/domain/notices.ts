import type { StateName } from './state.js';

/** What a subscription asks for. */
interface Interest {
  readonly enabled?: boolean;
  readonly events?: readonly StateName[];
  readonly services?: readonly string[];
  readonly environments?: readonly string[];
}

/** States that people are told of unless they say otherwise: something has come to stand, or waits for them. */
const STANDARD: readonly StateName[] = [
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
];

/** Milliseconds after which a failed attempt is made again; a day in all. */
const PAUSES_MS = [5, 60, 300, 1_800, 7_200, 18_000, 28_800, 28_800].map((seconds) => seconds * 1_000);

/** Whether a subscription wants to hear that a deployment has reached a state. */
export function wantsToHear(
  { enabled = true, events = STANDARD, services, environments }: Interest,
  of: { readonly service: string; readonly environment: string; readonly state: StateName },
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
