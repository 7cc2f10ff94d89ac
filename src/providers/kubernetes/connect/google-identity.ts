import type { GoogleAuthOptions } from 'google-auth-library';
import { KubeConnectionError } from '../transport.js';
import { AccessProblem } from './access-problem.js';
import { readGoogleKey } from './google-key.js';
import type { TokenSource } from './token-source.js';

type GoogleKey = NonNullable<GoogleAuthOptions['credentials']>;

/** Brings access tokens of one Google identity, from memory while the last one is good for five minutes more. */
export interface GoogleIdentity {
  accessToken(): Promise<string>;
}

/** Opens an identity: the given key, or the one that the machine has. */
export type OpenGoogleIdentity = (credentials: string | undefined) => Promise<GoogleIdentity>;

/** The second one lets RBAC rules name the e-mail address of the account. */
const SCOPES = [
  'https://www.googleapis.com/auth/cloud-platform',
  'https://www.googleapis.com/auth/userinfo.email',
];

/**
 * Opens an identity with google-auth-library. `credentials` is the JSON of a service-account key or of workload
 * identity federation; without it application-default credentials are used, on GKE those of workload identity.
 */
export async function openGoogleIdentity(credentials: string | undefined): Promise<GoogleIdentity> {
  const { GoogleAuth } = await import('google-auth-library');
  const key = credentials === undefined ? undefined : (readGoogleKey(credentials) as GoogleKey);
  const auth = new GoogleAuth({ scopes: SCOPES, ...(key && { credentials: key }) });
  return {
    async accessToken() {
      const token = await auth.getAccessToken();
      if (token) return token;
      throw new AccessProblem('Google gave no access token for these credentials');
    },
  };
}

/** Tokens of an identity for the API server. A refused token makes it open the identity anew. */
export function googleToken(open: () => Promise<GoogleIdentity>): TokenSource {
  let identity: Promise<GoogleIdentity> | undefined;
  return {
    async token() {
      try {
        identity ??= open();
        return await (await identity).accessToken();
      } catch (error) {
        identity = undefined;
        if (error instanceof AccessProblem) throw error;
        throw explained(error);
      }
    },
    refused() {
      identity = undefined;
    },
  };
}

/** Credentials that Google refuses stay refused; everything else may come right. */
function explained(error: unknown): Error {
  const said = error instanceof Error ? error.message : String(error);
  const status = (error as { response?: { status?: number } }).response?.status ?? 0;
  if (/invalid_grant|invalid_client|unauthorized_client|Could not load the default credentials/.test(said)) {
    return new AccessProblem(`Google refuses the credentials: ${said}`, { cause: error });
  }
  if (status === 401 || status === 403) {
    return new AccessProblem(`Google refuses the credentials with ${status}`, { cause: error });
  }
  return new KubeConnectionError(`Google gave no access token: ${said}`, false, error);
}
