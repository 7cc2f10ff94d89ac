import { RE2JS } from 're2js';

/**
 * Most places of an expression, repetitions written out. RE2 needs time by the length of the text times this, so a
 * text of 10 000 characters is looked through in a fraction of a second at worst.
 */
const MOST_PLACES = 500;

/** A regular expression of somebody else, in the syntax of RE2. */
export interface Pattern {
  /** Whether a part of the text matches. */
  found(text: string): boolean;
  /** Whether all of the text matches. */
  fits(text: string): boolean;
}

/** Throws an Error that says what is wrong with the expression, also one that would need too much time or memory. */
export function compilePattern(expression: string): Pattern {
  // Before RE2 does, as it takes seconds to write out what is too large.
  if (placesOf(expression) > MOST_PLACES)
    throw new Error(`it repeats too much: at most ${MOST_PLACES} places, repetitions like {9} written out`);
  const compiled = RE2JS.compile(expression);
  return { found: (text) => compiled.matcher(text).find(), fits: (text) => compiled.matches(text) };
}

/** What is wrong with an expression; undefined when it can be compiled. */
export function flawOfPattern(expression: string): string | undefined {
  try {
    compilePattern(expression);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Tokens of an expression: a quoted character, a class, a repetition, or any character. */
const TOKEN =
  /\\(?:Q.*?(?:\\E|$)|[pP]\{[^}]*\}|x\{[^}]*\}|.)|\[\^?\]?(?:\\.|[^\]\\])*\]?|\{(\d+)(?:(,)(\d*))?\}|./gsu;

function placesOf(expression: string): number {
  const open: number[] = [];
  let [sum, last] = [0, 0];
  for (const [token, least, , most] of expression.matchAll(TOKEN)) {
    if (token === '(') {
      open.push(sum);
      [sum, last] = [0, 0];
    } else if (token === ')') {
      // A group begins and ends somewhere, too.
      last = sum + 1;
      sum = (open.pop() ?? 0) + last;
    } else if (least !== undefined) {
      const times = Math.max(1, Number(least), Number(most || 0));
      sum += last * (times - 1);
      last *= times;
    } else {
      last = token.startsWith(String.raw`\Q`) ? token.length : 1;
      sum += last;
    }
  }
  return sum;
}
