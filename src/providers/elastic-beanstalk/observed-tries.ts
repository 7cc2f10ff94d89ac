import type { ObserveCall } from '../surroundings.js';
import { isThrottled } from './failures.js';

/** Where in a client of the SDK each try passes, also those that it makes again by itself. */
export const EACH_TRY = {
  relation: 'after',
  toMiddleware: 'retryMiddleware',
  name: 'observeTries',
} as const;

/** Middleware of the SDK that shows each try to `observe`. */
export function observedTries(observe: ObserveCall, system: string) {
  return <Args, Reply>(
      next: (args: Args) => Promise<Reply>,
      context: { readonly commandName?: string },
    ): ((args: Args) => Promise<Reply>) =>
    (args) =>
      observe(
        { system, operation: (context.commandName ?? 'unknown').replace(/Command$/, ''), isThrottled },
        () => next(args),
      );
}
