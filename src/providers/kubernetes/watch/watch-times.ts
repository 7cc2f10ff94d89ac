/** Real milliseconds that govern the watches. */
export interface WatchTimes {
  /** A stream without a byte for this long is dead: bookmarks come about every minute. */
  readonly silence: number;
  /** Asked of the server as the length of one watch. Load balancers end longer ones. */
  readonly length: number;
  readonly firstBackOff: number;
  readonly mostBackOff: number;
  /** Between two lists where watching is forbidden. */
  readonly poll: number;
  /** After so long it tries again to watch where that was forbidden: somebody may have given the right. */
  readonly watchAgain: number;
  /** Between two tries where even listing is forbidden or the kind is not served. */
  readonly denied: number;
  /** An interruption shorter than this is nobody's concern. */
  readonly patience: number;
  /** Shortest time between two wake-ups of one follower, so that a flood of changes is judged in one go. */
  readonly batch: number;
  /** How long a watch outlives its last follower: the next deployment to the namespace finds it warm. */
  readonly linger: number;
}

export const WATCH_TIMES: WatchTimes = {
  silence: 75_000,
  length: 290_000,
  firstBackOff: 800,
  mostBackOff: 30_000,
  poll: 2_000,
  watchAgain: 300_000,
  denied: 30_000,
  patience: 5_000,
  batch: 100,
  linger: 30_000,
};
