import type { FaultKind } from './faults.js';

/** How AWS words a refusal: status, code and message as in "Common Errors" of its API references. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** The refusal that a kind of fault stands for; undefined for faults that are no refusal. */
export function refusalOf(kind: FaultKind): Refusal | undefined {
  return refusals[kind];
}

/** The message of an internal failure. */
export const internalFailure =
  'The request processing has failed because of an unknown error, exception or failure.';

const refusals: Partial<Record<FaultKind, Refusal>> = {
  throttle: { status: 400, code: 'Throttling', message: 'Rate exceeded' },
  'access-denied': {
    status: 403,
    code: 'AccessDenied',
    message: 'User is not authorized to perform this operation',
  },
  'insufficient-privileges': {
    status: 403,
    code: 'InsufficientPrivilegesException',
    message:
      'Access Denied: a service that Elastic Beanstalk calls on your behalf refused these credentials.',
  },
  'expired-credentials': {
    status: 403,
    code: 'ExpiredToken',
    message: 'The security token included in the request is expired',
  },
  'invalid-credentials': {
    status: 403,
    code: 'InvalidClientTokenId',
    message: 'The security token included in the request is invalid.',
  },
  'internal-error': { status: 500, code: 'InternalFailure', message: internalFailure },
  'service-unavailable': { status: 503, code: 'ServiceUnavailable', message: 'Service is unavailable' },
};
