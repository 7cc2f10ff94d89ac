import type { Provider } from '../providers/define-provider.js';
import type { LiveOperations } from '../providers/live-operations.js';
import type { Surroundings } from '../providers/surroundings.js';
import { failure, type Failure } from '../shared/domain/failures.js';
import { reveal } from './secrets/reveal.js';
import type { Secrets } from './secrets/secrets.js';

/** What reaching a target beside its deployments needs. */
export interface WithLiveDeps {
  readonly surroundings: Surroundings;
  readonly secrets: Secrets;
  provider(kind: string): Promise<Provider | undefined>;
}

/** A target as it is stored; its spec holds references to secrets. */
export interface LiveSubject {
  readonly service: string;
  readonly environment: string;
  readonly provider: string;
  readonly spec: unknown;
}

/** Why a target could not be reached. */
export type Unreached =
  | { readonly said: 'failed'; readonly failure: Failure }
  | { readonly said: 'wait'; readonly because: string }
  | { readonly said: 'unsupported' };

/** Calls the live operations of a target with its secrets, which are given back afterwards. */
export async function withLive<Answer>(
  deps: WithLiveDeps,
  { service, environment, provider: kind, spec }: LiveSubject,
  signal: AbortSignal,
  call: (live: LiveOperations) => Promise<Answer>,
): Promise<Answer | Unreached> {
  const provider = await deps.provider(kind);
  if (!provider)
    return { said: 'failed', failure: failure('provider.unknown', `There is no provider "${kind}" here`) };
  if (!provider.live) return { said: 'unsupported' };
  const secrets = deps.secrets.open({ service, environment });
  try {
    const credentials = provider.credentialsIn(spec);
    const how = { secrets, credentials, canSeal: true, otherwise: 'stop', say: () => undefined } as const;
    const revealed = await reveal({ spec, verify: {} }, how, signal);
    if (revealed.said !== 'found') return revealed;
    const opened = provider.live(revealed.value.spec, { ...deps.surroundings, credentials: secrets });
    if (!opened.ok)
      return { said: 'failed', failure: failure('provider.spec-invalid', opened.problems.join('; ')) };
    return await call(opened.live);
  } finally {
    await secrets.close('revoke');
  }
}
