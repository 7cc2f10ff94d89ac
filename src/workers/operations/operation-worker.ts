import type { AuditedCall } from '../../shared/domain/audit.js';
import { keepLooking } from '../../shared/keep-looking.js';
import { newId } from '../../shared/new-id.js';
import type { AuditLog } from '../../shared/store/audit-log.js';
import type { Bell } from '../../shared/store/bell.js';
import type { OperationLeases, TakenOperation } from '../../shared/store/operation-leases.js';
import type { OperationEnding } from '../../shared/store/operations.js';
import { startHeartbeat } from '../heartbeat.js';
import { carryOut, OperationLost, type CarryOutDeps } from './carry-out.js';

/** Between two looks for operations that may begin, in milliseconds; new ones ring besides. */
const PERIOD_MS = 500;
/** Operations that one process carries out at once. */
const MOST = 50;

export interface OperationWorkerDeps extends CarryOutDeps {
  readonly leases: OperationLeases;
  readonly bell: Pick<Bell, 'on'>;
  readonly auditLog: Pick<AuditLog, 'append'>;
  /** Name of this worker. */
  readonly name: string;
}

/**
 * Takes operations that may begin and carries each out, as long as it renews its lease. One that loses its worker is taken
 * by another, which looks first. At a close what runs is left to another worker.
 */
export function startOperationWorker(deps: OperationWorkerDeps): { close(): Promise<void> } {
  const { leases, logger } = deps;
  const closing = new AbortController();
  const running = new Set<Promise<void>>();
  const onError = (error: unknown): void => {
    logger.warn('operations could not be taken', { error: deps.redact(String(error)) });
  };

  async function takeAll(): Promise<void> {
    while (!closing.signal.aborted && running.size < MOST) {
      const taken = await leases.take(`${deps.name}:${newId()}`);
      if (!taken) return;
      const work = carry(deps, taken, closing.signal)
        .catch(onError)
        .finally(() => running.delete(work));
      running.add(work);
    }
  }

  const looks = keepLooking({ look: takeAll, pauseMs: () => PERIOD_MS, onError });
  const off = deps.bell.on('operations', () => void takeAll().catch(onError));
  return {
    async close() {
      off();
      closing.abort();
      await looks.close();
      await Promise.all(running);
    },
  };
}

/** One operation, from the moment it is taken until it has ended or somebody else has it. */
async function carry(deps: OperationWorkerDeps, taken: TakenOperation, closing: AbortSignal): Promise<void> {
  const { leases, logger } = deps;
  const { id } = taken.operation;
  const lost = new AbortController();
  const heartbeat = startHeartbeat({
    leases: {
      leaseMs: leases.leaseMs,
      renew: async () => ((await leases.renew(taken)) === 'ok' ? { said: 'ok', now: 0 } : { said: 'fenced' }),
    },
    lease: { id, target: '', epoch: '', owner: taken.owner },
    claimedAt: 0,
    onStop: (reason) => lost.abort(reason),
    onCancel: () => undefined,
  });
  const signal = AbortSignal.any([closing, lost.signal]);
  logger.info('operation taken', { operation: id, attempt: taken.attempt });
  try {
    const ending = await carryOut(deps, taken, signal);
    if ((await leases.end(taken, ending)) === 'ok') await record(deps, taken, ending);
  } catch (error) {
    if (closing.aborted && !lost.signal.aborted) await leases.leave(taken);
    else if (lost.signal.aborted || error instanceof OperationLost)
      logger.warn('an operation was lost to another worker', { operation: id });
    else throw error;
  } finally {
    heartbeat.stop();
  }
}

/** The audit log is of calls; how an operation ended stands there as a call of whoever asked for it. */
async function record(
  { auditLog, logger }: OperationWorkerDeps,
  { operation }: TakenOperation,
  ending: OperationEnding,
): Promise<void> {
  const { id, service, environment, kind, asker, reason } = operation;
  const how = 'done' in ending ? ending.done.join('; ') : `${ending.failure.title}: ${ending.failure.detail}`;
  const call: AuditedCall = {
    at: new Date().toISOString(),
    actor: { ...asker, owner: `${asker.owner.kind} ${asker.owner.name}` },
    method: 'OPERATION',
    path: `/v1/targets/${service}/${environment}/live/operations/${id}`,
    status: 'done' in ending ? 200 : 422,
    ...('failure' in ending && { code: ending.failure.code }),
    about: `${kind} (${reason.slice(0, 200)}): ${how}`.slice(0, 500),
    requestId: id,
    address: '',
  };
  try {
    await auditLog.append(call);
  } catch (error) {
    logger.error('audit entry not stored', { entry: call, error: String(error) });
  }
}
