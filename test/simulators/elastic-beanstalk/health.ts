import { appState } from './app-state.js';
import { healthSystemOf } from './configuration.js';
import type { Environment, HealthSample, HealthStatus, Instance } from './model.js';

/** Colors of health ("Health colors and statuses"). */
export type HealthColor = 'Green' | 'Yellow' | 'Red' | 'Grey';

/** What enhanced health says of one instance. */
export interface InstanceHealth {
  readonly status: HealthStatus;
  readonly causes: readonly string[];
}

/** The color of a status. */
export function colorOf(status: HealthStatus): HealthColor {
  switch (status) {
    case 'Ok':
    case 'Info':
      return 'Green';
    case 'Warning':
      return 'Yellow';
    case 'Degraded':
    case 'Severe':
      return 'Red';
    case 'NoData':
    case 'Unknown':
    case 'Pending':
    case 'Suspended':
      return 'Grey';
  }
}

/** Judges one instance. While an operation runs, versions are not compared: nobody expects either yet. */
export function instanceHealth(environment: Environment, instance: Instance, now: number): InstanceHealth {
  const causes: string[] = [];
  const state = appState(instance, now);
  if (state === 'grey') return { status: 'NoData', causes: ['No data is received from the instance.'] };
  if (instance.deploymentStatus === 'In Progress') {
    const seconds = Math.floor((now - instance.deployedAt) / 1_000);
    return {
      status: 'Info',
      causes: [`Performing application deployment (running for ${seconds} seconds).`],
    };
  }
  if (instance.deploymentStatus === 'Failed') {
    const at = new Date(instance.deployedAt).toISOString().replace(/\.\d+/, '');
    causes.push(
      `Application deployment failed at ${at} with exit status 1 and error: Engine execution has encountered an error.`,
    );
  }
  const isOther = instance.deploymentId !== environment.deploymentId && !instance.overlooked;
  if (environment.operation === undefined && isOther) {
    causes.push(
      `Incorrect application version "${instance.label}" (deployment ${instance.deploymentId}). Expected version "${environment.label}" (deployment ${environment.deploymentId}).`,
    );
  }
  if (!instance.running || state === 'red') {
    return {
      status: 'Severe',
      causes: [
        '100.0 % of the requests are failing with HTTP 5xx.',
        'ELB health is failing or not available.',
        ...causes,
      ],
    };
  }
  if (causes.length > 0) return { status: 'Degraded', causes };
  if (state === 'yellow')
    return { status: 'Warning', causes: ['1.9 % of the requests are failing with HTTP 5xx.'] };
  return { status: 'Ok', causes };
}

/** Judges the environment as the next sample will show it. */
export function environmentHealth(environment: Environment, now: number): HealthSample {
  if (environment.status === 'Terminated') return { status: 'Unknown', causes: [], at: now };
  if (environment.operation?.kind === 'launch') return { status: 'Pending', causes: [], at: now };
  if (healthSystemOf(environment) === 'basic') return basicHealth(environment, now);
  const judged = environment.instances.map((instance) => instanceHealth(environment, instance, now));
  const count = (status: HealthStatus): number => judged.filter((health) => health.status === status).length;
  const causes = [...outcomeCauses(environment, now), ...sharedCauses(judged)];
  const total = judged.length;
  if (total === 0 || count('NoData') === total) {
    return { status: 'NoData', causes: ['None of the instances are sending data.'], at: now };
  }
  if (count('Severe') === total) return { status: 'Severe', causes, at: now };
  if (count('Severe') + count('Degraded') > 0) return { status: 'Degraded', causes, at: now };
  if (environment.operation !== undefined) return { status: 'Info', causes, at: now };
  if (count('Warning') + count('NoData') > 0) return { status: 'Warning', causes, at: now };
  return { status: 'Ok', causes: [], at: now };
}

// Basic health knows the load balancer's checks alone: grey while an operation runs, red when no instance answers.
function basicHealth(environment: Environment, now: number): HealthSample {
  if (environment.operation !== undefined) return { status: 'Unknown', causes: [], at: now };
  const bad = environment.instances.filter(
    (instance) => !instance.running || appState(instance, now) === 'red',
  );
  if (bad.length === 0) return { status: 'Ok', causes: [], at: now };
  return { status: bad.length === environment.instances.length ? 'Severe' : 'Warning', causes: [], at: now };
}

function outcomeCauses(environment: Environment, now: number): string[] {
  const { operation, outcome } = environment;
  if (operation !== undefined) {
    const done = environment.instances.filter(({ deploymentId, deploymentStatus }) => {
      return deploymentId === operation.deploymentId && deploymentStatus === 'Deployed';
    }).length;
    const seconds = Math.floor((now - operation.startedAt) / 1_000);
    const total = environment.instances.length;
    return [
      `Application update in progress on ${total} instances. ${done} out of ${total} instances completed (running for ${seconds} seconds).`,
    ];
  }
  if (outcome === undefined || !outcome.failed) return [];
  const ago = Math.floor((now - outcome.at) / 1_000);
  return [
    `Application update failed ${ago} seconds ago and took ${Math.floor(outcome.tookMs / 1_000)} seconds.`,
  ];
}

function sharedCauses(judged: readonly InstanceHealth[]): string[] {
  const counts = new Map<string, number>();
  for (const cause of judged.flatMap((health) => health.causes)) {
    if (!cause.startsWith('Performing')) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  }
  return [...counts].map(([cause, count]) => {
    const incorrect = /^Incorrect application version .*?(Expected version .*)$/.exec(cause);
    if (incorrect === null) return cause;
    const where = count === judged.length ? 'all instances' : `${count} out of ${judged.length} instances`;
    return `Incorrect application version found on ${where}. ${incorrect[1] ?? ''}`;
  });
}
