import { ZipFile } from 'yazl';

import { presignedUrl } from '../s3/signature.js';
import { bundleFiles, deploymentText, tailText } from './log-text.js';
import type { Environment, Instance, PulledLog } from './model.js';
import { ownBucket } from './site.js';
import type { Site } from './site.js';

/** Virtual milliseconds that pulled logs stay in S3 ("Viewing logs": fifteen minutes). */
const keptFor = 15 * 60_000;
/** The same after a failed immutable update, for the instances are gone then: one hour. */
const keptForGone = 60 * 60_000;
/** Virtual milliseconds that pulling takes. */
const pullTakes = 12_000;
const urlLives = 900;

/** The key that signs the URLs of logs. */
export const logSigner = { accessKeyId: 'AKIASIMULATEDLOGS', secretAccessKey: 'simulated-log-signer' };

/** Pulls the logs of all instances into S3; they can be retrieved some seconds later. */
export function pullLogs(
  site: Site,
  environment: Environment,
  request: { type: PulledLog['type']; id: string },
): void {
  const { type, id: requestId } = request;
  const askedAt = site.clock.now();
  site.clock.after(pullTakes, () => {
    const told = { application: environment.application, environment, requestId } as const;
    if (environment.logBehaviour === 'fail') {
      const message = 'Failed to pull logs for environment instances.';
      site.events.write({ ...told, severity: 'ERROR', message });
      return;
    }
    const reachable =
      environment.logBehaviour === 'missing-instance'
        ? environment.instances.slice(0, -1)
        : environment.instances;
    for (const instance of reachable) void pullOne(site, environment, { type, instance, askedAt });
    site.events.write({ ...told, severity: 'INFO', message: 'Pulled logs for environment instances.' });
    if (type === 'tail') {
      const message = `Successfully finished tailing ${reachable.length} log(s)`;
      site.events.write({ ...told, severity: 'INFO', message });
    }
  });
}

/** Keeps the logs of instances that a failed immutable update takes away, as bundles. */
export function keepLogs(site: Site, environment: Environment, gone: readonly Instance[]): void {
  const askedAt = site.clock.now();
  for (const instance of gone) {
    void pullOne(site, environment, { type: 'bundle', instance, askedAt, keptMs: keptForGone });
  }
}

/** Writes the deployment log of an operation that ended ("Viewing deployment logs"); its key is this simulator's choice. */
export function writeDeploymentLog(site: Site, environment: Environment, failed: readonly Instance[]): void {
  const key = `resources/environments/logs/deployments/${environment.id}/${environment.lastDeploymentId}.log`;
  site.store.put(
    ownBucket(site),
    key,
    Buffer.from(deploymentText(failed[0] ?? environment.instances[0])),
    'text/plain',
  );
}

async function pullOne(
  site: Site,
  environment: Environment,
  pull: { type: PulledLog['type']; instance: Instance; askedAt: number; keptMs?: number },
): Promise<void> {
  const { type, instance, askedAt, keptMs = keptFor } = pull;
  const now = site.clock.now();
  const isZip = type === 'bundle';
  const name = isZip ? `BundleLogs-${now}.zip` : `TailLogs-${now}.txt`;
  const key = `resources/environments/logs/${type}/${environment.id}/${instance.id}/${name}`;
  const expired = environment.logBehaviour === 'url-expired';
  const url = presignedUrl({
    url: `${site.origin}/${ownBucket(site)}/${key}`,
    accessKeyId: logSigner.accessKeyId,
    secretKey: logSigner.secretAccessKey,
    region: site.region,
    expiresSeconds: urlLives,
    at: Date.now() - (expired ? 2 * urlLives * 1_000 : 0),
  });
  const body = isZip ? await zipOf(instance) : Buffer.from(tailText(instance));
  site.store.put(ownBucket(site), key, body, isZip ? 'application/zip' : 'text/plain');
  const at = environment.logBehaviour === 'stale' ? askedAt - 600_000 : now;
  environment.pulledLogs.push({ type, instanceId: instance.id, at, url });
  site.clock.after(keptMs, () => {
    site.store.buckets.get(ownBucket(site))?.objects.delete(key);
    environment.pulledLogs = environment.pulledLogs.filter((log) => log.url !== url);
  });
}

async function zipOf(instance: Instance): Promise<Buffer> {
  const zip = new ZipFile();
  for (const { path, text } of bundleFiles(instance)) zip.addBuffer(Buffer.from(text), path);
  zip.end();
  const pieces: Buffer[] = [];
  for await (const piece of zip.outputStream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
