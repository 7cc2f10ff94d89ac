/** What a run counted. */
export interface Tally {
  readonly passed: number;
  readonly failures: readonly Named[];
  readonly skipped: readonly Named[];
  /** Tests that passed only when their file was run again. */
  readonly again: readonly string[];
}

/** What a run counted of one file; of none for what happened outside of any test. */
export interface FileTally extends Tally {
  readonly file?: string;
}

interface Named {
  readonly test: string;
  readonly why: string;
}

export function addUp(tallies: readonly Tally[]): Tally;
export function afterAnother(
  tallies: readonly FileTally[],
  later: readonly FileTally[],
): readonly FileTally[];
export function closingLine(tally: Tally): string;
export function exitCodeOf(tally: Pick<Tally, 'passed' | 'failures'>): number;
