import type { Catalog } from '../../providers/catalog.js';
import type { Live, LiveQuestion, LiveViews, LiveWish } from '../../shared/queue/live.js';
import type { Configuration } from '../../shared/store/configuration.js';
import { Refusal } from '../refusal.js';
import { findTarget } from './judge-request.js';

/** Longest time that a caller waits for a worker, in milliseconds; proxies give up at 60 s. */
const WITHIN_MS = 58_000;

export interface AskLiveDeps {
  readonly configuration: Pick<Configuration, 'current' | 'refresh'>;
  readonly live: Live;
  /** With it, a worker is given the target with what its environment adds, as for a deployment. */
  readonly catalog?: Catalog;
}

interface Place {
  readonly service: string;
  readonly environment: string;
}

/** Has a worker look at a target, or do something there. Throws a Refusal that says why there is no answer. */
export async function askLive<K extends LiveWish['ask']>(
  { configuration, live, catalog }: AskLiveDeps,
  { service, environment }: Place,
  wish: LiveWish & { readonly ask: K },
): Promise<LiveViews[K]> {
  const { target, place } = await findTarget(configuration, service, environment);
  const { provider } = target;
  const spec = catalog?.get(provider)?.inEnvironment?.(target.spec, place) ?? target.spec;
  const question: LiveQuestion = { service, environment, provider, spec, wish };
  const answer = await live.ask<K>(question, wish.ask, WITHIN_MS);
  switch (answer.said) {
    case 'done':
      return answer.view;
    case 'failed': {
      const { failure } = answer;
      const said = `${failure.title}: ${failure.detail} ${failure.hint}`;
      throw new Refusal('live.failed', said, { members: { failure } });
    }
    case 'wait':
      throw new Refusal('live.unavailable', answer.because, { headers: { 'retry-after': '15' } });
    case 'unsupported':
      throw new Refusal('live.unsupported', `Provider ${provider} has no ${whatOf(wish)} to ask for`);
    case 'timeout':
      throw new Refusal('live.timeout', `No worker answered within ${WITHIN_MS / 1000} seconds`);
  }
}

function whatOf(wish: LiveWish): string {
  return wish.ask === 'preview' ? wish.wish.kind : wish.ask;
}
