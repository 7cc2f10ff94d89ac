import type { Instance } from '../environment.js';
import { isUnsupported } from '../failures.js';
import type { Gateway } from '../gateway.js';
import type { ElasticBeanstalkTarget } from '../target.js';

/** What the live operations of one environment work with. */
export interface LiveSite {
  readonly eb: Gateway;
  readonly target: ElasticBeanstalkTarget;
  /** Milliseconds between two looks for logs. */
  readonly logPauseMs: number;
}

/** The instances that health reporting knows; none with basic reporting, which knows none. */
export async function knownInstances(
  eb: Pick<Gateway, 'instances'>,
  environmentId: string,
  signal: AbortSignal,
): Promise<readonly Instance[]> {
  try {
    return await eb.instances(environmentId, signal);
  } catch (error) {
    if (isUnsupported(error)) return [];
    throw error;
  }
}
