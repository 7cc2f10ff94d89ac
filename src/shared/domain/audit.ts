/** One call of the API that changed something or was refused. */
export interface AuditedCall {
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly actor: {
    readonly id: string;
    readonly name: string;
    /** On whose behalf, as `person ada@example.com`. */
    readonly owner: string;
    readonly by: 'token' | 'session' | 'ci' | 'nothing';
  };
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Code of the refusal. */
  readonly code?: string;
  /** Where what was made can be read. */
  readonly made?: string;
  /** Whom or what it was about, where the path does not say so. */
  readonly about?: string;
  readonly requestId: string;
  /** Address of the connection; that of a proxy where there is one. */
  readonly address: string;
  /** Refused calls since the entry before that were too many to be recorded. */
  readonly unrecorded?: number;
}

/** An entry of the audit log: a call in its place of the chain. */
export interface AuditEntry extends AuditedCall {
  /** Counts from 1, without gaps. */
  readonly n: number;
  /** Hash of the entry before, or an empty text for the first. */
  readonly previous: string;
  /** SHA-256, hex, of the JSON of the entry as it is told, without its last member, which is this one. */
  readonly hash: string;
}

/** Entries that were looked at in one place and found intact. */
export interface ChainPart {
  readonly where: 'archive' | 'redis';
  readonly first: number;
  readonly last: number;
}

/** What a look at the whole chain found. */
export type ChainVerdict = {
  /** Entries that are intact, from the first on. */
  readonly entries: number;
  readonly parts: readonly ChainPart[];
} & (
  | { readonly intact: true; readonly hash: string }
  | {
      readonly intact: false;
      readonly brokenAt: number;
      readonly brokenIn: ChainPart['where'];
      readonly why: string;
    }
);
