/** What a run counted. */
export interface Tally {
  readonly passed: number;
  readonly failures: readonly Named[];
  readonly skipped: readonly Named[];
  /** Tests that passed only when they were tried again. */
  readonly again: readonly string[];
}

interface Named {
  readonly test: string;
  readonly why: string;
}

export function addUp(tallies: readonly Tally[]): Tally;
export function closingLine(tally: Tally): string;
export function exitCodeOf(tally: Pick<Tally, 'passed' | 'failures'>): number;
