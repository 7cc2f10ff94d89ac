/** Values shorter than this are not hidden: they would tear holes into every line. */
export const SHORTEST_SECRET = 6;

/** Lines of a longer secret that are hidden by themselves, and words of it. */
const SHORTEST_LINE = 8;
const SHORTEST_WORD = 16;

/** Every spelling under which a secret may appear in a text; all of them at least 6 characters long. */
export function variantsOf(secret: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const part of partsOf(secret)) {
    for (const variant of spellings(part)) if (variant.length >= SHORTEST_SECRET) found.add(variant);
  }
  return found;
}

/**
 * A log shows a secret of several lines one line at a time, and tools show single values of a structured one. `\n` also
 * counts where JSON has made two characters of it.
 */
function partsOf(secret: string): readonly string[] {
  const whole = [secret, secret.trim()].filter((part) => part.length >= SHORTEST_SECRET);
  const pieces = secret.split(/\r?\n|\\n/).map((line) => line.trim());
  const lines = pieces.length > 1 ? pieces.filter((line) => line.length >= SHORTEST_LINE) : [];
  const words = /[\n{]/.test(secret)
    ? secret.split(/[\s"',]+|\\n/).filter((word) => word.length >= SHORTEST_WORD)
    : [];
  return [...whole, ...lines, ...words];
}

function spellings(part: string): readonly string[] {
  const bytes = Buffer.from(part, 'utf8');
  const json = JSON.stringify(part).slice(1, -1);
  const url = encodeURIComponent(bytes.toString('utf8'));
  return [
    part,
    ...base64sOf(bytes),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
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
