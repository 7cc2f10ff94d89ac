import type { ReadyBundle, Rollout } from '../rollout.js';
import { nameProblems } from './bundle-names.js';
import { platformFamily, type PlatformFamily } from './dockerrun.js';
import { ruleFor, type Findings } from './file-rules.js';
import type { FoundBundle } from './find-bundle.js';
import { LARGEST_BUNDLE_BYTES } from './verified-bytes.js';
import { openZip, type Zip, type ZipEntry } from './zip.js';

export type Readiness =
  | { readonly is: 'ready'; readonly bundle: ReadyBundle; readonly warnings: readonly string[] }
  | { readonly is: 'unfit'; readonly why: string };

// Room for the directory of some ten thousand files.
const TAIL_BYTES = 1024 * 1024;
const MOST_FILES = 50;
const LARGEST_FILE_BYTES = 256 * 1024;

/**
 * Checks a stored bundle without downloading all of it: its size, the names in it, and the files that configure
 * Elastic Beanstalk. Remembered by the session.
 */
export async function readyBundle(
  rollout: Rollout,
  found: FoundBundle & { readonly is: 'found' },
  signal: AbortSignal,
): Promise<Readiness> {
  const { location, fingerprint, size } = found;
  if ((size ?? 0) > LARGEST_BUNDLE_BYTES) {
    return { is: 'unfit', why: 'It is larger than the limit of 500 MB.' };
  }
  const family = platformFamily(rollout.baseline.platform);
  const content = await contentOf(rollout, found, family, signal);
  if (content.problems.length > 0) return { is: 'unfit', why: content.problems.join(' ') };
  const bundle = { location, fingerprint, ...(content.names && { names: content.names }) };
  rollout.memory.bundle = bundle;
  return { is: 'ready', bundle, warnings: content.warnings };
}

interface Content extends Findings {
  /** Absent when it is no zip file, or too large a one to list. */
  readonly names?: readonly string[];
}

const nothing: Content = { problems: [], warnings: [] };

async function contentOf(
  { release, s3, target }: Rollout,
  { location, size }: FoundBundle & { readonly is: 'found' },
  family: PlatformFamily,
  signal: AbortSignal,
): Promise<Content> {
  // What was generated from an image alone is right by its making.
  if (release.artifact.type === 'image' && target.baseBundle === undefined) return nothing;
  const end = await s3.tail(location, TAIL_BYTES, signal);
  const bare = /\.(Dockerrun\.aws\.json|docker-compose\.ya?ml)$/.exec(location.key)?.[1];
  if (bare !== undefined) return ruleFor(bare)?.(Buffer.from(end).toString('utf8'), bare, family) ?? nothing;
  if (!/\.(zip|war|jar)$/i.test(location.key)) return nothing;
  const read = (start: number, length: number): Promise<Uint8Array> =>
    s3.range(location, start, length, signal);
  const zip = await openZip({ size: size ?? end.length, end, read });
  switch (zip.is) {
    case 'too-long':
      return nothing;
    case 'unreadable':
      return { ...nothing, problems: [`The zip file cannot be read (${zip.why}).`] };
    case 'listed': {
      const names = zip.entries.map(({ name }) => name);
      const problems = nameProblems(names, location.key.endsWith('.zip') ? family : 'other');
      return problems.length > 0 ? { ...nothing, problems } : { ...(await checked(zip, family)), names };
    }
  }
}

async function checked(zip: Zip & { readonly is: 'listed' }, family: PlatformFamily): Promise<Findings> {
  const problems: string[] = [];
  const warnings: string[] = [...hookWarnings(zip.entries)];
  const ruled = zip.entries.filter(({ name }) => ruleFor(name) !== undefined).slice(0, MOST_FILES);
  for (const { name } of ruled) {
    const found = await findingsOf(zip, name, family);
    problems.push(...found.problems);
    warnings.push(...found.warnings);
  }
  return { problems, warnings };
}

async function findingsOf(
  zip: Zip & { readonly is: 'listed' },
  name: string,
  family: PlatformFamily,
): Promise<Findings> {
  const size = zip.entries.find((entry) => entry.name === name)?.size ?? 0;
  if (size > LARGEST_FILE_BYTES) {
    return { problems: [], warnings: [`${name} is too large to be checked before the deployment.`] };
  }
  const text = (await zip.content(name, LARGEST_FILE_BYTES)).toString('utf8');
  return ruleFor(name)?.(text, name, family) ?? nothing;
}

/** Platforms of before April 2022 run only hooks that are executable; zip files of Windows cannot say. */
function hookWarnings(entries: readonly ZipEntry[]): readonly string[] {
  return entries
    .filter(({ name, mode }) => {
      const isHook = /^\.platform\/(conf)?hooks\/[^/]+\/[^/]+$/.test(name) && !name.endsWith('/');
      return isHook && mode !== undefined && mode !== 0 && (mode & 0o111) === 0;
    })
    .map(({ name }) => `${name} is not executable; older platforms do not run it.`);
}
