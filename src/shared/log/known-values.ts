import { HIDDEN } from './shapes.js';

/** Characters that decide which values are compared at a place of a text. */
const KEY = 3;

/** Pieces that are hidden at an edge of a text: half of a value, or this many characters. */
const LEAST_PIECE = 6;

/** From this length on a value may be spread over three lines and more, as wrapped base64 is. */
const LONG = 32;
const WRAPPED = /^\S{16,}$/;

/** A set of texts that are hidden wherever they stand. The time for a text does not grow with the size of the set. */
export interface KnownValues {
  /**
   * Hides them until the returned function is called; counts for texts that are added more than once. Those of `whole`
   * are hidden only where they are complete.
   */
  add(values: ReadonlySet<string>, whole?: ReadonlySet<string>): () => void;
  /**
   * Replaces every value, and at both ends of the text what may be a part of one that goes on in another text: of a value
   * that is split over two texts at least one half is never shown.
   */
  hide(text: string): string;
}

/** An empty set. */
export function createKnownValues(): KnownValues {
  const counts = new Map<string, number>();
  const heads = new Map<number, string[]>();
  const tails = new Map<number, string[]>();
  const long = new Set<string>();
  const wholeCounts = new Map<string, number>();
  const wholeHeads = new Map<number, string[]>();

  function take(value: string): void {
    const count = counts.get(value) ?? 0;
    counts.set(value, count + 1);
    if (count > 0) return;
    // Longest first, so that a value which begins with another one is hidden as a whole.
    insert(heads, keyAt(value, 0), value);
    insert(tails, keyAt(value, value.length - KEY), value);
    if (value.length >= LONG) long.add(value);
  }

  function drop(value: string): void {
    const count = counts.get(value) ?? 0;
    if (count > 1) return void counts.set(value, count - 1);
    counts.delete(value);
    remove(heads, keyAt(value, 0), value);
    remove(tails, keyAt(value, value.length - KEY), value);
    long.delete(value);
  }

  function takeWhole(value: string): void {
    const count = wholeCounts.get(value) ?? 0;
    wholeCounts.set(value, count + 1);
    if (count === 0) insert(wholeHeads, keyAt(value, 0), value);
  }

  function dropWhole(value: string): void {
    const count = wholeCounts.get(value) ?? 0;
    if (count > 1) return void wholeCounts.set(value, count - 1);
    wholeCounts.delete(value);
    remove(wholeHeads, keyAt(value, 0), value);
  }

  /** Length of the longest value, or of the longest beginning of one before the end of the text, at this place. */
  function lengthAt(text: string, from: number): number {
    const rest = text.length - from;
    let longest =
      wholeHeads.get(keyAt(text, from))?.find((value) => text.startsWith(value, from))?.length ?? 0;
    for (const value of heads.get(keyAt(text, from)) ?? []) {
      const length = Math.min(value.length, rest);
      if (length <= longest || (length < value.length && length < pieceOf(value))) continue;
      if (text.startsWith(length < value.length ? value.slice(0, length) : value, from)) longest = length;
    }
    return longest;
  }

  /** Length of the longest end of a value with which the text begins. */
  function endingAtStart(text: string): number {
    for (let length = text.length; length >= KEY; length -= 1) {
      for (const value of tails.get(keyAt(text, length - KEY)) ?? []) {
        if (length >= value.length) break;
        if (length >= pieceOf(value) && value.endsWith(text.slice(0, length))) return length;
      }
    }
    return 0;
  }

  function isMiddle(text: string): boolean {
    const line = text.trim();
    return long.size > 0 && WRAPPED.test(line) && [...long].some((value) => value.includes(line));
  }

  return {
    add(values, whole = new Set()) {
      const [parted, complete] = [values, whole].map((all) => [...all].filter(({ length }) => length >= KEY));
      parted?.forEach(take);
      complete?.forEach(takeWhole);
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        parted?.forEach(drop);
        complete?.forEach(dropWhole);
      };
    },
    hide(text) {
      if (counts.size + wholeCounts.size === 0 || text.length < KEY) return text;
      if (isMiddle(text)) return HIDDEN;
      const parts: string[] = [];
      let hiddenTo = endingAtStart(text);
      if (hiddenTo > 0) parts.push(HIDDEN);
      let shownFrom = hiddenTo;
      for (let at = 0; at <= text.length - KEY; at += 1) {
        const length = lengthAt(text, at);
        if (length === 0 || at + length <= hiddenTo) continue;
        // Values that overlap are hidden together.
        if (at > hiddenTo || parts.length === 0) parts.push(text.slice(shownFrom, at), HIDDEN);
        hiddenTo = at + length;
        shownFrom = hiddenTo;
      }
      return parts.length === 0 ? text : parts.join('') + text.slice(shownFrom);
    },
  };
}

function pieceOf(value: string): number {
  return Math.max(KEY, Math.min(LEAST_PIECE, Math.ceil(value.length / 2)));
}

function keyAt(text: string, at: number): number {
  return (text.charCodeAt(at) << 20) ^ (text.charCodeAt(at + 1) << 10) ^ text.charCodeAt(at + 2);
}

function insert(index: Map<number, string[]>, key: number, value: string): void {
  const values = index.get(key);
  if (!values) return void index.set(key, [value]);
  const shorter = values.findIndex((each) => each.length < value.length);
  values.splice(shorter < 0 ? values.length : shorter, 0, value);
}

function remove(index: Map<number, string[]>, key: number, value: string): void {
  const values = index.get(key) ?? [];
  const at = values.indexOf(value);
  if (at >= 0) values.splice(at, 1);
  if (values.length === 0) index.delete(key);
}
