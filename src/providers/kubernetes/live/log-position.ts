/** How far the log of a container was read: so many lines of the time `at`, in the run of this number. */
export interface LogPosition {
  readonly run: number;
  /** As `fixedTime` writes it. */
  readonly at: string;
  readonly count: number;
}

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;
const ONE =
  /^([a-z0-9][a-z0-9.-]{0,252}\/[a-z0-9][a-z0-9-]{0,62})@(\d{1,6})@(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z)@(\d{1,7})$/;
const MOST_POSITIONS = 500;

/**
 * A time of the kubelet in UTC with nine digits, so that times compare as texts; undefined for what is no time. Nodes
 * write the digits and the zone that they like.
 */
export function fixedTime(text: string): string | undefined {
  const [, seconds, fraction = '', zone] = TIME.exec(text) ?? [];
  if (seconds === undefined) return undefined;
  const utc = zone === 'Z' ? seconds : new Date(`${seconds}${zone}`).toISOString().slice(0, 19);
  return `${utc}.${fraction.padEnd(9, '0')}Z`;
}

/**
 * Tells which lines of a log that is read again are new. The API server knows times to the second, so it sends some that
 * were read; lines of the same time are told apart by how many of them there were.
 */
export function newLinesAfter(position: LogPosition): (at: string) => boolean {
  let seen = 0;
  return (at) => {
    if (at < position.at) return false;
    if (at > position.at) return true;
    seen += 1;
    return seen > position.count;
  };
}

/** The position after one more line. */
export function advanced(position: LogPosition | undefined, run: number, at: string): LogPosition {
  const isSame = position?.run === run && position.at === at;
  return { run, at, count: isSame ? position.count + 1 : 1 };
}

/** Positions by `pod/container`, as one text that fits into a header. */
export function encodePositions(positions: ReadonlyMap<string, LogPosition>): string {
  return [...positions].map(([source, { run, at, count }]) => `${source}@${run}@${at}@${count}`).join(',');
}

/** What `encodePositions` wrote; what does not look like it is left out. */
export function decodePositions(text: string): ReadonlyMap<string, LogPosition> {
  const found = text.split(',', MOST_POSITIONS).flatMap((one): [string, LogPosition][] => {
    const [, source, run, at, count] = ONE.exec(one) ?? [];
    if (source === undefined || at === undefined) return [];
    return [[source, { run: Number(run), at, count: Number(count) }]];
  });
  return new Map(found);
}
