import { failure, type FailureCode } from '../../../shared/domain/failures.js';
import type { LiveAnswer } from '../../live-operations.js';
import { isStamped, notOurs } from '../clone/stamp.js';
import type { LiveSite } from './live-site.js';

/**
 * Terminates the environment that was made for a clone, looking first. It is believed gone when it is listed as
 * terminated, or when others of its application are listed and it is not: an empty list may hide it.
 */
export async function removeClone(
  { eb, target }: LiveSite,
  signal: AbortSignal,
): Promise<LiveAnswer<string>> {
  const { application, environment: name, madeFrom } = target;
  if (madeFrom === undefined) {
    return no('eb.request-invalid', `${name} was not made for a clone; it was left alone.`);
  }
  const all = await eb.environmentsOf(application, signal);
  const own = all.filter((one) => one.name === name);
  const running = own.find(({ status }) => status !== 'Terminated');
  if (running === undefined) {
    if (all.length === 0) {
      const detail = `No environment of ${application} is listed in ${target.region}, so nobody knows whether ${name} is gone.`;
      return no('eb.environment-missing', detail);
    }
    return { said: 'done', value: own.length > 0 ? `${name} is terminated` : `${name} was never made` };
  }
  if (running.status === 'Terminating') return later(`${name} is being terminated`);
  if (!(await isStamped(eb, running, madeFrom.stamp, signal))) {
    return no('eb.environment-mismatch', notOurs(name));
  }
  await eb.terminateEnvironment(running.id, signal);
  return later(`${name} (${running.id}) is being terminated`);
}

function no(code: FailureCode, detail: string): LiveAnswer<never> {
  return { said: 'failed', failure: failure(code, detail) };
}

function later(because: string): LiveAnswer<never> {
  return { said: 'wait', forMs: 15_000, because };
}
