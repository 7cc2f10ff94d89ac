/** Longest recording that is read, in characters; the gateway ends a shell that shows more. */
const MOST_CHARACTERS = 64 * 1024 * 1024;
/** Sides of a terminal, in characters. */
const MOST_SIDE = 1_000;

/** One moment of a recording. */
export interface CastEvent {
  /** Seconds since it began. */
  readonly at: number;
  readonly kind: 'output' | 'size';
  /** What was shown, or the size as `120x40`. */
  readonly text: string;
}

/** A recorded terminal. */
export interface Cast {
  readonly title: string;
  readonly columns: number;
  readonly rows: number;
  readonly events: readonly CastEvent[];
  /** Lines that are no events; a recording that was cut off ends with one. */
  readonly unreadable: number;
}

/**
 * Reads asciicast v2: https://docs.asciinema.org/manual/asciicast/v2/. Times never go back, sizes stay within limits, and
 * what is typed is left out. Throws for what is no recording at all.
 */
export function readCast(text: string): Cast {
  if (text.length > MOST_CHARACTERS) throw new Error('The recording is too long to be shown here');
  const [head = '', ...lines] = text.split('\n');
  const header = parsed(head);
  if (!isHeader(header)) throw new Error('This is no recording of version 2');
  const events: CastEvent[] = [];
  let unreadable = 0;
  let before = 0;
  for (const line of lines) {
    if (line.trim() === '') continue;
    const event = eventOf(parsed(line), before);
    if (event === undefined) unreadable += 1;
    else if (event !== 'left out') {
      before = event.at;
      events.push(event);
    }
  }
  const { width, height, title } = header;
  return {
    title: typeof title === 'string' ? title : '',
    columns: sideOf(width),
    rows: sideOf(height),
    events,
    unreadable,
  };
}

/** The size that an event of the kind `size` says; undefined for one that makes no sense. */
export function sizeIn(text: string): { readonly columns: number; readonly rows: number } | undefined {
  const [, columns, rows] = /^(\d{1,4})x(\d{1,4})$/.exec(text) ?? [];
  if (!Number(columns) || !Number(rows)) return undefined;
  return { columns: sideOf(Number(columns)), rows: sideOf(Number(rows)) };
}

function eventOf(value: unknown, before: number): CastEvent | 'left out' | undefined {
  if (!Array.isArray(value)) return undefined;
  const [at, kind, text] = value as unknown[];
  if (typeof at !== 'number' || !Number.isFinite(at) || typeof text !== 'string') return undefined;
  const time = Math.max(at, before);
  if (kind === 'o') return { at: time, kind: 'output', text };
  return kind === 'r' ? { at: time, kind: 'size', text } : 'left out';
}

function isHeader(value: unknown): value is { width: number; height: number; title?: unknown } {
  if (typeof value !== 'object' || value === null) return false;
  const { version, width, height } = value as Record<string, unknown>;
  return version === 2 && typeof width === 'number' && typeof height === 'number';
}

function sideOf(side: number): number {
  return Math.min(MOST_SIDE, Math.max(1, Math.floor(side) || 1));
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
