import { createHash } from 'node:crypto';
import type { BundleArtifact, ImageArtifact, S3Artifact } from '../../../shared/contract/artifact.js';
import { failure, type Failure } from '../../../shared/domain/failures.js';
import type { BundleLocation } from '../environment.js';
import type { Rollout } from '../rollout.js';
import { intoBase, LARGEST_BASE_BYTES, type ImageWish, type Made } from './image-bundle.js';
import { dockerrun, platformFamily, type ContainerLimits } from './dockerrun.js';
import { BundleMismatch, verifiedBytes } from './verified-bytes.js';

/** Where the bundle of a release belongs, and how to put it there when it is not there yet. */
export type FoundBundle =
  | {
      readonly is: 'found';
      readonly location: BundleLocation;
      readonly fingerprint: string;
      readonly size: number | undefined;
      /** Absent when the object is there. */
      readonly put?: (signal: AbortSignal) => Promise<void>;
    }
  | { readonly is: 'missing'; readonly failure: Failure };

const DEFAULT_PREFIX = 'beanpod/';
const DEFAULT_MEMORY_MIB = 512;

/** Looks only. Keys are made of the hash of the content, so an object that is there is the right one. */
export async function findBundle(rollout: Rollout, signal: AbortSignal): Promise<FoundBundle> {
  const { artifact } = rollout.release;
  switch (artifact.type) {
    case 's3':
      return await findObject(rollout, artifact, signal);
    case 'bundle':
      return await findUpload(rollout, artifact, signal);
    case 'image':
      return await findGenerated(rollout, artifact, signal);
    case 'images':
    case 'manifests': {
      const detail = `An artifact of the type ${artifact.type} is no source bundle.`;
      return { is: 'missing', failure: failure('eb.bundle-invalid', detail) };
    }
  }
}

async function findObject(rollout: Rollout, artifact: S3Artifact, signal: AbortSignal): Promise<FoundBundle> {
  const { s3 } = rollout;
  const source = { bucket: artifact.bucket, key: artifact.key };
  const url = `s3://${source.bucket}/${source.key}`;
  const head = await s3.head(source, signal);
  if (head.is === 'absent') {
    return { is: 'missing', failure: failure('eb.bundle-missing', `${url} does not exist.`) };
  }
  if (head.is === 'hidden') {
    return { is: 'missing', failure: failure('eb.access-denied', `S3 does not let us read ${url}.`) };
  }
  const { etag, inRegion, size, versionId } = head.object;
  const isCurrent = artifact.versionId === undefined || artifact.versionId === versionId;
  if (inRegion && isCurrent) {
    return { is: 'found', location: source, fingerprint: `etag:${etag}`, size };
  }
  // Elastic Beanstalk wants the bucket in its region and knows no object versions: it gets a copy of its own.
  const identity = JSON.stringify([source.bucket, source.key, artifact.versionId ?? etag]);
  const location = await keep(rollout, sha256(identity), extensionOf(source.key), signal);
  const kept = await s3.head(location, signal);
  const found = { is: 'found', location, fingerprint: `copy:${sha256(identity)}`, size } as const;
  if (kept.is === 'found') return found;
  const from = { ...source, ...(artifact.versionId !== undefined && { versionId: artifact.versionId }) };
  return { ...found, put: (aborted) => s3.copy(from, location, aborted) };
}

async function findUpload(
  rollout: Rollout,
  artifact: BundleArtifact,
  signal: AbortSignal,
): Promise<FoundBundle> {
  const { release, s3 } = rollout;
  const { sha256 } = artifact;
  const fingerprint = `sha256:${sha256}`;
  const upload = await glance(rollout, sha256);
  const location = await keep(rollout, sha256, upload?.extension ?? 'zip', signal);
  const kept = await s3.head(location, signal);
  if (kept.is === 'found') return { is: 'found', location, fingerprint, size: kept.object.size };
  if (upload === undefined) {
    const detail = `No bundle ${sha256} was uploaded for ${release.service}.`;
    return { is: 'missing', failure: failure('eb.bundle-missing', detail) };
  }
  return {
    is: 'found',
    location,
    fingerprint,
    size: upload.size,
    put: (aborted) => s3.upload(location, uploadedBytes(rollout, sha256), aborted),
  };
}

