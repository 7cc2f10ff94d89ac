/** What a fault does. Those named "after-accept" commit the operation first: the caller cannot know whether it happened. */
export type FaultKind =
  | 'throttle'
  | 'access-denied'
  | 'insufficient-privileges'
  | 'expired-credentials'
  | 'invalid-credentials'
  | 'internal-error'
  | 'service-unavailable'
  | 'reset'
  | 'hang'
  | 'hidden'
  | 'slow'
  | 'error-after-accept'
  | 'reset-after-accept'
  | 'hang-after-accept';

/** Every kind of fault, for validation at the control API. */
export const faultKinds: readonly FaultKind[] = [
  'throttle',
  'access-denied',
  'insufficient-privileges',
  'expired-credentials',
  'invalid-credentials',
  'internal-error',
  'service-unavailable',
  'reset',
  'hang',
  'hidden',
  'slow',
  'error-after-accept',
  'reset-after-accept',
  'hang-after-accept',
];

/** Asks for a fault: `operation` is an API name or `*`; it lets `after` matching calls pass, then strikes `times` calls. */
export interface FaultRequest {
  readonly operation: string;
  readonly kind: FaultKind;
  /** Default 1; 0 means until the faults are cleared. */
  readonly times?: number;
  /** Default 0. */
  readonly after?: number;
  /** Only calls signed with this access key. */
  readonly accessKeyId?: string;
  /** Real milliseconds for `slow`; default 1000. */
  readonly delayMs?: number;
  /** Replaces the message of the error. */
  readonly message?: string;
}

/** The faults that wait to strike. */
export interface Faults {
  add(request: FaultRequest): void;
  /** The fault that strikes this call, if any; it is then used up by one. */
  take(operation: string, accessKeyId: string): FaultRequest | undefined;
  list(): readonly FaultRequest[];
  clear(): void;
}

/** An empty list of faults. The first one that matches a call strikes it. */
export function createFaults(): Faults {
  let waiting: { request: FaultRequest; passing: number; left: number }[] = [];
  return {
    add(request) {
      const times = request.times ?? 1;
      const left = times === 0 ? Number.POSITIVE_INFINITY : times;
      waiting.push({ request, passing: request.after ?? 0, left });
    },
    take(operation, accessKeyId) {
      for (const fault of waiting) {
        const { request } = fault;
        if (request.operation !== '*' && request.operation !== operation) continue;
        if (request.accessKeyId !== undefined && request.accessKeyId !== accessKeyId) continue;
        if (fault.passing > 0) {
          fault.passing -= 1;
          continue;
        }
        fault.left -= 1;
        waiting = waiting.filter((other) => other.left > 0);
        return request;
      }
      return undefined;
    },
    list: () => waiting.map((fault) => fault.request),
    clear: () => void (waiting = []),
  };
}
