import type { Release, Session, Turn } from '../providers/contract.js';
import type { Provider } from '../providers/define-provider.js';
import type { Surroundings } from '../providers/surroundings.js';
import { failure } from '../shared/domain/failures.js';
import { reveal, type Veiled } from './secrets/reveal.js';
import type { Secrets } from './secrets/secrets.js';
import type { Unreached } from './with-live.js';

/** What opening a session beside deployments needs. */
export interface WithSessionDeps {
  readonly surroundings: Surroundings;
  readonly secrets: Secrets;
  provider(kind: string): Promise<Provider | undefined>;
}

/** A release as it was frozen; its input holds references to secrets. */
export interface SessionSubject {
  readonly provider: string;
  readonly release: Release;
  readonly input: Veiled;
}

/** Looks at a release in a session that must not write, with its secrets, which are given back afterwards. */
export async function withSession<Answer>(
  deps: WithSessionDeps,
  { provider: kind, release, input }: SessionSubject,
  signal: AbortSignal,
  look: (session: Session<unknown>) => Promise<Answer>,
): Promise<Answer | Exclude<Unreached, { said: 'unsupported' }>> {
  const provider = await deps.provider(kind);
  if (!provider)
    return { said: 'failed', failure: failure('provider.unknown', `There is no provider "${kind}" here`) };
  const { service, environment } = release;
  const secrets = deps.secrets.open({ service, environment });
  try {
    const credentials = provider.credentialsIn(input.spec);
    // Nothing that is revealed here is stored, so that it needs no key.
    const how = { secrets, credentials, canSeal: true, otherwise: 'stop', say: () => undefined } as const;
    const revealed = await reveal(input, how, signal);
    if (revealed.said !== 'found') return revealed;
    const around = { ...deps.surroundings, credentials: secrets };
    const opened = await provider.open(revealed.value.spec, release, around);
    if (!opened.ok)
      return { said: 'failed', failure: failure('provider.spec-invalid', opened.problems.join('; ')) };
    try {
      return await look(opened.session);
    } finally {
      await opened.session.close?.();
    }
  } finally {
    await secrets.close('revoke');
  }
}

/** A turn that remembers nothing and refuses every write. */
export function lookingTurn(signal: AbortSignal, say: (line: string) => void): Turn {
  return {
    signal,
    epoch: 0,
    intent: undefined,
    intentAgeMs: 0,
    noteOf: () => undefined,
    say,
    intend: () => Promise.reject(new Error('A look must not write')),
  };
}
