import { Refusal } from './refusal.js';
import type { Violation } from '../shared/schema/schema.js';

const MOST_DEPTH = 32;
const MOST_VALUES = 5_000;

/** JSON that may be judged, and what no body may hold: keys that reach for the prototype of objects, and half characters. */
export interface ParsedJson {
  readonly value: unknown;
  readonly forbidden: readonly Violation[];
}

/**
 * Reads JSON that a stranger wrote. Depth and number of values are counted on the text, before a parser spends
 * anything on it.
 */
export function parseJson(bytes: Uint8Array): ParsedJson {
  const text = decode(bytes);
  proveSize(text);
  const value = parse(text);
  const suspicious = text.includes('__proto__') || text.includes('constructor') || text.includes('\\u');
  const forbidden: Violation[] = [];
  if (suspicious) collect(value, '', forbidden);
  return { value, forbidden };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Refusal('request.malformed', 'The body is not UTF-8');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    // The parser quotes the text, which may hold a secret; only its position is passed on.
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    const where =
      position === undefined ? 'it ends too early' : `unexpected character at position ${position}`;
    throw new Refusal('request.malformed', `The body is not JSON: ${where}`);
  }
}

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;

/** One pass over the characters; commas and opening brackets bound the number of values from above. */
function proveSize(text: string): void {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
    } else if (code === 123 || code === 91) {
      depth += 1;
      values += 1;
      if (depth > MOST_DEPTH)
        throw new Refusal('request.too-deep', `The body nests deeper than ${MOST_DEPTH} levels`);
    } else if (code === 125 || code === 93) {
      depth -= 1;
    } else if (code === COMMA) {
      values += 1;
    }
    if (values > MOST_VALUES)
      throw new Refusal('request.too-deep', `The body holds more than ${MOST_VALUES} values`);
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    at += code === BACKSLASH ? 2 : 1;
  }
  return at;
}

function collect(value: unknown, pointer: string, errors: Violation[]): void {
  if (typeof value === 'string') errors.push(...halves(value, pointer));
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const place = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (key === '__proto__' || key === 'constructor')
      errors.push({ pointer: place, detail: 'is a forbidden key' });
    errors.push(...halves(key, pointer));
    collect(inner, place, errors);
  }
}

/** JSON can spell half of a surrogate pair, which UTF-8 has no bytes for: whoever stores or reads it would get something else, or stumble. */
function halves(text: string, pointer: string): readonly Violation[] {
  return /\p{Surrogate}/u.test(text)
    ? [{ pointer, detail: 'holds half of a character, a surrogate without its other half' }]
    : [];
}
