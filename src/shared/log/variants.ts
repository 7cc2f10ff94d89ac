import { stripControls } from './clean-line.js';
import { piecesOf } from './pieces.js';

/** Values shorter than this are not hidden: they would tear holes into every line. */
export const SHORTEST_SECRET = 6;

/** The spellings under which a secret may appear in a text; all of them at least 6 characters long. */
export interface Variants {
  /** Hidden wherever they stand, and in parts at the edges of a text. */
  readonly parted: ReadonlySet<string>;
  /** Hidden as a whole only: their parts are words that are no secret. */
  readonly whole: ReadonlySet<string>;
}

/** Every spelling of a secret and of its secret pieces, also of what is left of it when control characters are gone. */
export function variantsOf(secret: string): Variants {
  const { kind, pieces } = piecesOf(secret);
  const wholes = [secret, secret.trim(), stripControls(secret)];
  if (kind === 'plain') {
    const stripped = stripControls(secret);
    return { parted: spelled([...wholes, ...pieces, ...piecesOf(stripped).pieces]), whole: new Set() };
  }
  const encoded = wholes.flatMap((text) => encodings(Buffer.from(text, 'utf8')));
  return {
    parted: new Set([...spelled(pieces.flatMap((piece) => [piece, stripControls(piece)])), ...long(encoded)]),
    whole: spelled(wholes),
  };
}

function spelled(texts: readonly string[]): ReadonlySet<string> {
  return new Set(long(texts).flatMap((text) => long(spellings(text))));
}

function long(texts: readonly string[]): readonly string[] {
  return texts.filter((text) => text.length >= SHORTEST_SECRET);
}

/** Spellings that show no word of a text. */
function encodings(bytes: Buffer): readonly string[] {
  return [...base64sOf(bytes), bytes.toString('hex'), bytes.toString('hex').toUpperCase()];
}

function spellings(part: string): readonly string[] {
  const bytes = Buffer.from(part, 'utf8');
  const json = JSON.stringify(part).slice(1, -1);
  const url = encodeURIComponent(bytes.toString('utf8'));
  return [
    part,
    ...encodings(bytes),
    url,
    url.replaceAll('%20', '+'),
    url.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
    url.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`),
    json,
    json.replaceAll('/', '\\/'),
    // The spelling of Go, which escapes what HTML gives a meaning.
    json.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`),
    // A JSON text inside a JSON text.
    JSON.stringify(json).slice(1, -1),
  ];
}

/**
 * Base64 and base64url, padded and not, at each of the three places that a byte can have in a group. At the edges only
 * characters that depend on the secret alone are kept.
 */
function base64sOf(bytes: Buffer): readonly string[] {
  const alone = bytes.toString('base64');
  const cores = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor(((offset + bytes.length) * 8) / 6);
    return text.slice(first, last);
  });
  const all = [alone, alone.replace(/=+$/, ''), ...cores];
  return [...all, ...all.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))];
}
