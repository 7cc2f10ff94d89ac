import type { GatewayCode, GatewayProblem } from '../shared/live/gateway-problem.js';
import type { Failure } from '../shared/domain/failures.js';

const STATUS: Readonly<Record<GatewayCode, number>> = {
  'live.ticket-refused': 403,
  'live.pod-unknown': 404,
  'live.pod-replaced': 409,
  'live.failed': 422,
  'live.unsupported': 422,
  'live.unavailable': 503,
  'live.busy': 503,
  'live.too-many': 429,
  'target.unknown': 404,
};

/** A no of the gateway: nothing was done. */
export class GatewayRefusal extends Error {
  override name = 'GatewayRefusal';
  readonly problem: GatewayProblem;

  constructor(code: GatewayCode, detail: string, failure?: Failure) {
    super(detail);
    this.problem = { code, detail, ...(failure && { failure }) };
  }

  get status(): number {
    return STATUS[this.problem.code];
  }
}
