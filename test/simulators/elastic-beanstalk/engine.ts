import { sampleHealth } from './health-sampler.js';
import type { Environment, EnvironmentStatus, Operation } from './model.js';
import type { Site } from './site.js';

/** How an operation ended: whether the new label counts, and whether it is held to have failed. */
interface Ending {
  readonly label: 'new' | 'old';
  readonly result: 'good' | 'failed';
}

/** The script of an operation: yields virtual milliseconds to wait, changes the environment in between. */
export type Course = Generator<number, Ending, void>;

/** What is to be done to an environment. */
export interface Order {
  readonly operation: Operation;
  readonly status: EnvironmentStatus;
  readonly course: Course;
  /** The status at the end; default Ready. */
  readonly leadsTo?: EnvironmentStatus;
}

/** Virtual milliseconds from Ready until somebody else's waiting plan begins. */
const othersReact = 1_000;

/** Begins an operation; one that was under way is given up without a word. */
export function begin(site: Site, environment: Environment, order: Order): void {
  const { operation, course } = order;
  environment.operation = operation;
  environment.status = order.status;
  environment.updatedAt = site.clock.now();
  sampleHealth(site, environment);
  step();

  function step(): void {
    if (environment.operation !== operation) return;
    const next = course.next();
    if (next.done === true) finish(site, environment, { order, ending: next.value });
    else site.clock.after(Math.round(next.value * operation.behaviour.pace), step);
  }
}

function finish(site: Site, environment: Environment, end: { order: Order; ending: Ending }): void {
  const { order, ending } = end;
  const { operation } = order;
  const now = site.clock.now();
  if (ending.label === 'new') {
    environment.label = operation.label;
    environment.deploymentId = operation.deploymentId;
  }
  for (const instance of environment.instances) {
    if (instance.appSince === Number.POSITIVE_INFINITY) instance.appSince = now;
  }
  environment.operation = undefined;
  environment.status = order.leadsTo ?? 'Ready';
  environment.updatedAt = now;
  environment.outcome = { failed: ending.result === 'failed', at: now, tookMs: now - operation.startedAt };
  sampleHealth(site, environment);
  const waiting = environment.onReady.shift();
  if (waiting !== undefined) site.clock.after(othersReact, waiting);
}
