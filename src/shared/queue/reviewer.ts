import type { Deployment } from '../domain/deployment.js';
import { keepLooking } from '../keep-looking.js';
import type { Hold } from '../domain/state.js';
import type { Deployments } from '../store/deployments.js';
import type { Dispatcher } from './dispatcher.js';

/** Between two looks at the store, and between two looks at one deployment, in milliseconds. */
const PERIOD_MS = 500;
const AGAIN_MS = 2_000;

interface ReviewerDeps {
  readonly deployments: Pick<Deployments, 'due' | 'load' | 'review'>;
  readonly dispatcher: Pick<Dispatcher, 'offer'>;
  /** Everything that holds a deployment now. */
  review(deployment: Deployment, now: number): Promise<readonly Hold[]>;
  onError(error: unknown): void;
}

/**
 * Looks every two seconds at each deployment that rules or people hold, and lines up those that are clear. Runs in
 * every process, each deployment is looked at by one of them. What cannot be judged stays held.
 */
export function startReviewer({ deployments, dispatcher, review, onError }: ReviewerDeps): {
  close(): Promise<void>;
} {
  async function lookAt(id: string): Promise<void> {
    const deployment = await deployments.load(id);
    if (deployment?.state.name !== 'held') return;
    const holds = await review(deployment, Date.now());
    const reviewed = await deployments.review(deployment, holds, nextLook(holds));
    if (reviewed.said === 'resumed') for (const offer of reviewed.offers) dispatcher.offer(offer);
  }

  return keepLooking({
    async look() {
      // One that cannot be judged must not keep the others held.
      for (const id of await deployments.due(AGAIN_MS)) await lookAt(id).catch(onError);
    },
    pauseMs: () => PERIOD_MS,
    onError,
  });
}

function nextLook(holds: readonly Hold[]): number {
  const soonest = Math.min(...holds.map(({ until = Infinity }) => until - Date.now()), AGAIN_MS);
  return Math.max(soonest, 50);
}
