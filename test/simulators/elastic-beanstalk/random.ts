/** A source of chance that repeats itself for the same seed and name. */
export interface Random {
  /** At least 0, less than 1. */
  next(): number;
  /** A whole number of at least 0 and less than `limit`. */
  below(limit: number): number;
  hex(length: number): string;
  uuid(): string;
  /** An independent source: what is drawn from it does not shift what this one gives. */
  fork(name: string): Random;
}

/** Creates a source from a seed (the mulberry32 generator). */
export function createRandom(seed: string): Random {
  let state = hash(seed);
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  function hex(length: number): string {
    return Array.from({ length }, () => Math.floor(next() * 16).toString(16)).join('');
  }
  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    hex,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
    fork: (name) => createRandom(`${seed}/${name}`),
  };
}

function hash(text: string): number {
  let value = 2_166_136_261;
  for (const sign of text) value = Math.imul(value ^ (sign.codePointAt(0) ?? 0), 16_777_619);
  return value;
}
