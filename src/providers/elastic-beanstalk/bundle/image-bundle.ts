import yazl from 'yazl';
import type { ImageArtifact } from '../../../shared/contract/artifact.js';
import { dockerrun, type ContainerLimits } from './dockerrun.js';
import { openZipBytes, type ZipEntry } from './zip.js';

export type Made =
  { readonly is: 'made'; readonly bytes: Buffer } | { readonly is: 'unfit'; readonly why: string };

/** Stands for the image in the files of a base bundle. */
export const IMAGE_MARK = '${BEANPOD_IMAGE}';

/** Largest base bundle, packed; it is a handful of configuration files, and is held in memory. */
export const LARGEST_BASE_BYTES = 20 * 1024 * 1024;
const LARGEST_UNPACKED_BYTES = 60 * 1024 * 1024;
const MOST_ENTRIES = 2_000;
const CONTAINER_FILES = ['Dockerrun.aws.json', 'docker-compose.yml', 'docker-compose.yaml', 'Dockerfile'];

export interface ImageWish {
  readonly artifact: ImageArtifact;
  readonly family: 'docker' | 'ecs';
  readonly limits: ContainerLimits;
}

/**
 * Makes the bundle of an image out of a base: all its files stay, the mark for the image is replaced where containers
 * are described, and a Dockerrun.aws.json is added when nothing describes any. Equal input gives equal bytes.
 */
export async function intoBase(base: Uint8Array, wish: ImageWish): Promise<Made> {
  const zip = await openZipBytes(base);
  if (zip.is === 'unreadable') return { is: 'unfit', why: `it is no zip file (${zip.why})` };
  if (zip.is === 'too-long') return { is: 'unfit', why: 'its directory cannot be read' };
  const entries = zip.entries.filter(({ name }) => !name.endsWith('/'));
  const why = problemOf(entries);
  if (why !== undefined) return { is: 'unfit', why };
  const files = new Map<string, { readonly bytes: Buffer; readonly mode: number }>();
  const marked: string[] = [];
  for (const { name, mode } of entries) {
    const bytes = await zip.content(name, LARGEST_UNPACKED_BYTES);
    const isMarked = CONTAINER_FILES.includes(name) && bytes.includes(IMAGE_MARK);
    if (isMarked) marked.push(name);
    files.set(name, { bytes: isMarked ? replaced(bytes, wish) : bytes, mode: modeOf(mode) });
  }
  const described = CONTAINER_FILES.filter((name) => files.has(name));
  if (described.length > 0 && marked.length === 0) {
    const list = described.join(' and ');
    return { is: 'unfit', why: `its ${list} does not name ${IMAGE_MARK}, so the image would not be used` };
  }
  if (described.length === 0) {
    const bytes = Buffer.from(dockerrun(wish.artifact, wish.family, wish.limits));
    files.set('Dockerrun.aws.json', { bytes, mode: modeOf(undefined) });
  }
  return { is: 'made', bytes: await packed(files) };
}

function problemOf(entries: readonly ZipEntry[]): string | undefined {
  if (entries.length > MOST_ENTRIES) return `it has ${entries.length} files, more than ${MOST_ENTRIES}`;
  const size = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (size > LARGEST_UNPACKED_BYTES)
    return `it unpacks to ${size} bytes, more than ${LARGEST_UNPACKED_BYTES}`;
  const escaping = entries.find(({ name }) => name.startsWith('/') || name.split('/').includes('..'));
  return escaping && `it contains ${escaping.name}, which leads out of it`;
}

function replaced(bytes: Buffer, { artifact }: ImageWish): Buffer {
  return Buffer.from(bytes.toString('utf8').replaceAll(IMAGE_MARK, () => artifact.image));
}

/** Files of systems without such bits are readable by all. */
function modeOf(mode: number | undefined): number {
  return mode === undefined || mode === 0 ? 0o100_644 : mode;
}

/** Nothing in it depends on when, where or by which version of zlib it is made. */
async function packed(
  files: ReadonlyMap<string, { readonly bytes: Buffer; readonly mode: number }>,
): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  // The format has no time zone: this local time is the same bytes everywhere.
  const fixed = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true, compress: false };
  for (const name of [...files.keys()].sort()) {
    const file = files.get(name);
    if (file !== undefined) zip.addBuffer(file.bytes, name, { ...fixed, mode: file.mode });
  }
  zip.end();
  const pieces: Buffer[] = [];
  for await (const piece of zip.outputStream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
