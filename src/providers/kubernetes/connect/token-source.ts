/** Gives the bearer token of one cluster. Asked for every request, so it must answer from memory while it can. */
export interface TokenSource {
  /** The token to send now; `undefined` for clusters that know callers by certificate. */
  token(signal: AbortSignal): Promise<string | undefined>;
  /** The server refused this token: the next call must bring another one, if there is one. */
  refused(token: string): void;
}

/** A token that never changes, or none. */
export function fixedToken(token?: string): TokenSource {
  return { token: () => Promise.resolve(token), refused: () => undefined };
}
