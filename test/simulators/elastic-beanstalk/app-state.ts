import type { AppBehaviour } from './behaviour.js';
import type { Instance } from './model.js';

/** How the application on an instance does right now: its scripted state once that has set in, else ok. */
export function appState(instance: Instance, now: number): Exclude<AppBehaviour['state'], 'flapping'> {
  const { app } = instance;
  if (app.untilSwap === true) return 'ok';
  const age = now - instance.appSince - app.afterMs;
  if (age < 0) return 'ok';
  if (app.state !== 'flapping') return app.state;
  return Math.floor(age / app.periodMs) % 2 === 0 ? 'ok' : 'red';
}

/** Whether the state of the application can still change by itself, so that health must be sampled again. */
export function isMoving(instance: Instance, now: number): boolean {
  const { app } = instance;
  return app.state === 'flapping' || (app.state !== 'ok' && now - instance.appSince <= app.afterMs + 10_000);
}

/** Whether HTTP requests to the instance fail. */
export function answersBadly(instance: Instance, now: number): boolean {
  return !instance.running || appState(instance, now) === 'red';
}
