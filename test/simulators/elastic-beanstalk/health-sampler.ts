import { isMoving } from './app-state.js';
import { healthSystemOf } from './configuration.js';
import { colorOf, environmentHealth } from './health.js';
import type { Environment, HealthSample } from './model.js';
import { say } from './site.js';
import type { Site } from './site.js';

/** Virtual milliseconds between two samples; the health agent reports every ten seconds ("Enhanced health reporting"). */
const period = 10_000;

/** Samples health at the next ten-second mark, and on as long as it moves. Call it after every change. */
export function sampleHealth(site: Site, environment: Environment): void {
  if (environment.sampling) return;
  environment.sampling = true;
  site.clock.after(period - (site.clock.now() % period), () => {
    environment.sampling = false;
    takeSample(site, environment);
    const now = site.clock.now();
    const moves =
      environment.operation !== undefined || environment.instances.some((one) => isMoving(one, now));
    if (moves && environment.status !== 'Terminated') sampleHealth(site, environment);
  });
}

/** Samples health now and tells of a transition. Transitions carry no request id. */
export function takeSample(site: Site, environment: Environment): void {
  const before = environment.health;
  const after = environmentHealth(environment, site.clock.now());
  environment.health = after;
  if (before.status === after.status || environment.status === 'Terminated') return;
  if (healthSystemOf(environment) === 'basic') {
    sayBasic(site, environment, { before, after });
    return;
  }
  const good = after.status === 'Ok' || after.status === 'Info' || after.status === 'Pending';
  const message = [
    `Environment health has transitioned from ${before.status} to ${after.status}.`,
    ...after.causes,
  ].join(' ');
  say(site, environment, { severity: good ? 'INFO' : 'WARN', message });
}

function sayBasic(
  site: Site,
  environment: Environment,
  change: { before: HealthSample; after: HealthSample },
): void {
  const [from, to] = [colorOf(change.before.status), colorOf(change.after.status)];
  // Grey is how basic health looks during an operation; it is not announced.
  if (to === 'Grey' || from === to) return;
  const severity = to === 'Green' ? 'INFO' : 'WARN';
  say(site, environment, { severity, message: `Environment health has been set to ${to.toUpperCase()}` });
}
