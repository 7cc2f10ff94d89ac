import type { Verify } from '../../shared/contract/policy.js';
import { SHORTEST_SECRET } from '../../shared/log/variants.js';
import { referencesIn, withValues } from '../../shared/secrets/walk.js';
import type { Entry } from '../../shared/store/entries.js';
import type { DeploymentSecrets } from './deployment-secrets.js';
import { found, never, type Reading } from './reading.js';

/** The parts of a frozen input in which references may stand. */
export interface Veiled {
  readonly spec: unknown;
  readonly verify: Verify;
}

export interface RevealDeps {
  readonly secrets: DeploymentSecrets;
  /** JSON Pointers into the spec of what the provider reads itself. */
  readonly credentials: readonly string[];
  /** Whether what ran before can be stored without anybody reading it. */
  readonly canSeal: boolean;
  /** `go-on`: what cannot be read stays a reference, since the way back does not need it. */
  readonly otherwise: 'stop' | 'go-on';
  say(entry: Entry): void;
}

/** The input with values in the places of references. Nothing of it may be stored. */
export async function reveal(
  { spec, verify }: Veiled,
  { secrets, credentials, canSeal, otherwise, say }: RevealDeps,
  signal: AbortSignal,
): Promise<Reading<Veiled>> {
  const veiled = { spec, verify };
  const except = credentials.map((pointer) => `/spec${pointer}`);
  const references = referencesIn(veiled, except);
  if (references.length > 0 && !canSeal && otherwise === 'stop') return withoutKeys(references);
  const { values, obstacle } = await secrets.resolve(references, signal);
  if (obstacle && otherwise === 'stop') return obstacle;
  if (obstacle) {
    const because = obstacle.said === 'wait' ? obstacle.because : obstacle.failure.detail;
    say({ code: 'secrets.unresolved', data: { because } });
  } else if (references.length > 0) say({ code: 'secrets.resolved', data: { count: references.length } });
  for (const [reference, value] of values) {
    if (value.length < SHORTEST_SECRET) say({ code: 'secrets.short', data: { reference } });
  }
  return found(withValues(veiled, values, except) as Veiled);
}

function withoutKeys(references: readonly string[]): Reading<never> {
  return never(
    'secrets.unconfigured',
    `The target refers to secrets (${references.slice(0, 5).join(', ')}), and BEANPOD_ENCRYPTION_KEYS is not set on this worker: what ran before may hold earlier ones and could only be stored in the open`,
  );
}
