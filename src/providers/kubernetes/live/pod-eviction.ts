import { KubeStatusError } from '../transport.js';
import type { PodEnd } from './replace-pod.js';

/** Milliseconds between two tries while a budget allows no disruption. */
const AGAIN_MS = 5_000;

/**
 * Asks the Eviction API to end it, which heeds disruption budgets; a budget that allows none now is waited for.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/
 */
export const eviction: PodEnd = {
  intent: 'evict',
  would: 'would be evicted as soon as its disruption budget allows it',
  was: 'was evicted',
  async end({ transport }, { namespace, signal }, { name, uid }) {
    try {
      await transport.send({
        method: 'POST',
        path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/eviction`,
        body: {
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { name, namespace },
          deleteOptions: { preconditions: { uid } },
        },
        signal,
      });
      return undefined;
    } catch (error) {
      const budget = budgetIn(error);
      if (budget === undefined) throw error;
      return { said: 'wait', forMs: AGAIN_MS, because: budget };
    }
  },
};

/** What the budget says that forbids it now. A 429 without such a cause is only about too many calls. */
function budgetIn(error: unknown): string | undefined {
  if (!(error instanceof KubeStatusError) || error.status !== 429) return undefined;
  const cause = error.causes.find(({ reason }) => reason === 'DisruptionBudget');
  return cause && `${error.message} ${cause.message ?? ''}`.trim();
}
