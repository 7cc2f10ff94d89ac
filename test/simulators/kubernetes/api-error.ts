import type { Fields } from './json.js';

/** One entry of status.details.causes. */
export interface Cause {
  reason: string;
  message: string;
  field: string;
}

/** What the message of an error names: the resource, and the object when known. */
export interface Subject {
  group: string;
  plural: string;
  kind: string;
  name?: string;
}

/** An error that is answered as a metav1.Status. */
export class ApiError extends Error {
  override name = 'ApiError' as const;
  readonly code: number;
  readonly reason: string;
  readonly details: Fields | undefined;

  constructor(code: number, reason: string, message: string, details?: Fields) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  /** The body of the answer. */
  status(): Fields {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      ...(this.reason === '' ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    };
  }
}

/** 404 for an object. */
export function notFound(subject: Subject): ApiError {
  return new ApiError(404, 'NotFound', `${resourceName(subject)} "${subject.name ?? ''}" not found`, {
    ...detailsOf(subject),
    kind: subject.plural,
  });
}

/** 404 for a path that serves nothing. */
export function noSuchPath(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
}

/** 409 because the name is taken. */
export function alreadyExists(subject: Subject): ApiError {
  const message = `${resourceName(subject)} "${subject.name ?? ''}" already exists`;
  return new ApiError(409, 'AlreadyExists', message, { ...detailsOf(subject), kind: subject.plural });
}

/** 409 because of a stale resourceVersion or another reason that reading again cures. */
export function conflict(subject: Subject, why: string): ApiError {
  const message = `Operation cannot be fulfilled on ${resourceName(subject)} "${subject.name ?? ''}": ${why}`;
  return new ApiError(409, 'Conflict', message, { ...detailsOf(subject), kind: subject.plural });
}

/** The text of the optimistic lock. */
export const STALE =
  'the object has been modified; please apply your changes to the latest version and try again';

/** 422 with one cause per field. */
export function invalid(subject: Subject, causes: Cause[]): ApiError {
  const texts = causes.map((cause) => `${cause.field}: ${cause.message}`);
  const list = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const kind = subject.group === '' ? subject.kind : `${subject.kind}.${subject.group}`;
  return new ApiError(422, 'Invalid', `${kind} "${subject.name ?? ''}" is invalid: ${list ?? ''}`, {
    ...detailsOf(subject),
    causes,
  });
}

/** 403 of an admission plugin or of RBAC. */
export function forbidden(subject: Subject, why: string): ApiError {
  const name = subject.name === undefined ? '' : ` "${subject.name}"`;
  return new ApiError(403, 'Forbidden', `${resourceName(subject)}${name} is forbidden: ${why}`, {
    ...detailsOf(subject),
    kind: subject.plural,
  });
}

/** 400. */
export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

/** 410 for a resourceVersion or continue token that history no longer covers. */
export function expired(message: string): ApiError {
  return new ApiError(410, 'Expired', message);
}

/** 415 with the media types that the call takes. */
export function unsupportedMediaType(accepted: string[]): ApiError {
  return new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
    {},
  );
}

/** 405. */
export function methodNotAllowed(): ApiError {
  return new ApiError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );
}

function resourceName(subject: Subject): string {
  return subject.group === '' ? subject.plural : `${subject.plural}.${subject.group}`;
}

function detailsOf(subject: Subject): Fields {
  return {
    ...(subject.name === undefined ? {} : { name: subject.name }),
    ...(subject.group === '' ? {} : { group: subject.group }),
    kind: subject.kind,
  };
}
