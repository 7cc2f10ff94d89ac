/* oxlint-disable no-control-regex -- control characters are what this file looks for */

/** Longest line that is kept, in characters. */
const MOST_CHARACTERS = 16_384;

// ANSI and OSC sequences first, so that their payload goes with them; then single control characters and the marks
// that turn the direction of text around, with which a log line can be made to read differently than it is.
const ESCAPES =
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[@-Z\\-_]?|\u009b[0-?]*[ -/]*[@-~]/g;
const CONTROLS =
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
const SUSPICIOUS =
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;

const HIDDEN = '[redacted]';

/** Shapes of well-known secrets. What precedes a group `keep` stays readable. */
const SHAPES: readonly RegExp[] = [
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bgh[oprsu]_[A-Za-z0-9]{36,255}\b/g,
  /\bgithub_pat_[A-Za-z0-9_]{22,255}\b/g,
  /\bglpat-[A-Za-z0-9_-]{20,255}/g,
  /\bhv[bsr]\.[A-Za-z0-9_-]{20,}/g,
  /\bbp_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}\b/g,
  /\bxox[abeprs]-[A-Za-z0-9-]{10,}/g,
  /(?<keep>\b(?:bearer|basic)\s+)[A-Za-z0-9._~+/=-]{8,}/gi,
  /(?<keep>[?&](?:X-Amz-Signature|X-Amz-Security-Token|X-Amz-Credential|Signature|sig|access_token|token)=)[^&\s"'<>]+/gi,
  /(?<keep>\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@"']{1,200}@/gi,
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g,
  /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,20}PRIVATE KEY-----|$)/g,
];
/** A cheap look that says whether any of the shapes can be in a line at all. */
const MAYBE =
  /AKIA|ASIA|gh[oprsu]_|github_pat_|glpat-|hv[bsr]\.|bp_|xox|bearer|basic|[?&][\w-]+=|:\/\/|eyJ|-----BEGIN/i;

/** Values shorter than this are not hidden: they would tear holes into every line. */
const SHORTEST_SECRET = 6;

/** The line without control characters, terminal sequences and direction marks, and not longer than 16 KB. */
export function cleanLine(line: string): string {
  const cut =
    line.length > MOST_CHARACTERS
      ? `${line.slice(0, MOST_CHARACTERS)} … (${line.length - MOST_CHARACTERS} more)`
      : line;
  if (!SUSPICIOUS.test(cut)) return cut;
  return cut.replace(ESCAPES, '').replace(CONTROLS, '');
}

/** Hides what looks like a well-known secret. */
export function hideShapes(text: string): string {
  if (!MAYBE.test(text)) return text;
  let hidden = text;
  for (const shape of SHAPES) {
    hidden = hidden.replace(shape, (...found: unknown[]) => {
      const groups = found.at(-1) as { keep?: string } | string;
      const keep = typeof groups === 'object' ? (groups.keep ?? '') : '';
      return String(found[0]).endsWith('@') ? `${keep}${HIDDEN}@` : `${keep}${HIDDEN}`;
    });
  }
  return hidden;
}

/** Cleans lines and hides secrets: those it was told of, in their usual encodings too, and whatever looks like one. */
export interface Redactor {
  redact(line: string): string;
  /** Hides this value from now on. Values of fewer than 6 characters are ignored. */
  register(secret: string): void;
}

/** A redactor that knows no values yet. */
export function createRedactor(): Redactor {
  const values = new Set<string>();
  let ordered: readonly string[] = [];
  return {
    redact(line) {
      // Cleaned first: a control character inside a secret must not protect it.
      let text = cleanLine(line);
      for (const value of ordered) if (text.includes(value)) text = text.replaceAll(value, HIDDEN);
      return hideShapes(text);
    },
    register(secret) {
      for (const part of partsOf(secret)) for (const variant of variantsOf(part)) values.add(variant);
      // Longest first, so that a value which contains another one is hidden as a whole.
      ordered = [...values].sort((one, other) => other.length - one.length);
    },
  };
}

/** A log shows a secret of several lines one line at a time. */
function partsOf(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  return [secret, ...lines.filter((line) => line.length >= 8)].filter(
    (part) => part.length >= SHORTEST_SECRET,
  );
}

function variantsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const base64 = bytes.toString('base64');
  return [
    secret,
    base64,
    base64.replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ];
}
