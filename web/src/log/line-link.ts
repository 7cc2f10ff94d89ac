/** Lines that an address marks, both included. */
export interface LineRange {
  readonly from: number;
  readonly to: number;
}

/** Reads `#L12` and `#L12-L20`; undefined for anything else. */
export function readLines(hash: string): LineRange | undefined {
  const found = /^#L(\d{1,9})(?:-L?(\d{1,9}))?$/.exec(hash);
  if (!found) return undefined;
  const [from, to] = [Number(found[1]), Number(found[2] ?? found[1])];
  return { from: Math.min(from, to), to: Math.max(from, to) };
}

/** The end of an address that marks the lines. */
export function hashOf({ from, to }: LineRange): string {
  return from === to ? `#L${from}` : `#L${from}-L${to}`;
}
