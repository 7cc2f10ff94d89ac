import { found, later, never, type Reading } from '../secrets/reading.js';
import { readChallenges, type Challenge } from './challenge.js';
import { retryAfterMs } from './retry-after.js';
import type { CredentialHttp } from '../secrets/credential-http.js';

/** Longest token that is sent back, in characters. */
const MOST_TOKEN = 32 * 1024;

/** Where a registry and its tokens are. */
export interface RegistryPlace {
  /** As image references name it; for messages. */
  readonly host: string;
  /** Hosts, with their ports, that may be given its password. */
  readonly tokenHosts: readonly string[];
  readonly plainHttp: boolean;
}

/** Whom to log in as; without it only what everybody may see is seen. */
export interface RegistryUser {
  readonly username: string;
  /** Asked for when it is needed, as it may change. */
  password(signal: AbortSignal): Promise<Reading<string>>;
}

/** How to answer a registry that wants to know who asks. */
export interface LogIn {
  readonly http: CredentialHttp;
  readonly place: RegistryPlace;
  readonly user: RegistryUser | undefined;
  /** What is asked for: a repository by its name in the registry. */
  readonly name: string;
}

/**
 * The `Authorization` header for the repeated call: a token that may do no more than pull this repository, or the password
 * itself where the registry wants that. https://distribution.github.io/distribution/spec/auth/token/
 */
export async function logIn(
  { http, place, user, name }: LogIn,
  header: string,
  signal: AbortSignal,
): Promise<Reading<string>> {
  const challenges = readChallenges(header);
  const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
  if (!bearer && !challenges.some(({ scheme }) => scheme === 'basic'))
    return never('image.answer-invalid', `${place.host} answers 401 and offers neither Bearer nor Basic`);
  const basic = user && (await basicOf(user, signal));
  if (basic && basic.said !== 'found') return basic;
  if (bearer) return tokenFrom({ http, place, name }, bearer, basic?.value, signal);
  if (basic) return basic;
  return never('image.denied', `${place.host} wants a user name and a password, and none is configured`);
}

async function tokenFrom(
  { http, place, name }: Omit<LogIn, 'user'>,
  { parameters }: Challenge,
  basic: string | undefined,
  signal: AbortSignal,
): Promise<Reading<string>> {
  const url = realmOf(parameters.get('realm') ?? '', place);
  if (typeof url === 'string') return never('image.answer-invalid', url);
  const service = parameters.get('service');
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', `repository:${name}:pull`);
  const headers = { accept: 'application/json', ...(basic !== undefined && { authorization: basic }) };
  const answer = await http.call({ method: 'GET', url, headers }, signal);
  if (answer.said === 'silent') return later(`${url.host}, which gives tokens: ${answer.because}`);
  const { status } = answer;
  if (status === 429 || status >= 500)
    return later(`${url.host} answers ${status} instead of a token`, retryAfterMs(answer));
  if (status >= 400)
    return never('image.denied', `${url.host} gives no token to pull ${name}: it answers ${status}`);
  const token = status === 200 ? readToken(answer.body) : undefined;
  if (token === undefined)
    return never('image.answer-invalid', `${url.host} answers ${status} without a token`);
  return found(`Bearer ${token}`);
}

/** Where the registry says that tokens come from, or why nothing is sent there. */
function realmOf(text: string, { host, tokenHosts, plainHttp }: RegistryPlace): URL | string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) return `${host} names no address that gives tokens`;
  const isSafe = url.protocol === 'https:' || (plainHttp && url.protocol === 'http:');
  if (isSafe && tokenHosts.includes(url.host) && !url.username && !url.password) return url;
  const allowed = tokenHosts.join(' and ');
  return `${host} sends for a token to ${url.protocol}//${url.host}; allowed are ${plainHttp ? 'http' : 'https'} and ${allowed}`;
}

async function basicOf({ username, password }: RegistryUser, signal: AbortSignal): Promise<Reading<string>> {
  const read = await password(signal);
  if (read.said !== 'found') return read;
  return found(`Basic ${Buffer.from(`${username}:${read.value}`, 'utf8').toString('base64')}`);
}

function readToken(body: Buffer): string | undefined {
  try {
    const { token, access_token: other } = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
    const said = token ?? other;
    return typeof said === 'string' && said.length <= MOST_TOKEN && /^[\x21-\x7e]+$/.test(said)
      ? said
      : undefined;
  } catch {
    // A proxy in between answers in HTML.
    return undefined;
  }
}
