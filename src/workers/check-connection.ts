import { checked, failed, passed, unknown, type Finding } from '../providers/connection-check.js';
import type { Provider } from '../providers/define-provider.js';
import type { ConnectionCheck, ConnectionView } from '../shared/contract/connection.js';
import type { Verify } from '../shared/contract/policy.js';
import { referencesIn } from '../shared/secrets/walk.js';
import { limitedCall } from './limited-call.js';
import type { DeploymentSecrets } from './secrets/deployment-secrets.js';
import { reveal } from './secrets/reveal.js';
import type { LiveSubject, WithLiveDeps } from './with-live.js';

/** What a test of the connection to a target needs of the world around it. */
interface CheckConnectionDeps extends WithLiveDeps {
  redact(line: string): string;
}

/** A target as it is stored, with its checks; both may hold references to secrets. */
interface ConnectionSubject extends LiveSubject {
  readonly verify: Verify;
}

/** Longest time for secrets and for all checks of a provider, in milliseconds; in all below that of a question. */
const SECRETS_WITHIN_MS = 8_000;
const WITHIN_MS = 45_000;
const MOST_CHECKS = 200;
const MOST_CHARACTERS = 2_000;

const SECRETS = 'Secrets of the target';
const PLATFORM = 'Platform';

/**
 * Looks whether a deployment to a target could do its work, with its secrets, which are given back afterwards. Writes
 * nothing, and takes no lock. `unsupported`: its provider cannot tell. Rejects when the signal aborts.
 */
export async function checkConnection(
  deps: CheckConnectionDeps,
  subject: ConnectionSubject,
  signal: AbortSignal,
): Promise<ConnectionView | { readonly said: 'unsupported' }> {
  const { service, environment, provider: kind } = subject;
  const provider = await deps.provider(kind);
  const at = new Date().toISOString();
  const view = (checks: readonly ConnectionCheck[]): ConnectionView => {
    return { service, environment, provider: kind, at, verdict: worstOf(checks), checks: [...checks] };
  };
  if (!provider) {
    const todo = 'Correct the provider of the target, or list its package in BEANPOD_PROVIDERS';
    return view([{ check: PLATFORM, ...failed(`There is no provider "${kind}" on this worker`, todo) }]);
  }
  if (!provider.live) return { said: 'unsupported' };
  const secrets = deps.secrets.open({ service, environment });
  try {
    const checks = await checkWith(deps, { provider, secrets, subject }, signal);
    // The secrets of the target are hidden while they are open.
    return checks ? view(checks.slice(0, MOST_CHECKS).map((each) => shown(each, deps.redact))) : UNSUPPORTED;
  } finally {
    await secrets.close('revoke');
  }
}

const UNSUPPORTED = { said: 'unsupported' } as const;

interface Opening {
  readonly provider: Provider;
  readonly secrets: DeploymentSecrets;
  readonly subject: ConnectionSubject;
}

/** `undefined` when the provider has no way to tell. */
async function checkWith(
  deps: CheckConnectionDeps,
  { provider, secrets, subject }: Opening,
  signal: AbortSignal,
): Promise<readonly ConnectionCheck[] | undefined> {
  const { service, environment } = subject;
  const { spec, check } = await readSecrets({ provider, secrets, subject }, signal);
  const first = check ? [check] : [];
  const opened = provider.live?.(spec, { ...deps.surroundings, credentials: secrets });
  if (!opened) return undefined;
  if (!opened.ok) {
    const finding = failed(opened.problems.join('; '), 'Correct the spec of the target');
    return [...first, { check: PLATFORM, ...finding }];
  }
  const { live } = opened;
  if (!live.checkConnection) return undefined;
  try {
    const look = (within: AbortSignal) =>
      live.checkConnection?.({ signal: within, service, environment }) ?? Promise.resolve([]);
    return [...first, ...(await limitedCall(signal, WITHIN_MS, look))];
  } catch (error) {
    signal.throwIfAborted();
    return [...first, { check: PLATFORM, ...explain(error) }];
  }
}

/** The spec with its secrets. What cannot be read stays a reference, so that everything else is looked at all the same. */
async function readSecrets(
  { provider, secrets, subject: { spec, verify } }: Opening,
  signal: AbortSignal,
): Promise<{ readonly spec: unknown; readonly check?: ConnectionCheck }> {
  const credentials = provider.credentialsIn(spec);
  const except = credentials.map((pointer) => `/spec${pointer}`);
  const references = referencesIn({ spec, verify }, except);
  const how = { secrets, credentials, canSeal: true, otherwise: 'stop', say: () => undefined } as const;
  let usable = spec;
  const look = async (within: AbortSignal) => {
    const revealed = await reveal({ spec, verify }, how, within);
    if (revealed.said === 'wait') return unknown(revealed.because, 'Test again in a moment');
    if (revealed.said === 'failed') return failed(revealed.failure.detail, revealed.failure.hint);
    usable = revealed.value.spec;
    return passed(`All ${references.length} references were read`);
  };
  const check = await checked({ check: SECRETS, withinMs: SECRETS_WITHIN_MS, explain, look }, signal);
  return { spec: usable, ...(references.length > 0 && { check }) };
}

function explain(error: unknown): Finding {
  return unknown(
    `The look did not end well: ${String(error)}`,
    'Test again; if it stays so, look at the worker',
  );
}

function worstOf(checks: readonly ConnectionCheck[]): ConnectionView['verdict'] {
  const verdicts = new Set(checks.map(({ verdict }) => verdict));
  if (verdicts.has('failed')) return 'failed';
  return verdicts.has('unknown') || checks.length === 0 ? 'unknown' : 'passed';
}

function shown(
  { check, verdict, seen, todo }: ConnectionCheck,
  redact: (line: string) => string,
): ConnectionCheck {
  const cut = (text: string) => redact(text).slice(0, MOST_CHARACTERS);
  return {
    check: cut(check).slice(0, 300),
    verdict,
    seen: cut(seen),
    ...(todo !== undefined && { todo: cut(todo) }),
  };
}
