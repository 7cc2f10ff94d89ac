/** Stored before an update is sent. */
export interface SendNote {
  /** Date of the newest event then; a start event after it is the answer to the update. */
  readonly anchorMs: number;
  /** How often it was sent, this time included. */
  readonly tries: number;
}

/** Stored by steps that wait. */
export interface WatchNote {
  /** Events up to here are in the log. */
  readonly saidMs: number;
  /** How long the step had waited when this was stored. */
  readonly waitedMs: number;
  readonly requestId?: string;
  /** Date of the newest event when this step sent an update once more. */
  readonly resentMs?: number;
  /** How often it was about to. */
  readonly resends?: number;
  /** How often in a row the instances looked wrong. */
  readonly wrongLooks?: number;
  /** Whether the environment was seen Ready and healthy before. */
  readonly wellBefore?: boolean;
  /** How long the step had waited when it found the update aborted. */
  readonly abortedMs?: number;
}

/** A run of bad reports of the platform. */
export interface BadRun {
  readonly word: string;
  readonly count: number;
  /** Date of the last of them. */
  readonly refreshedAtMs: number;
}

/** Stored after each sample of the health. */
export interface SampleNote {
  readonly good: boolean;
  readonly wrongLooks: number;
  readonly bad?: BadRun;
}

/** `undefined` for a note that is absent or not of this kind. */
export function readSendNote(note: string | undefined): SendNote | undefined {
  const read = parse(note);
  const { anchorMs, tries } = read ?? {};
  return typeof anchorMs === 'number' && typeof tries === 'number' ? { anchorMs, tries } : undefined;
}

/** `undefined` for a note that is absent or not of this kind. */
export function readWatchNote(note: string | undefined): WatchNote | undefined {
  const read = parse(note) ?? {};
  const { saidMs, waitedMs, requestId, resentMs, resends, wrongLooks, wellBefore, abortedMs } = read;
  if (typeof saidMs !== 'number' || typeof waitedMs !== 'number') return undefined;
  return {
    saidMs,
    waitedMs,
    ...(typeof requestId === 'string' && { requestId }),
    ...(typeof resentMs === 'number' && { resentMs }),
    ...(typeof resends === 'number' && { resends }),
    ...(typeof wrongLooks === 'number' && { wrongLooks }),
    ...(wellBefore === true && { wellBefore }),
    ...(typeof abortedMs === 'number' && { abortedMs }),
  };
}

/** A note that is absent or not of this kind reads as no sample. */
export function readSampleNote(note: string | undefined): SampleNote {
  const { good, bad } = parse(note) ?? {};
  const { word, count, refreshedAtMs } = (bad ?? {}) as Readonly<Record<string, unknown>>;
  const isRun = typeof word === 'string' && typeof count === 'number' && typeof refreshedAtMs === 'number';
  return {
    good: good === true,
    wrongLooks: readWrongLooks(note),
    ...(isRun && { bad: { word, count, refreshedAtMs } }),
  };
}

/** How often in a row the instances looked wrong, by the last note. */
export function readWrongLooks(note: string | undefined): number {
  const { wrongLooks } = parse(note) ?? {};
  return typeof wrongLooks === 'number' ? wrongLooks : 0;
}

function parse(note: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (note === undefined || !note.startsWith('{')) return undefined;
  return JSON.parse(note) as Readonly<Record<string, unknown>>;
}
