/** One line of the report. */
export interface Row {
  readonly what: string;
  readonly ours: string;
  /** The bare counterpart of the same run. */
  readonly beside: string;
  readonly verdict: string;
  readonly budget: string;
}

/** The report as text with aligned columns. */
export function table(rows: readonly Row[]): string {
  const head: Row = { what: 'what', ours: 'ours', beside: 'beside', verdict: 'seen', budget: 'budget' };
  const columns = ['what', 'ours', 'beside', 'verdict', 'budget'] as const;
  const widths = columns.map((column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  const line = (row: Row) =>
    columns
      .map((column, nth) => row[column].padEnd(widths[nth] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}
