/** Where a secret is, as configuration names it. Only whole strings are references, so that a value is never half secret. */
export type Reference =
  | { readonly place: 'vault'; readonly path: string; readonly key?: string; readonly version?: number }
  | { readonly place: 'file'; readonly path: string }
  | { readonly place: 'env'; readonly name: string };

/** What stands between `vault:` and the key: segments that begin with a letter or digit, so that none can climb. */
const VAULT =
  /^vault:((?:[A-Za-z0-9][A-Za-z0-9_.@-]{0,127}\/){1,16}[A-Za-z0-9][A-Za-z0-9_.@-]{0,127})(?:#([^#\s]{1,128})(?:#(\d{1,9}))?)?$/;
const FILE = /^file:(\/[^/\0\n][^\0\n]{0,499})$/;
const ENV = /^env:([A-Z_][A-Z0-9_]{0,127})$/;

/** What begins like this is meant as a reference; one that cannot be read is refused rather than deployed as text. */
const MEANT = /^(?:vault:|file:\/(?!\/)|env:[A-Z_])/;

/** Before a text that looks like a reference and is none: `literal:env:HOME` stands for the text `env:HOME`. */
const LITERAL = 'literal:';

/** Whether a string of the configuration is a reference or escaped, so that it must not be deployed as it stands. */
export function isSpoken(text: string): boolean {
  return MEANT.test(text) || (text.startsWith(LITERAL) && isSpoken(text.slice(LITERAL.length)));
}

/** The text behind `literal:`; `undefined` for a reference. */
export function literalOf(text: string): string | undefined {
  return text.startsWith(LITERAL) ? text.slice(LITERAL.length) : undefined;
}

/** Reads a reference; `undefined` when it is not one, or broken. */
export function readReference(text: string): Reference | undefined {
  const [, path, key, version] = VAULT.exec(text) ?? [];
  if (path !== undefined) {
    return {
      place: 'vault',
      path,
      ...(key !== undefined && { key }),
      ...(version !== undefined && { version: Number(version) }),
    };
  }
  const file = FILE.exec(text)?.[1];
  if (file !== undefined) return { place: 'file', path: file };
  const name = ENV.exec(text)?.[1];
  return name === undefined ? undefined : { place: 'env', name };
}
