import type { EnvironmentView } from '../shared/contract/configuration.js';
import type { KnownClone } from '../shared/store/clones.js';
import { timestamp } from './present.js';

/** What is told of a clone beside what every environment has. */
export function cloneFacts({
  clone: { origin, expiresAt, reviews },
  ending,
}: KnownClone): Pick<EnvironmentView, 'origin' | 'expiresAt' | 'ending' | 'reviews'> {
  return {
    origin,
    ...(reviews !== undefined && { reviews }),
    expiresAt: timestamp(expiresAt),
    ...(ending && { ending: { ...ending, since: timestamp(ending.since) } }),
  };
}
