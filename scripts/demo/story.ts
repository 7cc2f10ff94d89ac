import type { Target } from '../../src/shared/contract/configuration.js';
import type { Artifact } from '../../src/shared/contract/artifact.js';
import type { DeploymentView } from '../../src/shared/contract/deployment-view.js';
import type { Child } from './child.js';
import type { Client } from './client.js';
import type { Lookout } from './first-warning.js';
import { follow, type Followed } from './follow.js';
import { say, sayTitle } from './screen.js';

/** Virtual seconds of the simulated clouds in one real second; the worker's waits shrink by the same factor. */
export const speed = 20;

/** A simulated cloud that runs, and how a worker reaches it. */
export interface Cloud {
  readonly child: Child;
  readonly url: string;
  /** Environment variables that the worker and the gateway need to talk to it. */
  readonly workerEnv: Readonly<Record<string, string>>;
  /** Commands by which a person looks into the cloud, as long as the demo is up. */
  readonly commands?: readonly string[];
  /** Begins to look out for the first sign of trouble that the cloud itself gives. */
  lookOut?(): Promise<Lookout>;
}

/** One provider's part of the demo: a cloud, a target on it, a good version and a bad one. */
export interface Story {
  readonly provider: string;
  /** What the cloud is, for the person who watches. */
  readonly title: string;
  /** Starts the cloud, which may leave files in `folder`. */
  startCloud(start: StartChild, folder: string): Promise<Cloud>;
  readonly service: string;
  readonly environment: string;
  readonly target: Target;
  /** What people may do live in the environment. */
  readonly live?: { readonly exec: boolean };
  readonly good: Release;
  readonly bad: Release;
  /** What the reason of the rollback must name. */
  readonly reason: Readonly<Record<string, RegExp>>;
  /** What the log of the bad deployment must hold: the platform's own events and the lines of what broke. */
  readonly proof: Readonly<Record<string, RegExp>>;
}

/** A story and the cloud on which it plays. */
export interface Scene {
  readonly story: Story;
  readonly cloud: Cloud;
}

/** A version to be deployed. */
export interface Release {
  readonly version: string;
  readonly artifact: Artifact;
}

/** Starts a child of the demo; its log is named after it. */
export type StartChild = (name: string, args: readonly string[], env?: NodeJS.ProcessEnv) => Child;

/** One line of the summary that ends the demo. */
export type Told = Pick<DeploymentView, 'id' | 'service' | 'environment' | 'provider' | 'version' | 'state'>;

/** Registers the target and deploys both versions. Throws when either does not end as it must. */
export async function tell({ story, cloud }: Scene, client: Client): Promise<readonly Told[]> {
  const { service, environment, target, live } = story;
  sayTitle(`${service} in ${environment}, on ${story.title}`);
  await client.call('PUT', `/v1/services/${service}`, { description: 'The shop of the demo' });
  await client.call('PUT', `/v1/environments/${environment}`, {
    description: 'Last stop before production',
    ...(live && { live }),
  });
  await client.call('PUT', `/v1/targets/${service}/${environment}`, target);
  for (const release of [story.good, story.bad])
    await client.call('POST', `/v1/services/${service}/versions`, {
      ...release,
      branch: 'main',
      author: 'Demo',
    });
  const good = await deploy(story, client, story.good, 'a good version');
  check(good, story, 'succeeded');
  const lookout = await cloud.lookOut?.();
  const bad = await deploy(story, client, story.bad, 'a bad version');
  check(bad, story, 'rolled_back');
  checkReason(bad, story);
  if (lookout) await sayHowQuick(lookout, bad);
  return [good, bad].map(({ view }) => summaryOf(view));
}

async function deploy(story: Story, client: Client, release: Release, what: string): Promise<Followed> {
  const { service, environment } = story;
  sayTitle(`Deploying ${service} ${release.version}, ${what}`);
  const { id } = await client.call<DeploymentView>('POST', '/v1/deployments', {
    service,
    environment,
    ...release,
    message: `Demo: ${what}`,
  });
  say(`POST /v1/deployments answered 202 with deployment ${id}`, 'dim');
  return follow(client, id);
}

function check({ view }: Followed, story: Story, state: string): void {
  const reason = view.failure ? ` (${view.failure.code}: ${view.failure.detail})` : '';
  if (view.state !== state) {
    throw new Error(
      `${story.service} ${view.version} should have ended ${state} and is ${view.state}${reason}`,
    );
  }
}

function checkReason({ view, log }: Followed, { reason, proof }: Story): void {
  const detail = view.failure?.detail;
  if (!detail) throw new Error(`Deployment ${view.id} was rolled back without a reason`);
  for (const [what, pattern] of Object.entries(reason)) {
    if (!pattern.test(detail))
      throw new Error(`The reason of deployment ${view.id} does not name ${what}: ${detail}`);
  }
  for (const [what, pattern] of Object.entries(proof)) {
    if (!pattern.test(log))
      throw new Error(`The log of deployment ${view.id} lacks ${what}: nothing fits ${pattern}`);
  }
}

/** Both times are those of this process: when the watch brought the Warning, and when the log said the verdict. */
async function sayHowQuick(lookout: Lookout, { view, rollingBackAt }: Followed): Promise<void> {
  const warnedAt = lookout.at();
  await lookout.close();
  if (warnedAt === undefined || rollingBackAt === undefined)
    throw new Error(`Deployment ${view.id} was rolled back without a Warning of the cluster or a verdict`);
  const seconds = (rollingBackAt - warnedAt) / 1_000;
  const words = `${seconds.toFixed(1)} s after the first Warning about a pod`;
  const virtual = `${Math.round(seconds * speed)} s by the clock of the cluster, ${speed} times as fast`;
  say(`Judged at most ${words} (${virtual})`, 'bold');
}

function summaryOf({ id, service, environment, provider, version, state }: DeploymentView): Told {
  return { id, service, environment, provider, version, state };
}
