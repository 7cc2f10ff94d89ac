import { ZipFile } from 'yazl';

import { withOption } from './configuration.js';
import type { EnvironmentSeed, EnvironmentTruth } from './control-client.js';
import { addEnvironment, defaultStack } from './environment-life.js';
import { takeSample } from './health-sampler.js';
import type { Environment, OptionSetting } from './model.js';
import { addApplication } from './operations/applications.js';
import { ownBucket } from './site.js';
import type { Site } from './site.js';

/** Adds an environment that runs its version, with the bundles of all its versions in S3. */
export async function seedEnvironment(site: Site, seed: EnvironmentSeed): Promise<Environment> {
  const label = seed.version ?? 'v1';
  for (const one of [label, ...(seed.versions ?? [])]) await seedVersion(site, seed.application, one);
  const environment = await addEnvironment(site, {
    application: seed.application,
    name: seed.environment,
    label,
    instances: seed.instances ?? 1,
    tier: seed.tier ?? 'WebServer',
    stack: seed.stack ?? defaultStack,
    cnamePrefix: seed.cnamePrefix ?? seed.environment,
    description: undefined,
    options: optionsOf(seed),
  });
  if (seed.app !== undefined && seed.app !== 'ok') {
    for (const instance of environment.instances) {
      instance.app = { state: seed.app, afterMs: 0, periodMs: 60_000 };
    }
    takeSample(site, environment);
  }
  return environment;
}

/** What is true of an environment, for the control API. */
export function truthOf(environment: Environment): EnvironmentTruth {
  const { id, name, application, status, label, deploymentId, cname, endpoint } = environment;
  return {
    id,
    name,
    application,
    status,
    label,
    deploymentId,
    health: environment.health.status,
    cname,
    endpoint,
    instances: environment.instances.map((instance) => ({
      id: instance.id,
      label: instance.label,
      deploymentId: instance.deploymentId,
      inService: instance.inService,
      running: instance.running,
      status: instance.deploymentStatus,
    })),
  };
}

async function seedVersion(site: Site, applicationName: string, label: string): Promise<void> {
  const application = site.applications.get(applicationName) ?? addApplication(site, applicationName);
  if (application.versions.has(label)) return;
  const bucket = ownBucket(site);
  const key = `${applicationName}/${label}.zip`;
  site.store.put(bucket, key, await seedBundle(label), 'application/zip');
  const now = site.clock.now();
  application.versions.set(label, {
    label,
    description: 'there from the start',
    bundle: { bucket, key },
    createdAt: now,
    updatedAt: now,
    status: 'PROCESSED',
    visibleAt: now,
    inBundle: undefined,
  });
}

async function seedBundle(label: string): Promise<Buffer> {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(`FROM scratch\nLABEL version=${label}\n`), 'Dockerfile', { mtime: new Date(0) });
  zip.end();
  const pieces: Buffer[] = [];
  for await (const piece of zip.outputStream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

function optionsOf(seed: EnvironmentSeed): OptionSetting[] {
  const command = 'aws:elasticbeanstalk:command';
  const health = 'aws:elasticbeanstalk:healthreporting:system';
  const type = seed.singleInstance === true ? 'SingleInstance' : 'LoadBalanced';
  const instances = String(seed.instances ?? 1);
  const own: OptionSetting[] = [
    { namespace: command, name: 'DeploymentPolicy', value: seed.policy ?? 'AllAtOnce' },
    { namespace: command, name: 'BatchSizeType', value: 'Fixed' },
    { namespace: command, name: 'BatchSize', value: String(seed.batchSize ?? 1) },
    { namespace: health, name: 'SystemType', value: seed.health ?? 'enhanced' },
    { namespace: 'aws:elasticbeanstalk:environment', name: 'EnvironmentType', value: type },
    { namespace: 'aws:autoscaling:asg', name: 'MinSize', value: instances },
    { namespace: 'aws:autoscaling:asg', name: 'MaxSize', value: instances },
  ];
  return (seed.options ?? []).reduce(withOption, own);
}
