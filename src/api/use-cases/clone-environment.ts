import type { CatalogEntry } from '../../providers/catalog.js';
import type { CloneRequest } from '../../shared/contract/clone.js';
import type { Environment, Target } from '../../shared/contract/configuration.js';
import type { Verify } from '../../shared/contract/policy.js';
import { targetName } from '../../shared/domain/ids.js';
import { newId } from '../../shared/new-id.js';
import type { Violation } from '../../shared/schema/schema.js';
import type { Clone, Clones, KnownClone } from '../../shared/store/clones.js';
import type { Snapshot } from '../../shared/store/configuration.js';
import type { Earlier, Idempotency } from '../../shared/store/idempotency.js';
import type { Release } from '../../shared/store/releases.js';
import type { Runs, Snapshots } from '../../shared/store/snapshots.js';
import { permitAt, permitUnasked } from '../access/permit.js';
import { replayedId } from '../idempotency.js';
import { Refusal } from '../refusal.js';
import type { Caller } from '../access/caller.js';
import { acceptRelease, type ReleaseDeps } from './accept-release.js';

/** What cloning needs of the world around it. */
export interface CloneDeps extends ReleaseDeps {
  readonly clones: Pick<Clones, 'make' | 'end' | 'remove' | 'list' | 'find' | 'earlier' | 'forget'>;
  readonly snapshots: Pick<Snapshots, 'now'>;
  /** Most clones at once. */
  readonly mostClones: number;
}

/** What is to be cloned, how, and by whom. */
export interface CloneWish {
  readonly origin: string;
  readonly asked: CloneRequest;
  readonly caller: Caller;
  /** What it is made to review, for a hook. */
  readonly reviews?: string;
  /** A service that is deployed there by whoever asks, right after it was made. */
  readonly except?: string;
  readonly idempotency?: Idempotency | undefined;
}

/** A clone that was made, and the release of its first deployments; none when nothing ran in the origin. */
export interface MadeClone extends KnownClone {
  readonly release: Release | undefined;
  /** Whether an earlier request with the same idempotency key made it. */
  readonly replayed: boolean;
}

const MOST_TRIES = 3;

/**
 * Makes an environment like another one, and deploys to it what runs there. Throws a Refusal that names everything that
 * is wrong; nothing is left then. What a process that died left half made under a key, a request with that key completes.
 */
export async function cloneEnvironment(deps: CloneDeps, wish: CloneWish): Promise<MadeClone> {
  const { idempotency } = wish;
  const earlier = idempotency && (await deps.clones.earlier(idempotency));
  if (earlier) return replayOf(deps, earlier, wish);
  try {
    return await make(deps, wish);
  } catch (error) {
    // While this one was judged, another request with the same key may have made what is now in its way.
    const other =
      idempotency && error instanceof Refusal ? await deps.clones.earlier(idempotency) : undefined;
    if (!other) throw error;
    return replayOf(deps, other, wish);
  }
}

async function make(deps: CloneDeps, wish: CloneWish): Promise<MadeClone> {
  const { origin, asked, caller, reviews, idempotency } = wish;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const [configuration, runs] = await Promise.all([
      deps.configuration.refresh(),
      deps.snapshots.now(origin),
    ]);
    const { now, clones } = await deps.clones.list();
    const id = newId();
    const subject = { ...wish, id, count: clones.length };
    const { environment, targets } = judge(deps, configuration, subject);
    const expiresAt = now + asked.ttlMs;
    const about = { id, name: asked.name, origin, expiresAt, actor: caller.name };
    const first = firstOf(Object.keys(targets), runs, wish);
    const clone: Clone = { ...about, ...(reviews !== undefined && { reviews }), targets, first };
    const said = await deps.clones.make({
      clone,
      environment,
      revision: configuration.revision,
      most: deps.mostClones,
      idempotency,
    });
    if (typeof said === 'object') return replayOf(deps, said, wish);
    if (said === 'taken') throw refusedFor([taken(asked.name)]);
    if (said === 'full') throw refusedFor([full(deps.mostClones)]);
    if (said === 'made') return { clone, release: await deployFirst(deps, clone, wish), replayed: false };
  }
  throw new Refusal(
    'configuration.moving',
    `The configuration changed ${MOST_TRIES} times while the request was judged`,
  );
}

interface Subject extends CloneWish {
  /** Of the clone. */
  readonly id: string;
  /** How many clones there are. */
  readonly count: number;
}

function judge(
  { catalog, mostClones }: CloneDeps,
  { environments, targets }: Snapshot,
  { origin, asked, caller, id, count }: Subject,
): { readonly environment: Environment; readonly targets: Clone['targets'] } {
  const source = environments.get(origin);
  if (!source) throw new Refusal('environment.unknown', `There is no environment ${origin}`);
  const candidates = asked.services ?? cloneableIn(catalog, targets, origin);
  const permitted = asked.services ? permitAt : permitUnasked;
  for (const service of candidates)
    for (const environment of [origin, asked.name]) permitted(caller, 'deploy', { service, environment });
  const violations: Violation[] = [];
  const copies: Record<string, Target> = {};
  candidates.forEach((service, at) => {
    const found = targets.get(targetName(service, origin));
    const copy = copyOf(catalog.get(found?.provider ?? ''), found, {
      service,
      environment: asked.name,
      stamp: id,
    });
    const pointer = asked.services ? `/services/${at}` : '/services';
    if ('why' in copy) violations.push({ pointer, detail: `${service} in ${origin} ${copy.why}` });
    else copies[service] = copy.target;
  });
  if (candidates.length === 0) {
    const detail = `is needed: no service in ${origin} runs on a platform that can be cloned`;
    violations.push({ pointer: '/services', detail });
  }
  if (environments.has(asked.name)) violations.push(taken(asked.name));
  if (count >= mostClones) violations.push(full(mostClones));
  if (violations.length > 0) throw refusedFor(violations);
  // Two environments with one offset would want the same ports.
  const { nodePortOffset: _, ...environment } = source;
  return { environment, targets: copies };
}

