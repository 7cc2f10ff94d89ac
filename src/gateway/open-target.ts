import type { Provider } from '../providers/define-provider.js';
import type { LiveAnswer, LiveOperations, OwnedTurn } from '../providers/live-operations.js';
import type { Surroundings } from '../providers/surroundings.js';
import type { Outcome } from '../shared/domain/outcome.js';
import { targetName } from '../shared/domain/ids.js';
import type { Configuration } from '../shared/store/configuration.js';
import { reveal } from '../workers/secrets/reveal.js';
import type { Secrets } from '../workers/secrets/secrets.js';
import { GatewayRefusal } from './gateway-refusal.js';

export interface OpenTargetDeps {
  readonly configuration: Pick<Configuration, 'refresh'>;
  readonly secrets: Secrets;
  readonly surroundings: Surroundings;
  provider(kind: string): Promise<Provider | undefined>;
}

/** A target that may be looked at until it is closed. */
export interface OpenTarget {
  readonly live: LiveOperations;
  readonly turn: OwnedTurn;
  /** Ends the use of its credentials. */
  close(): Promise<void>;
}

/** Opens a target as it is configured now. Throws a GatewayRefusal that says why it cannot be reached. */
export async function openTarget(
  deps: OpenTargetDeps,
  { service, environment }: { readonly service: string; readonly environment: string },
  signal: AbortSignal,
): Promise<OpenTarget> {
  const name = targetName(service, environment);
  const target = (await deps.configuration.refresh()).targets.get(name);
  if (!target) throw new GatewayRefusal('target.unknown', `There is no target ${name}`);
  const provider = await deps.provider(target.provider);
  if (!provider?.live)
    throw new GatewayRefusal('live.unsupported', `Provider ${target.provider} shows nothing live`);
  const secrets = deps.secrets.open({ service, environment });
  try {
    const credentials = provider.credentialsIn(target.spec);
    const how = { secrets, credentials, canSeal: true, otherwise: 'stop', say: () => undefined } as const;
    const revealed = await reveal({ spec: target.spec, verify: {} }, how, signal);
    if (revealed.said !== 'found') throw refusalOf(revealed);
    const opened = provider.live(revealed.value.spec, { ...deps.surroundings, credentials: secrets });
    if (!opened.ok) throw new GatewayRefusal('live.failed', opened.problems.join('; '));
    const close = () => secrets.close('revoke');
    return { live: opened.live, turn: { signal, service, environment }, close };
  } catch (error) {
    await secrets.close('revoke');
    throw error;
  }
}

/** What an ability answered. Throws a GatewayRefusal for any other answer, or when the provider does not have it. */
export function provided<T>(answer: LiveAnswer<T> | undefined, ability: string): T {
  if (!answer) throw new GatewayRefusal('live.unsupported', `The platform of the target has no ${ability}`);
  if (answer.said === 'done') return answer.value;
  throw refusalOf(answer);
}

function refusalOf(outcome: Exclude<Outcome, { said: 'done' }>): GatewayRefusal {
  if (outcome.said === 'wait') return new GatewayRefusal('live.unavailable', outcome.because);
  const { failure } = outcome;
  if (failure.code === 'k8s.pod-replaced') return new GatewayRefusal('live.pod-replaced', failure.detail);
  return new GatewayRefusal('live.failed', `${failure.title}: ${failure.detail} ${failure.hint}`, failure);
}
