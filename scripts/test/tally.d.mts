/** What a run counted. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly { readonly test: string; readonly why: string }[];
}

export function addUp(tallies: readonly Tally[]): Tally;
export function closingLine(tally: Tally): string;
export function exitCodeOf(tally: Pick<Tally, 'passed' | 'failed'>): number;
