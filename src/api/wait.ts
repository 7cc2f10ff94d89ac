/** Longest time that an answer is held back, in milliseconds: proxies give up after 60 seconds. */
const MOST_MS = 55_000;

/** How long the caller is willing to wait, from the query or from `Prefer: wait=…` (RFC 7240 §4.3). */
export function waitOf(
  query: number | undefined,
  prefer: string | undefined,
): { readonly ms: number; readonly headers: Readonly<Record<string, string>> } {
  if (query !== undefined) return { ms: query * 1000, headers: {} };
  const preferred =
    prefer === undefined ? undefined : /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})/i.exec(prefer)?.[1];
  if (preferred === undefined) return { ms: 0, headers: {} };
  const ms = Math.min(Number(preferred) * 1000, MOST_MS);
  return { ms, headers: { 'preference-applied': `wait=${ms / 1000}` } };
}
