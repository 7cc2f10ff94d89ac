import type { Attribution } from './attribution.js';
import type { Environment } from './environment.js';
import { completedWithErrors, saysAborted, saysFailed, saysTimeout } from './platform-events.js';

/** What has become of an update that we sent. */
export type UpdateVerdict =
  | { readonly is: 'running' | 'not-started'; readonly because: string }
  | { readonly is: 'deployed' | 'reverted' | 'aborted' }
  | { readonly is: 'partial' | 'timed-out' | 'foreign'; readonly seen: string };

/** All that the verdict rests on. */
export interface UpdateFacts {
  readonly environment: Environment;
  /** Label before the update. */
  readonly from: string | undefined;
  readonly to: string;
  readonly attribution: Attribution;
  /** Since the update was sent. */
  readonly ageMs: number;
}

// Events become visible some seconds late; this is how long a quiet environment may still be about to start.
const START_GRACE_MS = 30_000;

/**
 * The terminal decision, first match wins. Ready alone proves nothing: Elastic Beanstalk is Ready after a failed
 * update too. The label says nothing until the environment is Ready.
 */
export function judgeUpdate(facts: UpdateFacts): UpdateVerdict {
  const { environment, attribution, from, to } = facts;
  if (environment.status !== 'Ready') {
    return { is: 'running', because: `Elastic Beanstalk is ${environment.status.toLowerCase()}` };
  }
  const label = environment.label ?? 'no version';
  if (environment.label !== to && environment.label !== from) {
    return {
      is: 'foreign',
      seen: `It now reports ${label}, which is neither ${from ?? 'nothing'} nor ${to}.`,
    };
  }
  const settled = attribution.oursSeen || facts.ageMs >= START_GRACE_MS;
  if (environment.label === to && (from !== to || settled)) return judgeArrival(facts);
  // A managed update leaves the version alone, so that it was ours that came to nothing.
  if (attribution.foreignAfterOurs && !attribution.onlyManaged) {
    return { is: 'foreign', seen: `Another update began after ours, and it reports ${label}.` };
  }
  if (!settled) return { is: 'not-started', because: 'the update has not started yet' };
  return { is: saysAborted(attribution.ours) ? 'aborted' : 'reverted' };
}

function judgeArrival({ attribution, from, to }: UpdateFacts): UpdateVerdict {
  // A failed redeploy ends with the label that it began with; only the events tell.
  if (from === to && !attribution.foreignAfterOurs && saysFailed(attribution.ours)) return { is: 'reverted' };
  const complaint = completedWithErrors(attribution.ours);
  if (complaint === undefined) return { is: 'deployed' };
  if (attribution.foreignAfterOurs) {
    return { is: 'foreign', seen: `Another update began after ours, and it ended with errors.` };
  }
  const is = saysTimeout(complaint) ? 'timed-out' : 'partial';
  return { is, seen: `It reports ${to}, but said: ${complaint.message}` };
}
