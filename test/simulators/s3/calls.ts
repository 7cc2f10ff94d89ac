/** One call as the simulator saw it, in the order of arrival. Holds no secret: no signature, no secret key, no session token. */
export interface RecordedCall {
  readonly n: number;
  /** Virtual time of the simulator, RFC 3339. */
  readonly at: string;
  readonly service: string;
  readonly operation: string;
  readonly params: Readonly<Record<string, string>>;
  /** `accepted`, `refused`, or what happened to the answer of an accepted call; `pending` while it is being served. */
  readonly outcome: 'pending' | 'accepted' | 'refused' | 'reset' | 'hung';
  /** Whether it changed anything: true also when the answer was lost afterwards. */
  readonly committed: boolean;
  readonly mutates: boolean;
  readonly status: number;
  /** The error code of the answer, or the kind of fault that took the answer away. */
  readonly code?: string;
  readonly requestId: string;
  readonly accessKeyId: string;
  readonly region: string;
  readonly sessionToken: boolean;
  readonly userAgent: string;
}

/** What is known of a call when it arrives. */
type ArrivedCall = Omit<RecordedCall, 'n' | 'at' | 'outcome' | 'committed' | 'status' | 'code'>;

/** How a call ended. */
export type CallEnd = Pick<RecordedCall, 'outcome' | 'committed' | 'status' | 'code'>;

/** The record of all calls since the last reset. */
export interface Calls {
  /** Writes the call down; the returned function completes the entry. */
  begin(call: ArrivedCall): (end: CallEnd) => void;
  list(): readonly RecordedCall[];
  clear(): void;
}

/** An empty record; `now` gives the virtual time in milliseconds. */
export function createCalls(now: () => number): Calls {
  const entries: RecordedCall[] = [];
  let n = 0;
  return {
    begin(call) {
      n += 1;
      const at = new Date(now()).toISOString();
      const first: RecordedCall = { n, at, ...call, outcome: 'pending', committed: false, status: 0 };
      entries.push(first);
      return (end) => {
        const index = entries.findIndex((entry) => entry.n === first.n);
        if (index >= 0) entries[index] = { ...first, ...end };
      };
    },
    list: () => [...entries],
    clear: () => void (entries.length = 0),
  };
}
