/** What of a secret text is secret by itself. */
export interface Pieces {
  /** `structured`: the text as a whole has a syntax whose words are no secret, such as a kubeconfig or a JSON object. */
  readonly kind: 'plain' | 'structured';
  readonly pieces: readonly string[];
}

const SHORTEST = 6;
/** Lines of a text that are hidden by themselves; words of it, and values of a structure that need not look like secrets. */
const SHORTEST_LINE = 8;
const SHORTEST_WORD = 16;
/** Deepest structure, and secret within a secret, that is looked into. */
const DEEPEST = 16;

/** `key: value`, `key:`, `KEY=value`, also quoted and as an item of a list. */
const KEYED =
  /^(?:- +)?(?:export )?(["']?)(-{0,2}[A-Za-z_][\w./-]{0,80})\1(?:\s*:(?:\s+|$)|\s*=\s*(?=\S))(.*)$/;
const ITEM = /^- +(?!["']?[\w./-]+["']?:(?:\s|$))(\S.*)$/;
/** Empty lines, comments, marks of documents and sections. */
const SILENT = /^(?:[#;].*|---|\{|\[[\w .-]+\])?$/;
const MARKER = /^-----(?:BEGIN|END) [A-Z0-9 ]+-----$/;
const MARKED = /^\s*-----BEGIN [A-Z0-9 ]+-----/;

/** Keys whose values are secret however they look. */
const SECRET_KEY =
  /pass|pwd|secret|token|credential|private|signature|phrase|cookie|session|salt|seed|hook|dsn|auth$|(?:^|[._-])pin$|(?:^|[._-])value$|data$|key$|key_id$|keyId$/i;
/** Keys whose values are names, addresses and settings, hidden only when they look made at random. */
const NAMING_KEY =
  /^-{0,2}(?:apiVersion|kind|name|namespace|type|server|cluster|context|current-context|user|username|command|args|installHint|interactiveMode|universe_domain|host|hostname|port|region|zone|database|project|proxy-url|.*(?:_|-|\.)(?:uri|url|name|email|region|zone|host|port|env|level)|(?:client|project)_id|.*(?:Name|Namespace|Host|Region|Uri|Url|URL|Email))$/i;
const ADDRESS_KEY = /(?:uri|url)$/i;
/** An address with a password or a query in it is no mere address. */
const ADDRESS = /^[a-z][a-z0-9+.-]*:\/\/[^\s@?#]+$/i;
/** Words as languages and configurations have them: `production`, `get-token`, `IfNotPresent`, `v1`. */
const WORDS = /^(?:[A-Za-z][a-z]*|v?\d{1,5})(?:(?:[-_./ ]|(?=[A-Z][a-z]))(?:[A-Za-z][a-z]*|v?\d{1,5}))*$/;

/** Finds the pieces. A structure in which nothing secret is found counts as plain, so that as a whole nothing of it is shown. */
export function piecesOf(secret: string, depth = 0): Pieces {
  const values = depth > DEEPEST ? undefined : (valuesOfJson(secret) ?? valuesOfLines(secret));
  const found = values?.flatMap((value) => secretsIn(value, depth)) ?? [];
  if (found.length > 0) return { kind: 'structured', pieces: found };
  const pieces = textPieces(secret);
  return { kind: MARKED.test(secret) && pieces.length > 0 ? 'structured' : 'plain', pieces };
}

/** A value of a structure under its key; one without a key stands in a text within it. */
interface Value {
  readonly key: string | undefined;
  readonly text: string;
}

function secretsIn({ key, text }: Value, depth: number): readonly string[] {
  if (key === undefined) return textPieces(`${text}\n`);
  if (!isSecret(key, text)) return [];
  const inner = piecesOf(text, depth + 1);
  const decoded = decodedFrom(text);
  return [
    ...(inner.kind === 'plain' ? [text] : []),
    ...inner.pieces,
    ...(decoded === undefined ? [] : [decoded, ...piecesOf(decoded, depth + 1).pieces]),
  ];
}

function isSecret(key: string, text: string): boolean {
  if (text.length < SHORTEST) return false;
  if (ADDRESS_KEY.test(key) && ADDRESS.test(text)) return looksRandom(text);
  if (SECRET_KEY.test(key)) return true;
  if (NAMING_KEY.test(key)) return looksRandom(text) || text.includes('\n');
  return text.length >= SHORTEST_WORD || !WORDS.test(text);
}

/**
 * Whether it changes between small letters, capitals and digits as only texts do that nobody chose. A capital before a
 * small letter begins a word and counts once.
 */
export function looksRandom(text: string): boolean {
  return text.split(/[\s"',;@:]+|\/\//).some((run) => {
    const signs = run.replace(/[^A-Za-z0-9]/g, '');
    if (signs.length < 12) return false;
    const classes = signs
      .split('')
      .map((sign) => (/[a-z]/.test(sign) ? 'a' : /[A-Z]/.test(sign) ? 'A' : '1'));
    const changes = classes.filter((now, at) => {
      const before = classes[at - 1] ?? now;
      return now !== before && !(before === 'A' && now === 'a');
    });
    return changes.length / signs.length >= 0.2;
  });
}

/** Texts at the leaves of a JSON object or array; undefined for anything else. */
function valuesOfJson(secret: string): readonly Value[] | undefined {
  if (!/^\s*[[{]/.test(secret)) return undefined;
  try {
    return [...leavesOf(JSON.parse(secret), '', 0)];
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function* leavesOf(value: unknown, key: string, depth: number): Generator<Value> {
  if (typeof value === 'string' || typeof value === 'number') yield { key, text: String(value) };
  if (typeof value !== 'object' || value === null) return;
  // What is nested deeper is taken as one value.
  if (depth > DEEPEST) yield { key, text: JSON.stringify(value) };
  else
    for (const [name, inner] of Object.entries(value))
      yield* leavesOf(inner, Array.isArray(value) ? key : name, depth + 1);
}

/** Values of lines such as `key: value`, which YAML, properties and environment files have; undefined for other texts. */
function valuesOfLines(secret: string): readonly Value[] | undefined {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  const telling = lines.filter((line) => !SILENT.test(line));
  const isStructured = KEYED.test(telling[0] ?? '') && telling.filter((line) => KEYED.test(line)).length > 1;
  if (!isStructured) return undefined;
  let parent = '';
  return telling.flatMap((line): readonly Value[] => {
    const [, , key, said = ''] = KEYED.exec(line) ?? [];
    if (key === undefined) {
      const item = ITEM.exec(line)?.[1];
      return [item === undefined ? { key: undefined, text: line } : { key: parent, text: unquoted(item) }];
    }
    const text = unquoted(said);
    if (text === '' || /^[|>][+-]?\d?$/.test(text)) parent = key;
    if (/^[{[]/.test(text)) return valuesInBraces(key, text);
    // With and without what may be a comment.
    return [...new Set([text, unquoted(said.replace(/\s+#.*$/, ''))])].map((one) => ({ key, text: one }));
  });
}

/** A map or list on one line; where it stands for something secret it may as well be a text that begins like one. */
function valuesInBraces(parent: string, text: string): readonly Value[] {
  const parts = text.split(/[{}[\],]+/).map((part) => part.trim());
  const values = parts.map((part): Value => {
    const [, , key = parent, said = part] = KEYED.exec(part) ?? [];
    return { key, text: unquoted(said) };
  });
  return SECRET_KEY.test(parent) ? [{ key: parent, text }, ...values] : values;
}

function unquoted(text: string): string {
  const bare = text.trim().replace(/,$/, '');
  return /^(["']).*\1$/.test(bare) ? bare.slice(1, -1) : bare;
}

/** What a base64 text stands for, when that can be read. */
function decodedFrom(text: string): string | undefined {
  if (text.length < SHORTEST_LINE || text.length % 4 > 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text))
    return undefined;
  const decoded = Buffer.from(text, 'base64').toString('utf8');
  return /^[\x20-\x7e\s]+$/.test(decoded) && /\S{6}/.test(decoded) ? decoded : undefined;
}

/** A log shows a text one line at a time, and tools show single words of it. `\n` also counts where JSON has made two characters of it. */
function textPieces(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n|\\n/).map((line) => line.trim());
  const found =
    lines.length > 1 ? lines.filter((line) => line.length >= SHORTEST_LINE && !MARKER.test(line)) : [];
  const words = /[\n{]/.test(secret)
    ? secret.split(/[\s"',]+|\\n/).filter((word) => word.length >= SHORTEST_WORD && !word.includes('-----'))
    : [];
  return [...found, ...words];
}
