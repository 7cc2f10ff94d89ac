import type { AuditedCall } from '../../shared/domain/audit.js';
import type { Logger } from '../../shared/log/logger.js';
import type { AuditLog } from '../../shared/store/audit-log.js';
import { toProblem } from '../problem.js';
import { Refusal } from '../refusal.js';
import type { Reply } from '../reply.js';
import type { Caller } from './caller.js';

/** Refused calls that one process records in a minute; whoever knocks more often is counted only. */
const REFUSED_A_MINUTE = 120;
const MINUTE_MS = 60_000;
/** What reaches into what runs at a target. */
const LIVE = /^\/v1\/targets\/[^/]+\/[^/]+\/live(?:\/|$)/;

/** A call as the wire knows it. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly requestId: string;
  readonly address: string;
}

/** Records who changed what, and who was refused. */
export interface AuditTrail {
  /** Resolves once the call is recorded; never rejects. */
  answered(call: Call, caller: Caller, reply: Reply, pace: 'now' | 'soon'): Promise<void>;
  /** Records calls that would have changed something, calls that were denied, and refused ones that reach for what runs. */
  refused(call: Call, caller: Caller, error: unknown): void;
}

/** Records in the audit log. An entry that cannot be stored goes to the service log, so that it is not lost. */
export function createAuditTrail(log: Pick<AuditLog, 'append'>, logger: Logger): AuditTrail {
  let windowEnds = 0;
  let inWindow = 0;
  let unrecorded = 0;

  function mayRecordRefusal(): boolean {
    const now = Date.now();
    if (now >= windowEnds) [windowEnds, inWindow] = [now + MINUTE_MS, 0];
    inWindow += 1;
    if (inWindow <= REFUSED_A_MINUTE) return true;
    unrecorded += 1;
    return false;
  }

  async function record(call: AuditedCall, pace: 'now' | 'soon'): Promise<void> {
    const entry = { ...call, ...(unrecorded > 0 && { unrecorded }) };
    unrecorded = 0;
    try {
      await log.append(entry, pace);
    } catch (error) {
      logger.error('audit entry not stored', { entry, error: String(error) });
    }
  }

  return {
    answered(call, caller, reply, pace) {
      const made = reply.headers?.['location'];
      return record(
        {
          ...aboutCall(call, caller),
          status: reply.status,
          ...(made !== undefined && { made }),
          ...(reply.about !== undefined && { about: reply.about }),
        },
        pace,
      );
    },

    refused(call, caller, error) {
      const { problem } = toProblem(error, call.requestId);
      if (!(changes(call) || isDenied(call, problem.status)) || !mayRecordRefusal()) return;
      const about = error instanceof Refusal ? error.more.about : undefined;
      void record(
        {
          ...aboutCall(call, caller),
          status: problem.status,
          code: problem.code,
          ...(about !== undefined && { about }),
        },
        'soon',
      );
    },
  };
}

/** Whoever reaches for what runs is recorded for any refusal: a wrong guess at a pod looks like a typing error. */
function isDenied({ path }: Call, status: number): boolean {
  return status === 401 || status === 403 || (LIVE.test(path) && status < 500);
}

function changes({ method }: Call): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

function aboutCall(
  { method, path, requestId, address }: Call,
  { id, name, owner, by }: Caller,
): Pick<AuditedCall, 'at' | 'actor' | 'method' | 'path' | 'requestId' | 'address'> {
  return {
    at: new Date().toISOString(),
    actor: { id, name, owner: `${owner.kind} ${owner.name}`, by },
    method,
    path: path.slice(0, 500),
    requestId,
    address,
  };
}
