import { describe, expect, it } from 'vitest';
import {
  explain,
  isBusy,
  isExpired,
  isRefusal,
} from '../../../../src/providers/elastic-beanstalk/failures.js';

interface Facts {
  readonly message?: string;
  readonly status?: number;
  readonly attempts?: number;
  readonly code?: string;
}

function errorOf(name: string, { message = 'no more', status, attempts = 1, code }: Facts = {}): Error {
  const error = Object.assign(new Error(message), {
    $metadata: { attempts, ...(status !== undefined && { httpStatusCode: status }) },
    ...(code !== undefined && { code }),
  });
  error.name = name;
  return error;
}

describe('an error of AWS', () => {
  it.each([
    errorOf('Throttling', { message: 'Rate exceeded', status: 400 }),
    errorOf('RequestLimitExceeded', { status: 400 }),
    errorOf('SlowDown', { status: 503 }),
    errorOf('InternalFailure', { status: 500 }),
    errorOf('TimeoutError'),
    errorOf('Error', { code: 'ECONNRESET' }),
    errorOf('Error', { message: 'socket hang up' }),
    errorOf('OperationInProgressException', { status: 400 }),
    errorOf('InvalidParameterValue', {
      message: 'Environment named x is in an invalid state for this operation. Must be Ready.',
      status: 400,
    }),
    errorOf('InvalidParameterValue', {
      message: 'The stack s associated with environment e is in UPDATE_IN_PROGRESS state.',
      status: 400,
    }),
  ])('$name: $message is waited out', (error) => {
    expect(explain(error).said).toBe('wait');
  });

  it.each([
    ['AccessDenied', 'eb.access-denied', 403],
    ['InsufficientPrivilegesException', 'eb.access-denied', 403],
    ['InvalidClientTokenId', 'eb.access-denied', 403],
    ['CredentialsProviderError', 'eb.access-denied', undefined],
    ['Forbidden', 'eb.access-denied', 403],
    ['InvalidParameterValue', 'eb.request-invalid', 400],
    ['InvalidParameterCombination', 'eb.request-invalid', 400],
    ['S3LocationNotInServiceRegionException', 'eb.request-invalid', 400],
    ['TooManyApplicationVersionsException', 'eb.quota', 400],
    ['NoSuchBucket', 'eb.bundle-missing', 404],
    ['NoSuchVersion', 'eb.bundle-missing', 404],
  ])('%s is the failure %s', (name, code, status) => {
    const outcome = explain(errorOf(name, status === undefined ? {} : { status }));

    expect(outcome).toMatchObject({ said: 'failed', failure: { code, detail: `${name}: no more` } });
  });

  it.each([new Error('a defect'), errorOf('AbortError'), new TypeError('x is not a function')])(
    'that is none of AWS, like $name, is thrown again',
    (error) => {
      expect(() => explain(error)).toThrow(error);
    },
  );

  it('is a refusal only when the first try was refused', () => {
    const busy = { message: 'Must be Ready.', status: 400 };

    expect(isRefusal(errorOf('InvalidParameterValue', busy))).toBe(true);
    expect(isRefusal(errorOf('InvalidParameterValue', { ...busy, attempts: 2 }))).toBe(false);
    expect(isRefusal(errorOf('InternalFailure', { status: 500 }))).toBe(false);
    expect(isRefusal(errorOf('Error', { code: 'ECONNRESET' }))).toBe(false);
    expect(isBusy(errorOf('InvalidParameterValue', busy))).toBe(true);
  });

  it('of expired credentials is told apart from other denials', () => {
    expect(isExpired(errorOf('ExpiredToken', { status: 403 }))).toBe(true);
    expect(isExpired(errorOf('AccessDenied', { status: 403 }))).toBe(false);
  });
});
