import { isJson, textAt, type Json } from '../json.js';
import { AccessProblem } from './access-problem.js';

/** Where Google exchanges tokens, and gives out those of accounts. https://google.aip.dev/auth/4117 */
const EXCHANGE = /^https:\/\/sts(\.[a-z0-9-]+)?(\.rep)?\.googleapis\.com\//;
const ACCOUNTS = /^https:\/\/iamcredentials(\.[a-z0-9-]+)?(\.rep)?\.googleapis\.com\//;
/** Where AWS and Azure tell a machine who it is. */
const METADATA = /^http:\/\/(169\.254\.169\.254|\[fd00:ec2::254\])\//;
const AWS = /^https:\/\/sts\.[a-z0-9{}-]+\.amazonaws\.com(\.cn)?[/?]/;
/** Addresses that keys name and nobody calls. */
const GOOGLE = /^https:\/\/((accounts|www)\.google\.com|(oauth2|www)\.googleapis\.com)\//;

const PLACES: Readonly<Record<string, RegExp>> = {
  token_url: EXCHANGE,
  token_info_url: EXCHANGE,
  revoke_url: EXCHANGE,
  service_account_impersonation_url: ACCOUNTS,
  'credential_source.url': METADATA,
  'credential_source.region_url': METADATA,
  'credential_source.imdsv2_session_token_url': METADATA,
  'credential_source.regional_cred_verification_url': AWS,
};

const TYPES = new Set([
  'service_account',
  'authorized_user',
  'external_account',
  'external_account_authorized_user',
  'impersonated_service_account',
]);

/** Parts that run a program, read certificates of the worker, or lead away from Google. */
const REFUSED = new Set(['credential_source.executable', 'credential_source.certificate']);

/**
 * Reads a key of Google. Keys come from people who may configure targets, not from people who may log in to workers: one
 * that would run a program, call another address than those of Google and of the machine's own cloud, or send there what
 * it reads is refused. Throws `AccessProblem`, which never quotes the key.
 */
export function readGoogleKey(text: string): Json {
  const key = parsed(text);
  judge(key);
  return key;
}

function judge(key: Json): void {
  if (!TYPES.has(textAt(key, 'type') ?? '')) throw refused('type');
  if ((key['universe_domain'] ?? 'googleapis.com') !== 'googleapis.com') throw refused('universe_domain');
  judgeParts(key, '');
}

function judgeParts(parts: Json, within: string): void {
  for (const [name, value] of Object.entries(parts)) {
    const place = `${within}${name}`;
    if (place === 'source_credentials' && isJson(value)) judge(value);
    // The library also takes names in camel case, which would pass by all that is asked here.
    else if (REFUSED.has(place) || /[A-Z]/.test(name)) throw refused(place);
    else if (isJson(value)) {
      if (place !== 'credential_source.headers') judgeParts(value, `${place}.`);
    } else judgeAddress(value, place);
  }
}

function judgeAddress(value: unknown, place: string): void {
  const wanted = PLACES[place];
  const isAddress = wanted !== undefined || (typeof value === 'string' && /^\s*(https?|file):/i.test(value));
  if (isAddress && !(typeof value === 'string' && (wanted ?? GOOGLE).test(value))) throw refused(place);
}

function refused(what: string): AccessProblem {
  return new AccessProblem(
    `The Google credentials are refused for their ${what}; use the key of a service account, or workload identity federation by addresses of Google alone`,
  );
}

function parsed(text: string): Json {
  try {
    const key: unknown = JSON.parse(text);
    if (isJson(key) && typeof key['type'] === 'string') return key;
  } catch {
    // The error of the parser quotes the text, which is a secret.
  }
  throw new AccessProblem('The Google credentials are not the JSON of a key');
}
