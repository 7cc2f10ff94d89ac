import { Gauge, Histogram } from 'prom-client';
import type { Exposition } from './exposition.js';

/** A phase that a deployment has left: waiting for its worker, or a state of its run. */
export interface Passed {
  readonly phase: 'waiting' | 'preparing' | 'deploying' | 'verifying' | 'rolling_back';
  readonly provider: string;
  readonly seconds: number;
}

/** One try of a call to a foreign API. */
export interface Called {
  /** `elastic-beanstalk`, `s3` or `kubernetes`. */
  readonly system: string;
  /** `UpdateEnvironment`, `PATCH deployments`: of a small set, never a name of somebody's thing. */
  readonly operation: string;
  readonly outcome: 'ok' | 'throttled' | 'failed';
  readonly seconds: number;
}

/** What a worker tells of its work. */
export interface WorkerMetrics {
  passed(phase: Passed): void;
  called(call: Called): void;
}

/** Metrics of one worker: sum them over all workers. `running` counts the deployments that it carries. */
export function registerWorkerMetrics(registry: Exposition, running: () => number): WorkerMetrics {
  const registers = [registry];
  registry.registerMetric(
    new Gauge({
      name: 'beanpod_worker_deployments',
      help: 'Deployments that this worker carries',
      registers: [],
      collect() {
        this.set(running());
      },
    }),
  );
  const phases = new Histogram({
    name: 'beanpod_phase_seconds',
    help: 'Time that deployments spend in each phase, told when they leave it',
    labelNames: ['phase', 'provider'],
    buckets: [0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600],
    registers,
  });
  const calls = new Histogram({
    name: 'beanpod_provider_call_seconds',
    help: 'Duration of single tries of calls to foreign APIs, by how they ended',
    labelNames: ['system', 'operation', 'outcome'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  return {
    passed: ({ seconds, ...labels }) => phases.observe(labels, seconds),
    called: ({ seconds, ...labels }) => calls.observe(labels, seconds),
  };
}
