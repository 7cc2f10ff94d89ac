import type { Hook } from '../../shared/contract/hook.js';
import type { Violation } from '../../shared/schema/schema.js';
import type { Seal } from '../../shared/secrets/seal.js';
import { SEALED_MARK } from '../use-cases/sealed-credentials.js';

/** What a sealed secret of a hook is bound to. */
const purposeOf = (hook: string) => `hook:${hook}`;
const LEAST_LENGTH = 16;

/** The hook as it may be stored: its secrets sealed, those that are sent as `(sealed)` kept. */
export function sealedHook(
  name: string,
  hook: Hook,
  stored: Hook | undefined,
  seal: Seal | undefined,
): { readonly hook: Hook; readonly violations: readonly Violation[] } {
  const violations: Violation[] = [];
  const secrets = hook.secrets.map((secret, at) => {
    const pointer = `/secrets/${at}`;
    if (secret === SEALED_MARK) {
      const kept = stored?.secrets[at];
      if (kept === undefined)
        violations.push({ pointer, detail: `is "${SEALED_MARK}", and no secret is stored here` });
      return kept ?? secret;
    }
    if (secret.length < LEAST_LENGTH)
      violations.push({ pointer, detail: `must have at least ${LEAST_LENGTH} characters` });
    if (!seal) {
      violations.push({ pointer, detail: 'cannot be kept: set BEANPOD_ENCRYPTION_KEYS to seal secrets' });
      return secret;
    }
    return seal.close(secret, purposeOf(name));
  });
  return { hook: { ...hook, secrets }, violations };
}

/** The hook as people may see it. */
export function shownHook(name: string, hook: Hook) {
  const secrets = hook.secrets.map(() => SEALED_MARK);
  return { hook: name, ...hook, secrets, address: `/v1/hooks/${name}` };
}

/** The secrets themselves, for one comparison. Throws a `SealProblem` when a key is missing. */
export function openSecrets(name: string, { secrets }: Hook, seal: Seal): readonly string[] {
  return secrets.map((secret) => seal.open(secret, purposeOf(name)));
}