function cloneableIn(
  catalog: CloneDeps['catalog'],
  targets: Snapshot['targets'],
  origin: string,
): readonly string[] {
  return [...targets].flatMap(([name, { provider }]) => {
    const [service = '', environment] = name.split('/');
    return environment === origin && catalog.get(provider)?.cloned ? [service] : [];
  });
}

function copyOf(
  entry: CatalogEntry | undefined,
  target: Target | undefined,
  of: { readonly service: string; readonly environment: string; readonly stamp: string },
): { readonly target: Target } | { readonly why: string } {
  if (!target) return { why: 'is no target' };
  if (!entry?.cloned) return { why: `runs on ${target.provider}, which cannot be cloned yet` };
  const cloned = entry.cloned(target.spec, of);
  if (!cloned.ok) return { why: cloned.why };
  const verify = target.verify && { verify: ownChecks(target.verify) };
  return { target: { ...target, spec: cloned.spec, ...verify } };
}

/** Without checks of fixed addresses: those are the addresses of the origin, and say nothing of the clone. */
function ownChecks({ checks, ...verify }: Verify): Verify {
  const own = checks?.filter((check) => check.type === 'http' && check.url.startsWith('/'));
  return { ...verify, ...(own && { checks: own }) };
}

/** What runs in the origin for certain, of the services that are deployed at once. */
function firstOf(
  services: readonly string[],
  runs: Runs,
  { except }: CloneWish,
): NonNullable<Clone['first']> {
  const first = services.flatMap((service) => {
    const run = service === except ? undefined : runs.get(service);
    return run?.certain === true ? [[service, { version: run.version, deployment: run.deployment }]] : [];
  });
  return Object.fromEntries(first) as NonNullable<Clone['first']>;
}

/** Deploys what ran in the origin, once; a clone whose first deployments are refused is taken back. */
async function deployFirst(
  deps: CloneDeps,
  clone: Clone,
  { asked, caller, idempotency }: CloneWish,
): Promise<Release | undefined> {
  const { name: environment, origin, first = {} } = clone;
  const members = await Promise.all(
    Object.entries(first).map(async ([service, { version, deployment }]) => {
      const artifact = (await deps.deployments.input(deployment))?.artifact;
      return { service, environment, version, ...(artifact && { artifact }) };
    }),
  );
  if (members.length === 0) return undefined;
  const message = asked.message ?? `What runs in ${origin}`;
  try {
    const wish = { members, onFailure: 'continue', message } as const;
    return (await acceptRelease(deps, wish, caller, releaseOf(clone))).release;
  } catch (error) {
    await takeBack(deps, clone, idempotency);
    throw error;
  }
}

/** The key under which a clone has its first deployments. */
function releaseOf({ id }: Clone): Idempotency {
  return { scope: `clone:${id}`, hash: id };
}

/** Removes a clone to which nothing was deployed. Should this fail, a worker removes it at its end. */
async function takeBack(
  { releases, clones }: CloneDeps,
  clone: Clone,
  idempotency: Idempotency | undefined,
): Promise<void> {
  // Another request with the same key may have gone further.
  if (await releases.earlier(releaseOf(clone))) return;
  await clones.end(clone, 'Its first deployments were refused');
  if (idempotency) await clones.forget(idempotency);
  await clones.remove(clone);
}

/** The clone that an earlier request made, and its first deployments, should that one have died before it asked for them. */
async function replayOf(deps: CloneDeps, earlier: Earlier, wish: CloneWish): Promise<MadeClone> {
  const id = replayedId(earlier, 'clone');
  const { origin, asked, caller } = wish;
  const known = await deps.clones.find(asked.name);
  if (known?.clone.id !== id)
    throw new Refusal('clone.unknown', `${asked.name}, which was made under this key, is no longer there`);
  for (const service of Object.keys(known.clone.targets))
    for (const environment of [origin, asked.name]) permitUnasked(caller, 'deploy', { service, environment });
  return { ...known, release: await deployFirst(deps, known.clone, wish), replayed: true };
}

function taken(name: string): Violation {
  return { pointer: '/name', detail: `is taken: there is an environment ${name}` };
}

function full(most: number): Violation {
  return { pointer: '', detail: `cannot be made: ${most} clones are the most at once (BEANPOD_CLONES)` };
}

function refusedFor(errors: readonly Violation[]): Refusal {
  const detail = errors.map(({ pointer, detail: why }) => `${pointer || 'the clone'} ${why}`).join('; ');
  return new Refusal('clone.refused', detail, { errors });
}
