import { randomUUID } from 'node:crypto';
import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { DEPLOY_QUEUE } from '../shared/queue/names.js';
import type { Leave } from './heartbeat.js';
import { startRun, type Run } from './run.js';
import type { RunDeps } from './run-deps.js';

interface DeployWorkerDeps extends RunDeps {
  /** Connection of the blocking profile; BullMQ duplicates it for its pick-up. */
  readonly connection: Redis;
  readonly prefix: string;
  readonly name: string;
  readonly concurrency: number;
}

/** Takes wake-up calls from BullMQ and runs the deployments that it can claim. */
export interface DeployWorker {
  /** Ids of the deployments that this process carries now. */
  carries(): readonly string[];
  /** Stops taking, hands over what runs, resolves when every run has ended. After a crash what ran counts as having lost its worker. */
  close(why?: Leave): Promise<void>;
}

export function startDeployWorker(deps: DeployWorkerDeps): DeployWorker {
  const runs = new Map<string, Run>();
  let leaving: Leave | undefined;

  /** A call that cannot be claimed is done all the same: whoever owns the target works on it, or the sweeper calls again. */
  async function take(id: string): Promise<void> {
    const earlier = runs.get(id);
    const claim = await deps.leases.claim(id, `${deps.name}:${randomUUID()}`, deps.name);
    if (claim.said === 'newer')
      deps.logger.warn('a deployment was accepted by a newer version and is left to a newer worker', {
        deploymentId: id,
      });
    if (claim.said !== 'ok') return;
    // Our own lease ran out while this process was blocked: the old run must be gone before the new one acts.
    earlier?.stop('taken-again');
    await earlier?.ended;
    const run = startRun(deps, claim);
    runs.set(id, run);
    if (leaving) run.stop(leaving);
    await run.ended;
    if (runs.get(id) === run) runs.delete(id);
  }

  const worker = new Worker<{ id: string }>(DEPLOY_QUEUE, (job) => take(job.data.id), {
    connection: deps.connection,
    prefix: deps.prefix,
    concurrency: deps.concurrency,
    name: deps.name,
    lockDuration: 30_000,
    stalledInterval: 5_000,
    // Lost workers are counted by the claim; BullMQ must never fail a job by itself.
    maxStalledCount: 1_000_000,
    drainDelay: 5,
  });
  worker.on('error', (error) => deps.logger.warn('queue error', { error: error.message }));
  worker.on('failed', (job, error) =>
    deps.logger.error('wake-up call failed', { job: job?.id, error: error.message }),
  );

  return {
    carries: () => [...runs.keys()],
    async close(why = 'shutdown') {
      leaving = why;
      // The queue is left first: a job that ends would fetch the next one, which may be what was just handed over.
      const closed = worker.close();
      for (const run of runs.values()) run.stop(why);
      await closed;
    },
  };
}
