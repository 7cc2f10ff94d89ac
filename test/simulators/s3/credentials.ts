import { isSignedWith, presignedUntil, signerOf } from './signature.js';
import type { Signer, WireRequest } from './signature.js';

/** One access key the simulator knows. `expiresAt` is wall-clock milliseconds; without it the key lasts. */
interface Credential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiresAt?: number;
  readonly roleArn?: string;
}

/** Why a caller was turned away; codes as in "Common Errors" of the Elastic Beanstalk and S3 API references. */
interface Rejection {
  readonly code:
    | 'MissingAuthenticationToken'
    | 'InvalidClientTokenId'
    | 'SignatureDoesNotMatch'
    | 'ExpiredToken'
    | 'RequestExpired';
  readonly message: string;
}

/** The keys of one simulated account. */
export interface Credentials {
  add(credential: Credential): void;
  find(accessKeyId: string): Credential | undefined;
  /** Strict checks the signature and the region; lax only refuses anonymous callers, expired keys and expired URLs. */
  check(request: WireRequest): Rejection | undefined;
}

/** Creates the key ring. With `strict`, unknown keys and wrong signatures are refused too. */
export function createCredentials(strictness: 'strict' | 'lax', region: string): Credentials {
  const known = new Map<string, Credential>();
  return {
    add: (credential) => void known.set(credential.accessKeyId, credential),
    find: (accessKeyId) => known.get(accessKeyId),
    check(request) {
      const signer = signerOf(request);
      if (signer === undefined) {
        return { code: 'MissingAuthenticationToken', message: 'Request is missing Authentication Token' };
      }
      const credential = known.get(signer.accessKeyId);
      const expired = expiry(request, credential);
      if (expired !== undefined || strictness === 'lax') return expired;
      return mismatch(request, signer, credential, region);
    },
  };
}

function expiry(request: WireRequest, credential: Credential | undefined): Rejection | undefined {
  const now = Date.now();
  if (now > (presignedUntil(request) ?? Number.POSITIVE_INFINITY)) {
    return { code: 'RequestExpired', message: 'Request has expired' };
  }
  if (now > (credential?.expiresAt ?? Number.POSITIVE_INFINITY)) {
    return { code: 'ExpiredToken', message: 'The security token included in the request is expired' };
  }
  return undefined;
}

function mismatch(
  request: WireRequest,
  signer: Signer,
  credential: Credential | undefined,
  region: string,
): Rejection | undefined {
  if (credential === undefined || credential.sessionToken !== signer.sessionToken) {
    return {
      code: 'InvalidClientTokenId',
      message: 'The security token included in the request is invalid.',
    };
  }
  if (signer.region !== region) {
    return {
      code: 'SignatureDoesNotMatch',
      message: `Credential should be scoped to a valid region, not '${signer.region}'. `,
    };
  }
  if (isSignedWith(request, credential.secretAccessKey)) return undefined;
  return {
    code: 'SignatureDoesNotMatch',
    message:
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  };
}
