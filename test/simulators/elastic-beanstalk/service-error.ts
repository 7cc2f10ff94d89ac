/** A call that Elastic Beanstalk or STS refuses: HTTP status, wire code and message, as a client sees them. */
export class ServiceError extends Error {
  readonly status: number;
  readonly code: string;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'ServiceError';
    this.code = code;
    this.status = status;
  }
}

/** InvalidParameterValue: the service's catch-all, told apart by its message alone. */
export function invalidValue(message: string): ServiceError {
  return new ServiceError('InvalidParameterValue', message);
}

/** InvalidParameterCombination: parameters that exclude each other. */
export function invalidCombination(message: string): ServiceError {
  return new ServiceError('InvalidParameterCombination', message);
}

/** The refusal that a busy environment gives to every change. */
export function mustBeReady(environment: string): ServiceError {
  return invalidValue(
    `Environment named ${environment} is in an invalid state for this operation. Must be Ready.`,
  );
}
