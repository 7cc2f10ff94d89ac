const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A span of milliseconds in at most two units: `420 ms`, `4.2 s`, `47 s`, `1 m 40 s`, `2 h 5 m`, `3 d 4 h`. */
export function spellSpan(ms: number): string {
  const span = Math.max(0, ms);
  if (span < 950) return `${Math.round(span)} ms`;
  if (span < 9_950) return `${(span / SECOND).toFixed(1)} s`;
  if (span < MINUTE) return `${Math.floor(span / SECOND)} s`;
  if (span < HOUR) return two(span, MINUTE, 'm', SECOND, 's');
  if (span < DAY) return two(span, HOUR, 'h', MINUTE, 'm');
  return two(span, DAY, 'd', HOUR, 'h');
}

/** How long ago, in one unit: `now`, `12 s ago`, `4 m ago`, `2 d ago`. A time to come is `in 4 m`. */
export function spellAgo(at: number, now: number): string {
  const span = Math.abs(now - at);
  if (span < 5 * SECOND) return 'now';
  const text =
    span < MINUTE
      ? `${Math.floor(span / SECOND)} s`
      : span < HOUR
        ? `${Math.floor(span / MINUTE)} m`
        : span < DAY
          ? `${Math.floor(span / HOUR)} h`
          : `${Math.floor(span / DAY)} d`;
  return at > now ? `in ${text}` : `${text} ago`;
}

function two(span: number, large: number, one: string, small: number, other: string): string {
  const rest = Math.floor((span % large) / small);
  return rest === 0
    ? `${Math.floor(span / large)} ${one}`
    : `${Math.floor(span / large)} ${one} ${rest} ${other}`;
}
