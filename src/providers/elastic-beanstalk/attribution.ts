import type { PlatformEvent } from './environment.js';
import { UPDATE_STARTING } from './platform-events.js';

/** Whose updates began since a moment, as far as the events tell. */
export interface Attribution {
  /** How many updates began, without the managed ones of the platform, which leave the version alone. */
  readonly starts: number;
  /** Whether a managed one began. */
  readonly managed: boolean;
  /** Whether ours is among them. */
  readonly oursSeen: boolean;
  /** Whether another one began after ours; then nothing that follows is ours to undo. */
  readonly foreignAfterOurs: boolean;
  /** Whether all of those that began after ours are managed ones. */
  readonly onlyManaged: boolean;
  /** Events of our update and of what came with it, oldest first. */
  readonly ours: readonly PlatformEvent[];
}

const NOBODYS: Attribution = {
  starts: 0,
  managed: false,
  oursSeen: false,
  foreignAfterOurs: false,
  onlyManaged: true,
  ours: [],
};

/**
 * Reads the start events since `sinceMs`. Without the id of our request the first one that is not managed counts as ours,
 * because Elastic Beanstalk refuses a second update while one runs.
 */
export function attribute(
  events: readonly PlatformEvent[],
  sinceMs: number,
  requestId: string | undefined,
): Attribution {
  const recent = events.filter((event) => event.atMs > sinceMs);
  const began = recent.filter((event) => event.message === UPDATE_STARTING);
  const starts = began.filter((event) => !isManaged(event, recent));
  const managed = began.length > starts.length;
  const known = requestId !== undefined && starts.some((start) => start.requestId === requestId);
  const own = known ? starts.findIndex((start) => start.requestId === requestId) : 0;
  const start = starts[own];
  if (start === undefined) return { ...NOBODYS, managed };
  // With a known id that no start carries, our own start is not visible yet and the others came before it.
  const oursSeen = known || requestId === undefined || starts.every((event) => event.requestId === undefined);
  const later = began.slice(began.indexOf(start) + 1);
  return {
    starts: starts.length,
    managed,
    oursSeen,
    foreignAfterOurs: oursSeen && later.length > 0,
    onlyManaged: later.every((other) => !starts.includes(other)),
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
