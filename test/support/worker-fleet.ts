import { expect } from 'vitest';
import type { State } from '../../src/shared/domain/state.js';
import { startProcess, type BeanpodProcess } from './worker-process.js';
import type { createInstallation } from './worker.js';

/** Real worker processes on one installation, to be killed. */
export interface Fleet {
  add(): Promise<void>;
  /** Kills the worker that has the deployment now, without warning, and starts another one in its place. */
  killOwner(id: string): Promise<void>;
  /** Whether a worker has begun this step. */
  started(id: string, step: string): Promise<boolean>;
  until(predicate: () => Promise<boolean>): Promise<void>;
  end(id: string): Promise<State>;
  close(): Promise<void>;
}

/** `settings` are the variables of each worker. */
export function createFleet(
  beanpod: () => ReturnType<typeof createInstallation>,
  settings: () => Readonly<Record<string, string>>,
): Fleet {
  const workers: BeanpodProcess[] = [];
  const starting: Promise<void>[] = [];

  async function add(): Promise<void> {
    const worker = startProcess('worker', settings());
    workers.push(worker);
    await worker.said('worker ready');
  }

  async function until(predicate: () => Promise<boolean>): Promise<void> {
    await expect.poll(predicate, { timeout: 50_000, interval: 5 }).toBe(true);
  }

  return {
    add,
    until,
    async killOwner(id) {
      const claims = (await beanpod().journal.read(id, 0, 10_000)).filter(
        (line) => line.code === 'deployment.claimed',
      );
      const owner = workers.find((worker) => worker.name === claims.at(-1)?.data?.['worker']);
      if (!owner) throw new Error('No worker of ours owns the deployment');
      await owner.kill('SIGKILL');
      workers.splice(workers.indexOf(owner), 1);
      starting.push(add());
    },
    async started(id, step) {
      return (await beanpod().journal.read(id, 0, 10_000)).some(
        (line) => line.code === 'step.started' && line.data?.['step'] === step,
      );
    },
    end: (id) => beanpod().end(id, 50_000),
    async close() {
      await Promise.all(starting);
      await Promise.all(workers.map((worker) => worker.kill('SIGKILL')));
    },
  };
}
