import type { CatalogEntry } from '../../providers/catalog.js';
import type { CloneRequest } from '../../shared/contract/clone.js';
import type { Environment, Target } from '../../shared/contract/configuration.js';
import type { Verify } from '../../shared/contract/policy.js';
import { targetName } from '../../shared/domain/ids.js';
import { newId } from '../../shared/new-id.js';
import type { Violation } from '../../shared/schema/schema.js';
import type { Clone, Clones } from '../../shared/store/clones.js';
import type { Snapshot } from '../../shared/store/configuration.js';
import type { Release } from '../../shared/store/releases.js';
import type { Runs, Snapshots } from '../../shared/store/snapshots.js';
import { permitAt, permitUnasked } from '../access/permit.js';
import { Refusal } from '../refusal.js';
import type { Caller } from '../access/caller.js';
import { acceptRelease, type ReleaseDeps } from './accept-release.js';

/** What cloning needs of the world around it. */
export interface CloneDeps extends ReleaseDeps {
  readonly clones: Pick<Clones, 'make' | 'end' | 'remove' | 'list'>;
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
}

/** A clone that was made, and the release of its first deployments; none when nothing runs in the origin. */
export interface MadeClone {
  readonly clone: Clone;
  readonly release: Release | undefined;
}

const MOST_TRIES = 3;

/**
 * Makes an environment like another one, and deploys to it what runs there. Throws a Refusal that names everything that
 * is wrong; nothing is left then.
 */
export async function cloneEnvironment(deps: CloneDeps, wish: CloneWish): Promise<MadeClone> {
  const { origin, asked, caller, reviews } = wish;
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
    const clone: Clone = { ...about, ...(reviews !== undefined && { reviews }), targets };
    const said = await deps.clones.make({
      clone,
      environment,
      revision: configuration.revision,
      most: deps.mostClones,
    });
    if (said === 'taken') throw refusedFor([taken(asked.name)]);
    if (said === 'full') throw refusedFor([full(deps.mostClones)]);
    if (said === 'made') return { clone, release: await deployFirst(deps, clone, runs, wish) };
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

/** Deploys what runs in the origin; a clone whose first deployments are refused is taken back. */
async function deployFirst(
  deps: CloneDeps,
  clone: Clone,
  runs: Runs,
  { asked, caller, except }: CloneWish,
): Promise<Release | undefined> {
  const { name: environment, origin } = clone;
  const services = Object.keys(clone.targets).filter((service) => service !== except);
  const members = await Promise.all(
    services.map(async (service) => {
      const run = runs.get(service);
      if (run?.certain !== true) return [];
      const artifact = (await deps.deployments.input(run.deployment))?.artifact;
      return [{ service, environment, version: run.version, ...(artifact && { artifact }) }];
    }),
  );
  if (members.flat().length === 0) return undefined;
  const message = asked.message ?? `What runs in ${origin}`;
  try {
    const wish = { members: members.flat(), onFailure: 'continue', message } as const;
    return await acceptRelease(deps, wish, caller);
  } catch (error) {
    await deps.clones.end(clone, 'Its first deployments were refused');
    // Nothing was deployed; should this fail too, a worker removes it.
    await deps.clones.remove(clone);
    throw error;
  }
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
