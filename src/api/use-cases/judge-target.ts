import type { Catalog } from '../../providers/catalog.js';
import type { Target } from '../../shared/contract/configuration.js';
import type { Violation } from '../../shared/schema/schema.js';
import { within } from '../violations.js';

/** What is wrong with a target beyond its general shape: first its provider, then its spec by that provider's schema. */
export function judgeTarget(catalog: Catalog, target: Target): readonly Violation[] {
  const entry = catalog.get(target.provider);
  if (entry) return within('/spec', entry.target.problems(target.spec));
  return [{ pointer: '/provider', detail: `must be one of ${JSON.stringify([...catalog.keys()])}` }];
}
