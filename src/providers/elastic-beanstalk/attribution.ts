import type { PlatformEvent } from './environment.js';
import { UPDATE_STARTING } from './platform-events.js';

/** Whose updates began since a moment, as far as the events tell. */
export interface Attribution {
  /** How many updates began. */
  readonly starts: number;
  /** Whether ours is among them. */
  readonly oursSeen: boolean;
  /** Whether another one began after ours; then nothing that follows is ours to undo. */
  readonly foreignAfterOurs: boolean;
  /** Whether all of those that began after ours are managed updates of the platform, which leave the version alone. */
  readonly onlyManaged: boolean;
  /** Events of our update and of what came with it, oldest first. */
  readonly ours: readonly PlatformEvent[];
}

const NOBODYS: Attribution = {
  starts: 0,
  oursSeen: false,
  foreignAfterOurs: false,
  onlyManaged: true,
  ours: [],
};

/**
 * Reads the start events since `sinceMs`. Without the id of our request the first one counts as ours, because
 * Elastic Beanstalk refuses a second update while one runs.
 */
export function attribute(
  events: readonly PlatformEvent[],
  sinceMs: number,
  requestId: string | undefined,
): Attribution {
  const recent = events.filter((event) => event.atMs > sinceMs);
  const starts = recent.filter((event) => event.message === UPDATE_STARTING);
  const known = requestId !== undefined && starts.some((start) => start.requestId === requestId);
  const own = known ? starts.findIndex((start) => start.requestId === requestId) : 0;
  const start = starts[own];
  if (start === undefined) return NOBODYS;
  // With a known id that no start carries, our own start is not visible yet and the others came before it.
  const oursSeen = known || requestId === undefined || starts.every((event) => event.requestId === undefined);
  return {
    starts: starts.length,
    oursSeen,
    foreignAfterOurs: oursSeen && starts.length > own + 1,
    onlyManaged: starts.slice(own + 1).every((other) => isManaged(other, recent)),
    ours: oursSeen ? recent.filter((event) => event.atMs >= start.atMs) : [],
  };
}

/** A managed update says so in another event of the same request (developer guide, "Managed platform updates"). */
function isManaged({ requestId }: PlatformEvent, events: readonly PlatformEvent[]): boolean {
  return (
    requestId !== undefined &&
    events.some(
      (event) => event.requestId === requestId && event.message.startsWith('Managed platform update'),
    )
  );
}

/** Events from the start of the last update since `sinceMs` on, oldest first; none when no update began. */
export function lastUpdate(events: readonly PlatformEvent[], sinceMs: number): readonly PlatformEvent[] {
  const recent = events.filter((event) => event.atMs > sinceMs);
  const start = recent.findLastIndex((event) => event.message === UPDATE_STARTING);
  return start === -1 ? [] : recent.slice(start);
}
