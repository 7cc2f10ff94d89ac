import type { CredentialSource } from '../surroundings.js';
import type { Credentials } from './credentials.js';

/** How long what was read is used before it is read again, in milliseconds: the SDK asks five minutes before the end. */
const TRUSTED_MS = 6 * 60_000;

/** Limit of one read, in milliseconds. */
const WITHIN_MS = 15_000;

/**
 * Credentials that a target names, as JSON in the words of Vault's AWS engine. Read again every minute, since they are
 * replaced before they run out; the source answers from memory while they are good.
 */
export function givenCredentials(source: CredentialSource | undefined, text: string): Credentials {
  return async () => {
    if (!source) throw named('CredentialsProviderError', 'nothing reads the credentials of the target here');
    const reading = await source.read(text, AbortSignal.timeout(WITHIN_MS));
    // The names are those of the SDK, so that they are judged like its own errors: not now, or refused.
    if (reading.said === 'wait')
      throw named('TimeoutError', `the credentials cannot be read now: ${reading.because}`);
    if (reading.said === 'failed') throw named('CredentialsProviderError', reading.failure.detail);
    return parsed(reading.value);
  };
}

function parsed(text: string): Awaited<ReturnType<Credentials>> {
  const { access_key: id, secret_key: secret, security_token: token } = objectOf(text);
  if (typeof id !== 'string' || typeof secret !== 'string')
    throw named('CredentialsProviderError', 'the credentials of the target lack access_key or secret_key');
  return {
    accessKeyId: id,
    secretAccessKey: secret,
    ...(typeof token === 'string' && token !== '' && { sessionToken: token }),
    expiration: new Date(Date.now() + TRUSTED_MS),
  };
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  } catch {
    // The error of the parser quotes the text, which is a secret.
  }
  throw named('CredentialsProviderError', 'the credentials of the target are not JSON');
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
