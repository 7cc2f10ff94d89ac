import type { Cluster } from '../cluster.js';
import type { Pod } from '../workloads.js';
import type { ContainerRun } from './container-run.js';
import type { LogBook } from './logs.js';

/** How a run of a container ended. */
export interface Ending {
  exitCode: number;
  reason: string;
  message?: string;
}

/** One pod on its node, from binding to its end. */
export interface PodLife {
  cluster: Cluster;
  logs: LogBook;
  /** Images that the pod's node already has. */
  images: Set<string>;
  runs: readonly ContainerRun[];
  /** The pod as stored now. */
  pod(): Pod;
  /** Writes the status that follows from the runs. */
  sync(): void;
  /** Acts after simulated milliseconds, unless the pod is gone by then. */
  after(ms: number, act: () => void): void;
  /** Records an event about the pod, or about one of its containers. */
  say(type: 'Normal' | 'Warning', reason: string, message: string, run?: ContainerRun): void;
  /** Ends the current run of a container; the restart policy decides what comes next. */
  exit(run: ContainerRun, ending: Ending): void;
  /** Is told by a container that it will not run again. */
  finished(run: ContainerRun): void;
  /** Ends the whole pod, as an eviction does. */
  fail(reason: string, message: string): void;
  /** Begins the graceful end; `gone` runs when the last container has stopped. */
  terminate(gone: () => void): void;
  /** Cancels everything that is still to come. */
  stop(): void;
}
