import type { Grants } from '../../shared/domain/access.js';
import type { Owner } from '../../shared/domain/access-directory.js';

/** Who calls, as a token proved it. */
export interface Caller {
  /** Scope of idempotency keys. */
  readonly id: string;
  readonly name: string;
  readonly grants: Grants;
  /** On whose behalf. */
  readonly owner: Owner;
  /** How the caller proved it. */
  readonly by: 'token' | 'session' | 'ci' | 'nothing';
  /** Milliseconds since the epoch; absent for what never ends. */
  readonly expiresAt?: number;
}
