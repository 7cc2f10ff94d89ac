import { EXIT } from './exit-code.js';
import { tokenOf, type Env } from './settings.js';
import { Stop } from './stop.js';

/** GitHub's tokens end after five minutes; a newer one is asked for well before. */
const GITHUB_TOKEN_MS = 2 * 60_000;
const ASK_WITHIN_MS = 10_000;

/**
 * What proves who calls: the token of the settings, else the identity that GitHub gives to a job with the permission
 * `id-token: write`, made for the API. Throws a `Stop` when there is neither.
 */
export function createTokenSource(env: Env, apiUrl: string): () => Promise<string> {
  const token = tokenOf(env);
  if (token !== undefined) return () => Promise.resolve(token);
  const [url, secret] = [env['ACTIONS_ID_TOKEN_REQUEST_URL'], env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']];
  if (url && secret) return githubIdentity(url, secret, env['BEANPOD_AUDIENCE'] || apiUrl);
  throw new Stop(EXIT.denied, 'No token: set BEANPOD_TOKEN, or BEANPOD_TOKEN_FILE to a file that holds it');
}

/** https://docs.github.com/actions/reference/security/oidc */
function githubIdentity(url: string, secret: string, audience: string): () => Promise<string> {
  let known: { readonly token: string; readonly until: number } | undefined;
  return async () => {
    if (known && known.until > performance.now()) return known.token;
    const ask = new URL(url);
    ask.searchParams.set('audience', audience);
    const answer = await fetch(ask, {
      headers: { authorization: `Bearer ${secret}`, accept: 'application/json' },
      signal: AbortSignal.timeout(ASK_WITHIN_MS),
    });
    const { value } = (answer.ok ? await answer.json() : {}) as { value?: unknown };
    if (typeof value !== 'string')
      throw new Error(`GitHub gave no identity to this job, it answered ${answer.status}`);
    known = { token: value, until: performance.now() + GITHUB_TOKEN_MS };
    return value;
  };
}