async function findGenerated(
  rollout: Rollout,
  artifact: ImageArtifact,
  signal: AbortSignal,
): Promise<FoundBundle> {
  const { baseline, s3, target } = rollout;
  const family = platformFamily(baseline.platform);
  if (family === 'other') {
    return { is: 'missing', failure: failure('eb.image-unsupported', `It runs ${baseline.platform}.`) };
  }
  const made = await generated(rollout, { artifact, family, limits: limitsOf(target) });
  if (made.is !== 'made') return made;
  const { bytes, extension } = made;
  const location = await keep(rollout, sha256(bytes), extension, signal);
  const found = {
    is: 'found',
    location,
    fingerprint: `sha256:${sha256(bytes)}`,
    size: bytes.length,
  } as const;
  const kept = await s3.head(location, signal);
  if (kept.is === 'found') return found;
  return { ...found, put: (aborted) => s3.upload(location, once(bytes), aborted) };
}

function limitsOf({ containerMemoryMiB }: Rollout['target']): ContainerLimits {
  return { memoryMiB: containerMemoryMiB ?? DEFAULT_MEMORY_MIB };
}

/** A bare Dockerrun.aws.json, or a zip file made into the base of the target. */
async function generated(
  { bundles, release, target }: Rollout,
  wish: ImageWish,
): Promise<
  | { readonly is: 'made'; readonly bytes: Buffer; readonly extension: string }
  | { readonly is: 'missing'; readonly failure: Failure }
> {
  const { baseBundle } = target;
  if (baseBundle === undefined) {
    const bytes = Buffer.from(dockerrun(wish.artifact, wish.family, wish.limits));
    return { is: 'made', bytes, extension: 'Dockerrun.aws.json' };
  }
  const source = await bundles.open(release.service, baseBundle);
  if (source === undefined) {
    const detail = `No base bundle ${baseBundle} was uploaded for ${release.service}.`;
    return { is: 'missing', failure: failure('eb.bundle-missing', detail) };
  }
  const made = await readBase(source, baseBundle, wish);
  if (made.is === 'made') return { ...made, extension: 'zip' };
  const detail = `The base bundle ${baseBundle} cannot be used: ${made.why}.`;
  return { is: 'missing', failure: failure('eb.bundle-invalid', detail) };
}

async function readBase(
  { size, stream }: { readonly size: number; readonly stream: AsyncIterable<Uint8Array> },
  hash: string,
  wish: ImageWish,
): Promise<Made> {
  const pieces: Uint8Array[] = [];
  try {
    // The bytes are read to their end in any case, since they hold a file open until then.
    for await (const piece of verifiedBytes(stream, hash)) if (size <= LARGEST_BASE_BYTES) pieces.push(piece);
  } catch (error) {
    if (error instanceof BundleMismatch) return { is: 'unfit', why: error.message };
    throw error;
  }
  if (size <= LARGEST_BASE_BYTES) return await intoBase(Buffer.concat(pieces), wish);
  return { is: 'unfit', why: `it has ${size} bytes, more than ${LARGEST_BASE_BYTES}` };
}

/** The place of content with this hash. */
async function keep(
  { eb, target }: Rollout,
  hash: string,
  extension: string,
  signal: AbortSignal,
): Promise<BundleLocation> {
  const bucket = target.bucket ?? (await eb.storageLocation(signal));
  // The name of the default bucket ends with its account and can be guessed, so somebody else may hold it.
  const owner = target.bucket === undefined ? /-(\d{12})$/.exec(bucket)?.[1] : target.bucketOwner;
  const prefix = target.keyPrefix ?? DEFAULT_PREFIX;
  return { bucket, key: `${prefix}${target.application}/${hash}.${extension}`, ...(owner && { owner }) };
}

/** Opened only when the upload begins to read, so that nothing stays open when it never does. */
async function* uploadedBytes({ bundles, release }: Rollout, hash: string): AsyncGenerator<Uint8Array> {
  const source = await bundles.open(release.service, hash);
  if (source === undefined) throw new Error(`Bundle ${hash} disappeared while it was being deployed`);
  yield* verifiedBytes(source.stream, hash);
}

/** Size and kind of an uploaded bundle, from its first bytes. */
async function glance(
  { bundles, release }: Rollout,
  hash: string,
): Promise<{ readonly size: number; readonly extension: string } | undefined> {
  const source = await bundles.open(release.service, hash);
  if (source === undefined) return undefined;
  const { size, stream } = source;
  for await (const chunk of stream) if (chunk.length > 0) return { size, extension: extensionFor(chunk) };
  return { size, extension: 'zip' };
}

/** Elastic Beanstalk takes zip files, and on Docker platforms a single file of either kind too. */
function extensionFor(start: Uint8Array): string {
  const [first, second] = start;
  if (first === 0x50 && second === 0x4b) return 'zip';
  return first === 0x7b ? 'Dockerrun.aws.json' : 'docker-compose.yml';
}

function extensionOf(key: string): string {
  return /\.(zip|war|jar|json|ya?ml)$/i.exec(key)?.[1] ?? 'zip';
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
