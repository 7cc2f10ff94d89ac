/** Height of a line in pixels, as the style sheet has it. */
export const ROW = 20;

/** Browsers cannot scroll through more pixels than this (Firefox ends at about 17.8 million). */
const MOST_HEIGHT = 8_000_000;

/** Lines that are drawn beyond both edges, so that fast scrolling shows no gaps. */
export const BEYOND = 12;

/** Share of the view above a line that was looked up. */
export const LEAD = 0.25;

/** The part of a log that is seen. Lines count from 0 here. */
export interface LogWindow {
  /** Pixels of the whole, as far as a browser can scroll; from there on one pixel stands for several. */
  readonly height: number;
  /** The line at the upper edge, and how many pixels of it are above. */
  readonly top: number;
  readonly above: number;
  /** Lines to draw, `end` not included. */
  readonly start: number;
  readonly end: number;
}

/** What is seen of `length` lines by a view of `view` pixels that was scrolled to `scrollTop`. */
export function windowOf(length: number, view: number, scrollTop: number): LogWindow {
  const height = Math.min(length * ROW, MOST_HEIGHT);
  const at = Math.min(Math.max(scrollTop, 0), Math.max(0, height - view)) * scaleOf(length, view);
  const top = Math.min(Math.floor(at / ROW), Math.max(0, length - 1));
  const end = Math.min(length, top + Math.ceil(view / ROW) + 1 + BEYOND);
  return { height, top, above: at - top * ROW, start: Math.max(0, top - BEYOND), end };
}

/** Where to scroll to so that a line is well in view, with some before it. */
export function scrollTo(length: number, view: number, line: number): number {
  return Math.max(0, line * ROW - view * LEAD) / scaleOf(length, view);
}

/** Pixels of lines for one pixel of scrolling: 1 for all but the very long. */
function scaleOf(length: number, view: number): number {
  const all = length * ROW;
  return all <= MOST_HEIGHT ? 1 : (all - view) / (MOST_HEIGHT - view);
}
