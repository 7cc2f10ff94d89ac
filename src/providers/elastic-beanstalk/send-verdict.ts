/** What to do about an update that may or may not have been sent before. */
export type SendVerdict =
  | { readonly to: 'send' }
  | { readonly to: 'adopt' | 'leave'; readonly seen: string }
  | { readonly to: 'wait'; readonly forMs: number; readonly because: string };

export interface SendFacts {
  readonly status: string;
  readonly label: string | undefined;
  /** The label to send. */
  readonly wanted: string;
  /** Labels under which the environment is still ours. */
  readonly known: readonly (string | undefined)[];
  /** Updates that began since the intent was stored, without managed ones of the platform. */
  readonly starts: number;
  /** Whether a managed one did, which leaves the version alone. */
  readonly managed: boolean;
  /** Since the intent was stored. */
  readonly ageMs: number;
  /** The update was certainly refused, so that there is nothing to find. */
  readonly refused: boolean;
  /** Whether the label changes, so that seeing the wanted one is an answer. */
  readonly labelTells: boolean;
}

// As long as a start event may need to become visible.
const LOST_AFTER_MS = 30_000;

/**
 * Decides what a stored intent has led to. Elastic Beanstalk has no idempotency token: the start events since the
 * intent and the label say whether the update was accepted, and only a quiet environment is asked again.
 */
export function judgeSend(facts: SendFacts): SendVerdict {
  const { status, label, starts } = facts;
  if (starts > 1) return { to: 'leave', seen: `${starts} updates began since ours was prepared.` };
  if (status === 'Ready' && !facts.known.includes(label)) {
    return { to: 'leave', seen: `It now reports ${label ?? 'no version'}, which is not of this deployment.` };
  }
  if (starts === 1 && !facts.refused) return { to: 'adopt', seen: 'the update had been accepted' };
  if (status !== 'Ready') return judgeBusy(facts);
  if (facts.refused) return { to: 'send' };
  if (facts.labelTells && label === facts.wanted) {
    return { to: 'adopt', seen: `it already reports ${facts.wanted}` };
  }
  if (facts.ageMs >= LOST_AFTER_MS) return { to: 'send' };
  return { to: 'wait', forMs: 5_000, because: 'looking whether the update was accepted' };
}

function judgeBusy({ refused, managed, ageMs, status }: SendFacts): SendVerdict {
  const because = `Elastic Beanstalk is ${status.toLowerCase()}`;
  if (refused) return { to: 'wait', forMs: 15_000, because: `${because} with another operation` };
  if (managed)
    return { to: 'wait', forMs: 15_000, because: `${because} with a managed update of the platform` };
  // Events may stay invisible for good; what runs after our intent, under a lock of ours, is then taken for ours.
  if (ageMs >= LOST_AFTER_MS) return { to: 'adopt', seen: 'an update without a start event is running' };
  return { to: 'wait', forMs: 5_000, because };
}
