/** A line of a calendar as jCal (RFC 7265) has it: its name, parameters, type and values. */
export type Item = readonly [
  name: string,
  parameters: Readonly<Record<string, string | readonly string[]>>,
  type: string,
  ...values: readonly unknown[],
];
