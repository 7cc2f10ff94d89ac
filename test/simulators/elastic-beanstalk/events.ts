import type { EventBehaviour } from './behaviour.js';
import type { Clock } from './clock.js';
import type { Random } from './random.js';

/** Severities from mild to grave, as DescribeEvents filters by them ("returned events have this severity or higher"). */
export const severities = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;

/** How grave an event is. */
export type Severity = (typeof severities)[number];

/** One event. It carries no id: clients must tell duplicates apart by its content. */
export interface StoredEvent {
  readonly at: number;
  readonly sequence: number;
  readonly visibleAt: number;
  readonly message: string;
  readonly severity: Severity;
  readonly application: string;
  readonly environment: string | undefined;
  readonly environmentId: string | undefined;
  readonly label: string | undefined;
  readonly requestId: string | undefined;
  readonly requestFilter: 'works' | 'empty';
}

/** An event to be written; `environment` is left out for events of a version. */
interface NewEvent {
  readonly message: string;
  readonly severity: Severity;
  readonly application: string;
  readonly environment?: { readonly name: string; readonly id: string };
  readonly label?: string;
  readonly requestId?: string;
  readonly behaviour?: EventBehaviour;
}

/** The filters of DescribeEvents; `startTime` is inclusive, `endTime` exclusive. */
export interface EventFilter {
  readonly application?: string;
  readonly environment?: string;
  readonly environmentId?: string;
  readonly label?: string;
  readonly requestId?: string;
  readonly severity?: Severity;
  readonly startTime?: number;
  readonly endTime?: number;
  /** Continues after this event. */
  readonly after?: { readonly at: number; readonly sequence: number };
  readonly limit: number;
}

/** All events of a region. */
export interface EventJournal {
  write(event: NewEvent): void;
  /** Newest first, only what is visible by now; `more` says whether older matches exist. */
  find(filter: EventFilter): { readonly events: readonly StoredEvent[]; readonly more: boolean };
}

/** An empty journal. Each event becomes visible after a random lag of up to `lagMs` virtual milliseconds. */
export function createEventJournal(deps: { clock: Clock; random: Random; lagMs: number }): EventJournal {
  const { clock, random, lagMs } = deps;
  const events: StoredEvent[] = [];
  const lastVisible = new Map<string, number>();

  function visibleAt({ behaviour, environment }: NewEvent): number {
    const lag = behaviour?.lagMs ?? random.below(lagMs + 1);
    if (behaviour?.order === 'shuffled') return clock.now() + random.below(30_000);
    // In order: an event never overtakes the one before it.
    const at = Math.max(lastVisible.get(environment?.id ?? '') ?? 0, clock.now() + lag);
    lastVisible.set(environment?.id ?? '', at);
    return at;
  }

  return {
    write(event) {
      const stored: StoredEvent = {
        at: clock.now(),
        sequence: events.length,
        visibleAt: visibleAt(event),
        message: event.message,
        severity: event.severity,
        application: event.application,
        environment: event.environment?.name,
        environmentId: event.environment?.id,
        label: event.label,
        requestId: event.requestId,
        requestFilter: event.behaviour?.requestFilter ?? 'works',
      };
      events.push(stored);
      for (let copy = 1; copy < (event.behaviour?.copies ?? 1); copy += 1) {
        events.push({ ...stored, sequence: events.length });
      }
    },
    find(filter) {
      const now = clock.now();
      const found = events
        .filter((event) => event.visibleAt <= now && matches(event, filter))
        .sort(newestFirst);
      return { events: found.slice(0, filter.limit), more: found.length > filter.limit };
    },
  };
}

function matches(event: StoredEvent, filter: EventFilter): boolean {
  return (
    isSame(filter.application, event.application) &&
    isSame(filter.environment, event.environment) &&
    isSame(filter.environmentId, event.environmentId) &&
    isSame(filter.label, event.label) &&
    isSame(filter.requestId, event.requestFilter === 'works' ? event.requestId : undefined) &&
    severities.indexOf(event.severity) >= severities.indexOf(filter.severity ?? 'TRACE') &&
    event.at >= (filter.startTime ?? 0) &&
    event.at < (filter.endTime ?? Number.POSITIVE_INFINITY) &&
    (filter.after === undefined || newestFirst(filter.after, event) < 0)
  );
}

function isSame(wanted: string | undefined, actual: string | undefined): boolean {
  return wanted === undefined || wanted === actual;
}

type Position = Pick<StoredEvent, 'at' | 'sequence'>;

function newestFirst(left: Position, right: Position): number {
  return right.at - left.at || right.sequence - left.sequence;
}
