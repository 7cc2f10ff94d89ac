import type { EnvironmentStatus } from '../../../src/shared/contract/snapshot.js';

type Services = EnvironmentStatus['services'];

/** What a release could deploy of one service. */
export interface Proposal {
  readonly service: string;
  /** What runs now; absent when nothing does, or nobody knows. */
  readonly runs?: string;
  /** What would be deployed; empty when nothing fits. */
  readonly version: string;
}

/**
 * A version for every service of an environment: what runs in another one, or without another the newest that is
 * registered. A service that the other does not run, or of which nobody knows what it runs there, gets none.
 */
export function proposalsFor(services: Services, like?: Services): readonly Proposal[] {
  return services.map(({ service, running, newest }) => {
    const runs = running?.certain ? running.version : undefined;
    const there = like?.find((each) => each.service === service)?.running;
    const version = like ? (there?.certain ? there.version : '') : (newest?.version ?? runs ?? '');
    return { service, version, ...(runs !== undefined && { runs }) };
  });
}
