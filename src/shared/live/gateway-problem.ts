import type { Failure } from '../domain/failures.js';

/** Why the gateway says no, in codes of the API's refusals, which passes them on. */
export type GatewayCode =
  | 'live.ticket-refused'
  | 'live.pod-unknown'
  | 'live.pod-replaced'
  | 'live.failed'
  | 'live.unsupported'
  | 'live.unavailable'
  | 'live.busy'
  | 'live.too-many'
  | 'target.unknown';

/** The body of a refusal of the gateway. */
export interface GatewayProblem {
  readonly code: GatewayCode;
  readonly detail: string;
  readonly failure?: Failure;
}
