import { failure } from '../../shared/domain/failures.js';
import { failed, wait, type Outcome } from '../../shared/domain/outcome.js';

const THROTTLED = new Set([
  'Throttling',
  'ThrottlingException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'TooManyRequestsException',
  'SlowDown',
]);
const UNREACHABLE = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'TimeoutError',
]);
const DENIED =
  /AccessDenied|InsufficientPrivileges|InvalidClientTokenId|InvalidAccessKeyId|UnrecognizedClient|UnauthorizedOperation|SignatureDoesNotMatch|ExpiredToken|CredentialsProviderError/;
const INVALID =
  /^(InvalidParameter|MissingParameter|MissingRequiredParameter|ValidationError|InvalidRequest|S3LocationNotInServiceRegion|S3SubscriptionRequired|MalformedQueryString)/;

/** The outcome that a foreign error stands for. Errors that it does not know are thrown again. */
export function explain(error: unknown): Outcome {
  const { name, message, status } = fault(error);
  const seen = `${name}: ${message}`;
  if (isThrottled(error)) return wait(5_000, 'AWS throttles the calls of this account');
  if (name === 'AbortError') throw error;
  if (isUnreachable(error) || (status !== undefined && status >= 500)) {
    return wait(5_000, `AWS did not answer (${seen})`);
  }
  if (name.startsWith('OperationInProgress') || isBusy(error)) {
    return wait(15_000, `another operation holds the environment (${message})`);
  }
  if (/^TooMany\w+Exception$/.test(name)) return failed(failure('eb.quota', seen));
  if (/^(NoSuchBucket|NoSuchKey|NoSuchVersion|NotFound)$/.test(name))
    return failed(failure('eb.bundle-missing', seen));
  if (DENIED.test(name) || status === 403) return failed(failure('eb.access-denied', seen));
  if (INVALID.test(name)) return failed(failure('eb.request-invalid', seen));
  throw error;
}

/** Whether AWS refused a call because there were too many. */
export function isThrottled(error: unknown): boolean {
  return THROTTLED.has(fault(error).name);
}

/** Whether AWS certainly did not carry out the request; otherwise only a look can tell. */
export function isRefusal(error: unknown): boolean {
  const { name, status, attempts } = fault(error);
  if (name.startsWith('Credentials')) return true;
  // A refusal of a second try may be the echo of a first one that was accepted.
  return status !== undefined && status >= 400 && status < 500 && attempts <= 1;
}

/** Whether new credentials may come by themselves, so that nothing is decided yet. */
export function isExpired(error: unknown): boolean {
  return /^(ExpiredToken|RequestExpired)/.test(fault(error).name);
}

/** "Must be Ready", or a stack that is busy: not now, for whatever reason. */
export function isBusy(error: unknown): boolean {
  return /Must be Ready|is in \S+ state/.test(fault(error).message);
}

/** A version that is not there, or not visible yet shortly after it was created. */
export function isVersionUnknown(error: unknown): boolean {
  return /No Application Version named/.test(fault(error).message);
}

export function isVersionTaken(error: unknown): boolean {
  return /Application Version .* already exists/.test(fault(error).message);
}

/** Something of that name is there already: an environment or a saved configuration. */
export function isTaken(error: unknown): boolean {
  return /^(Environment|Configuration Template) .* already exists/.test(fault(error).message);
}

/** A saved configuration that is not there. */
export function isConfigurationUnknown(error: unknown): boolean {
  return /No Configuration Template named/.test(fault(error).message);
}

/** Basic health reporting knows neither causes nor instances. */
export function isUnsupported(error: unknown): boolean {
  return fault(error).name === 'InvalidRequestException';
}

function isUnreachable(error: unknown): boolean {
  const { name, code, message } = fault(error);
  return UNREACHABLE.has(name) || UNREACHABLE.has(code) || /socket hang up/.test(message);
}

interface Fault {
  readonly name: string;
  readonly message: string;
  readonly code: string;
  readonly status: number | undefined;
  readonly attempts: number;
}

function fault(error: unknown): Fault {
  if (!(error instanceof Error)) {
    return { name: 'Error', message: String(error), code: '', status: undefined, attempts: 1 };
  }
  const extra = error as Error & {
    readonly code?: unknown;
    readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
  };
  return {
    name: error.name,
    message: error.message,
    code: typeof extra.code === 'string' ? extra.code : '',
    status: extra.$metadata?.httpStatusCode,
    attempts: extra.$metadata?.attempts ?? 1,
  };
}
