import type { ReadyBundle, Rollout } from '../rollout.js';
import { bundleNames, bundleProblem, type Names } from './bundle-names.js';
import type { FoundBundle } from './find-bundle.js';
import { LARGEST_BUNDLE_BYTES } from './verified-bytes.js';

export type Readiness =
  { readonly is: 'ready'; readonly bundle: ReadyBundle } | { readonly is: 'unfit'; readonly why: string };

// Room for the directory of some ten thousand files.
const TAIL_BYTES = 1024 * 1024;

/** Checks a stored bundle without downloading it: size and, of a zip file, the names in it. Remembered by the session. */
export async function readyBundle(
  rollout: Rollout,
  found: FoundBundle & { readonly is: 'found' },
  signal: AbortSignal,
): Promise<Readiness> {
  const { location, fingerprint } = found;
  const names = await namesOf(rollout, found, signal);
  if (names.is === 'unreadable') return { is: 'unfit', why: `The zip file cannot be read (${names.why}).` };
  const why = names.is === 'listed' ? bundleProblem(names.names) : undefined;
  if (why !== undefined) return { is: 'unfit', why };
  if ((found.size ?? 0) > LARGEST_BUNDLE_BYTES) {
    return { is: 'unfit', why: 'It is larger than the limit of 500 MB.' };
  }
  const bundle = { location, fingerprint, ...(names.is === 'listed' && { names: names.names }) };
  rollout.memory.bundle = bundle;
  return { is: 'ready', bundle };
}

async function namesOf(
  { s3 }: Rollout,
  { location, size }: FoundBundle & { readonly is: 'found' },
  signal: AbortSignal,
): Promise<Names> {
  if (!/\.(zip|war|jar)$/i.test(location.key)) return { is: 'too-long' };
  const bytes = await s3.tail(location, TAIL_BYTES, signal);
  return await bundleNames({ size: size ?? bytes.length, bytes });
}
