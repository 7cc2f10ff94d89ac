import { whyUnordered, type PlacedVersion, type Standing } from '../../shared/domain/standing.js';
import type { Run } from '../../shared/store/snapshots.js';
import type { Versions } from '../../shared/store/versions.js';

/** Versions in between are counted up to this one, which then means that many or more. */
const MOST_COUNTED = 100;

/** What runs of one service in two environments. */
interface Pair {
  readonly service: string;
  readonly here: Place;
  readonly there: Place;
}

interface Place {
  readonly environment: string;
  readonly run: Run | undefined;
}

/** How what runs in one environment stands to what runs of the same service in another one. */
export async function compareRunning(
  versions: Pick<Versions, 'change'>,
  { service, here, there }: Pair,
): Promise<Standing> {
  const [one, other] = [versionOf(here), versionOf(there)];
  if (!one.known) return { order: 'unknown', because: one.because };
  if (!other.known) return { order: 'unknown', because: other.because };
  if (one.version === other.version) return { order: 'same' };
  const change = await versions.change(service, other.version, one.version, MOST_COUNTED);
  if (typeof change === 'string') return { order: 'unknown', because: unregistered(change) };
  const unordered = whyUnordered(change.to, change.from);
  if (unordered !== undefined) return { order: 'unknown', because: unordered };
  return { order: change.direction === 'forward' ? 'ahead' : 'behind', versions: change.versions.length };
}

/** How what runs stands to the version that was registered last, which is another one. */
export async function compareWithNewest(
  versions: Pick<Versions, 'find'>,
  service: string,
  run: Run,
  newest: PlacedVersion,
): Promise<Standing> {
  if (!run.certain) return { order: 'unknown', because: 'Nobody knows what runs' };
  const known = await versions.find(service, run.version);
  if (!known) return { order: 'unknown', because: unregistered(run.version) };
  const because = whyUnordered(known, newest);
  return because === undefined ? { order: 'behind' } : { order: 'unknown', because };
}

type Seen =
  { readonly known: true; readonly version: string } | { readonly known: false; readonly because: string };

function versionOf({ environment, run }: Place): Seen {
  if (!run) return { known: false, because: `Nothing has been deployed in ${environment} yet` };
  if (run.certain && run.version !== '') return { known: true, version: run.version };
  return { known: false, because: `Nobody knows what runs in ${environment}` };
}

function unregistered(version: string): string {
  return `${version} is not registered, so that its place among the versions is not known`;
}
