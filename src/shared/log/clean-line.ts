/* oxlint-disable no-control-regex -- control characters are what this file looks for */

/** Longest line that is kept, in characters. */
const MOST_CHARACTERS = 16_384;

// ANSI and OSC sequences first, so that their payload goes with them; then single control characters and the marks
// that turn the direction of text around, with which a log line can be made to read differently than it is.
const ESCAPES =
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[@-Z\\-_]?|\u009b[0-?]*[ -/]*[@-~]/g;
const CONTROLS =
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
const CONTROLS_BUT_ESCAPE =
  /[\u0000-\u0008\u000a-\u001a\u001c-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
/** What sets colours and nothing else (ECMA-48, Select Graphic Rendition). */
const COLOUR = /^\u001b\[[\d;:]{0,40}m$/;
const COLOURS = /\u001b\[[\d;:]{0,40}m/g;
const SUSPICIOUS =
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;

/** The text without control characters, line ends, terminal sequences and direction marks. */
export function stripControls(text: string): string {
  return SUSPICIOUS.test(text) ? text.replace(ESCAPES, '').replace(CONTROLS, '') : text;
}

/** The text as `stripControls` leaves it, and the sequences that set colours (`ESC [ … m`) where they were. */
export function keepColours(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  return text
    .replace(ESCAPES, (sequence) => (COLOUR.test(sequence) ? sequence : ''))
    .replace(CONTROLS_BUT_ESCAPE, '');
}

/** A line of a log as it is seen: without its colours, which are the only sequences that it may hold. */
export function withoutColours(line: string): string {
  return line.includes('\u001b') ? line.replace(COLOURS, '') : line;
}

/** Not longer than 16 KB, and says what was cut. */
export function shortened(line: string): string {
  if (line.length <= MOST_CHARACTERS) return line;
  return `${line.slice(0, MOST_CHARACTERS)} … (${line.length - MOST_CHARACTERS} more)`;
}

/** A line that is safe to store and to show: no control characters, not longer than 16 KB. */
export function cleanLine(line: string): string {
  return stripControls(shortened(line));
}
