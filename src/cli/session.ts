import { createApiClient, type ApiClient } from './api-client.js';
import type { Screen } from './screen.js';
import { createTokenSource } from './token-source.js';
import { apiUrlOf, type Env } from './settings.js';

/** Milliseconds for which an API that is away is asked again: by somebody who looks, and by a pipeline that waits. */
const PATIENCE = { brief: 15_000, long: 10 * 60_000 } as const;

/** Options that every command takes. */
export interface GlobalOptions {
  readonly output: 'text' | 'json';
  readonly url?: string;
}

/** What a command works with. */
export interface Session {
  readonly env: Env;
  readonly screen: Screen;
  readonly output: GlobalOptions['output'];
  /** Aborts when the person wants to leave. */
  readonly interrupted: AbortSignal;
  /** Opens nothing by itself; a missing address or token throws a `Stop`. */
  connect(patience: keyof typeof PATIENCE, signal?: AbortSignal): ApiClient;
  /** The one answer of a command: `value` for machines, the text for people. */
  answer(value: unknown, text: () => string): void;
}

/** Where a process stands. */
export interface World {
  readonly env: Env;
  readonly screen: Screen;
  readonly interrupted: AbortSignal;
}

/** Opens what a command works with. */
export function openSession({ env, screen, interrupted }: World, options: GlobalOptions): Session {
  let trouble = '';

  /** Said once, however often it is tried, and once more when it is over. */
  function tell(what: string): void {
    if (what !== '' && trouble === '')
      screen.remark(screen.styled(`The API is away (${what}); trying again`, 'yellow'));
    if (what === '' && trouble !== '') screen.remark(screen.styled('The API is back', 'dim'));
    trouble = what;
  }

  return {
    env,
    screen,
    output: options.output,
    interrupted,
    connect(patience, signal = interrupted) {
      const url = apiUrlOf(env, options.url);
      return createApiClient({
        url,
        token: createTokenSource(env, url),
        patienceMs: PATIENCE[patience],
        signal,
        trouble: tell,
      });
    },
    answer(value, text) {
      screen.print(options.output === 'json' ? JSON.stringify(value, undefined, 2) : text());
    },
  };
}
