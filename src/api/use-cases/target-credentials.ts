import type { CatalogEntry } from '../../providers/catalog.js';
import type { Target } from '../../shared/contract/configuration.js';
import type { Violation } from '../../shared/schema/schema.js';
import type { Seal } from '../../shared/secrets/seal.js';
import { within } from '../violations.js';
import { sealedCredentials, shownCredentials } from './sealed-credentials.js';

type Known = Pick<CatalogEntry, 'target'> | undefined;

/** The target as people may see it. */
export function shownTarget(entry: Known, target: Target): Target {
  return entry
    ? { ...target, spec: shownCredentials(entry.target.json, target.spec) as Target['spec'] }
    : target;
}

/** The target as it may be stored; see `sealedCredentials`. */
export function sealedTarget(
  entry: Known,
  target: Target,
  stored: Target | undefined,
  seal: Seal | undefined,
): { readonly target: Target; readonly violations: readonly Violation[] } {
  if (!entry) return { target, violations: [] };
  const { value, violations } = sealedCredentials(entry.target.json, target.spec, stored?.spec, seal);
  return { target: { ...target, spec: value as Target['spec'] }, violations: within('/spec', violations) };
}
