import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Artifact } from '../shared/contract/artifact.js';
import type { ApiClient } from './api-client.js';
import { collect } from './commands/collect.js';
import { EXIT } from './exit-code.js';
import { Stop } from './stop.js';

/** What the options below were given. */
export interface ArtifactOptions {
  readonly image?: readonly string[];
  readonly port?: number;
  readonly s3?: string;
  readonly bundle?: string;
  readonly manifests?: string;
}

/** Milliseconds that the upload of a bundle may take. */
const UPLOAD_WITHIN_MS = 30 * 60_000;

/** Gives a command the options that say what a version is made of. */
export function withArtifactOptions(command: Command): Command {
  return command
    .option(
      '--image <reference>',
      'container image, best by digest; repeat it for several repositories',
      collect,
    )
    .addOption(
      new Option('--port <port>', 'port that the container of --image listens on').argParser(readPort),
    )
    .addOption(
      new Option('--s3 <url>', 's3://bucket/key of a source bundle').conflicts([
        'image',
        'bundle',
        'manifests',
      ]),
    )
    .addOption(
      new Option('--bundle <file>', 'source bundle to upload').conflicts(['image', 's3', 'manifests']),
    )
    .addOption(
      new Option(
        '--manifests <file>',
        'Kubernetes manifests of the version; may come with --image',
      ).conflicts(['s3', 'bundle']),
    );
}

/** The artifact that the options name; undefined when they name none. Uploads a bundle first. */
export async function artifactOf(
  { image = [], port, s3, bundle, manifests }: ArtifactOptions,
  client: Pick<ApiClient, 'call'>,
  service: string,
): Promise<Artifact | undefined> {
  if (s3 !== undefined) return s3ArtifactOf(s3);
  if (bundle !== undefined) return { type: 'bundle', sha256: await upload(client, service, bundle) };
  if (manifests !== undefined) {
    const text = await legible(manifests, () => readFile(manifests, 'utf8'));
    return { type: 'manifests', manifests: text, ...(image.length > 0 && { images: [...image] }) };
  }
  const [first, ...more] = image;
  if (first === undefined) return undefined;
  if (more.length > 0) return { type: 'images', images: [first, ...more] };
  return { type: 'image', image: first, ...(port !== undefined && { port }) };
}

function s3ArtifactOf(url: string): Artifact {
  const [, bucket, key, versionId] = /^s3:\/\/([^/]+)\/([^?]+)(?:\?versionId=(.+))?$/.exec(url) ?? [];
  if (bucket === undefined || key === undefined)
    throw new Stop(EXIT.invalid, `--s3 ${url} is not like s3://bucket/key or s3://bucket/key?versionId=id`);
  return { type: 's3', bucket, key, ...(versionId !== undefined && { versionId }) };
}

async function upload(client: Pick<ApiClient, 'call'>, service: string, file: string): Promise<string> {
  const hash = createHash('sha256');
  await legible(file, () => pipeline(createReadStream(file), hash));
  const sha256 = hash.digest('hex');
  await client.call(`/v1/services/${encodeURIComponent(service)}/bundles/${sha256}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/zip' },
    upload: () => Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>,
    withinMs: UPLOAD_WITHIN_MS,
  });
  return sha256;
}

async function legible<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new Stop(
      EXIT.invalid,
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function readPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new InvalidArgumentError('It is not a port from 1 to 65535.');
}
