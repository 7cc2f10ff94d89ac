/** Claims as somebody types them: one in a line, `name=value`. */
export function writeClaims(claims: Readonly<Record<string, string>>): string {
  return Object.entries(claims)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}

/** Claims that somebody typed, or which line cannot be one. */
export function readClaims(
  text: string,
): { readonly claims: Readonly<Record<string, string>> } | { readonly problem: string } {
  const claims = new Map<string, string>();
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '') continue;
    const at = line.indexOf('=');
    if (at < 1) return { problem: `“${line}” is not of the form name=value` };
    const name = line.slice(0, at).trim();
    if (claims.has(name)) return { problem: `${name} is there twice` };
    claims.set(name, line.slice(at + 1).trim());
  }
  return { claims: Object.fromEntries(claims) };
}
