/** Gives the bearer token of one cluster. Asked for every request, so it must answer from memory while it can. */
export interface TokenSource {
  /** The token to send now; `undefined` for clusters that know callers by certificate. */
  token(signal: AbortSignal): Promise<string | undefined>;
  /** The server refused this token: the next call must bring another one, if there is one. */
  refused(token: string): void;
}

/** A token from a place that may hold a newer one by the time the server refuses it. */
export function renewedToken(
  first: string | undefined,
  read: () => Promise<string | undefined>,
): TokenSource {
  let known = Promise.resolve(first);
  return {
    token: () => known,
    refused(token) {
      const old = known;
      // Many calls are refused at once; the first of them reads, and one that knows no better changes nothing.
      known = old.then((current) => (current === token ? read().catch(() => current) : current));
    },
  };
}

/** A token that never changes, or none. */
export function fixedToken(token?: string): TokenSource {
  return { token: () => Promise.resolve(token), refused: () => undefined };
}
