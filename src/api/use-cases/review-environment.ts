import { fillIn, type Review, type Told } from '../../shared/domain/hooks/decide.js';
import type { Clones, KnownClone } from '../../shared/store/clones.js';
import { reviewName } from '../hooks/review-name.js';
import { Refusal } from '../refusal.js';
import type { Caller } from '../access/caller.js';
import { cloneEnvironment, type CloneDeps } from './clone-environment.js';

/** What review environments need of the world around them. */
export interface ReviewDeps extends CloneDeps {
  readonly clones: CloneDeps['clones'] & Pick<Clones, 'renew'>;
}

/** What a hook was told, and how its table wants it reviewed. */
export interface ReviewWish {
  readonly hook: string;
  readonly review: Review;
  readonly told: Told;
  /** Whether the caller deploys the service that was told of there, right afterwards. */
  readonly deploys: boolean;
}

/** A review environment that is there now; without a name there is none, and `said` says why. */
export interface OpenReview {
  readonly name?: string;
  readonly said: string;
  readonly services: readonly string[];
}

/**
 * Makes the review environment of a branch or pull request as a clone, with the rights that the table of the hook
 * implies, or lets the one that is there live on. What was merely built makes none: it may come after the end. Throws a
 * Refusal when it cannot be made.
 */
export async function openReview(deps: ReviewDeps, wish: ReviewWish): Promise<OpenReview> {
  const { hook, review, told, deploys } = wish;
  const name = nameOf(review, told);
  const reviews = subjectOf(hook, told);
  const { now, known } = await look(deps, name);
  if (known) return goOn(deps, known, { reviews, expiresAt: now + review.ttlMs });
  if (told.change === 'built')
    return { said: `There is no environment ${name}; only what is pushed or opened makes it`, services: [] };
  const { from: origin, ttlMs, services } = review;
  const message = `${reviews}${told.message === undefined ? '' : `: ${told.message}`}`.slice(0, 500);
  try {
    const { clone } = await cloneEnvironment(deps, {
      origin,
      asked: { name, ttlMs, message, ...(services && { services: [...services] }) },
      caller: reviewCaller(hook, origin, name),
      reviews,
      ...(deploys && { except: told.service }),
    });
    return { name, said: `${name} was made like ${origin}`, services: Object.keys(clone.targets) };
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'clone.refused') throw error;
    // Another delivery about the same may have made it at the same moment.
    const { known: other } = await look(deps, name);
    if (other?.clone.reviews !== reviews) throw error;
    return goOn(deps, other, { reviews, expiresAt: now + ttlMs });
  }
}

/** Ends the review environments of a branch or pull request that is closed. Answers their names; again for those that end. */
export async function endReviews(deps: ReviewDeps, hook: string, told: Told): Promise<readonly string[]> {
  const reviews = subjectOf(hook, told);
  const { clones } = await deps.clones.list();
  const own = clones.filter(({ clone }) => clone.reviews === reviews);
  const because = told.pullRequest === undefined ? 'Its branch was removed' : 'Its pull request was closed';
  for (const { clone } of own) await deps.clones.end(clone, because);
  return own.map(({ clone }) => clone.name);
}

/** Whoever configured the hook was an administrator; its table says where it deploys. */
export function hookCaller(hook: string): Caller {
  return {
    id: `hook:${hook}`,
    name: `hook ${hook}`,
    grants: [],
    owner: { kind: 'installation', name: hook },
    by: 'nothing',
  };
}

/** A hook that may clone one environment to another, and nothing else. */
function reviewCaller(hook: string, origin: string, name: string): Caller {
  const from = `hook ${hook}`;
  const rules = [
    { effect: 'allow', verbs: ['deploy'], environment: origin, from },
    { effect: 'allow', verbs: ['deploy', 'edit'], environment: name, from },
  ] as const;
  return { ...hookCaller(hook), grants: [rules] };
}

async function look(
  { clones }: ReviewDeps,
  name: string,
): Promise<{ readonly now: number; readonly known: KnownClone | undefined }> {
  const { now, clones: all } = await clones.list();
  return { now, known: all.find(({ clone }) => clone.name === name) };
}

async function goOn(
  { clones }: ReviewDeps,
  { clone, ending }: KnownClone,
  { reviews, expiresAt }: { readonly reviews: string; readonly expiresAt: number },
): Promise<OpenReview> {
  const { name } = clone;
  if (clone.reviews !== reviews) {
    const whose = clone.reviews ?? `a clone that ${clone.actor} made`;
    throw new Refusal('clone.refused', `${name} is taken by ${whose}: let the template name it more exactly`);
  }
  const isThere = !ending && (await clones.renew(clone, Math.max(expiresAt, clone.expiresAt))) === 'renewed';
  if (!isThere)
    throw new Refusal('clone.refused', `${name} is being removed: replay the delivery when it is gone`);
  return { name, said: `${name} lives on`, services: Object.keys(clone.targets) };
}

function nameOf({ name: template }: Review, told: Told): string {
  const filled = fillIn(template, told);
  if ('missing' in filled)
    throw new Refusal(
      'clone.refused',
      `The name of the environment needs the ${filled.missing}, which the delivery does not tell`,
    );
  const name = reviewName(filled.text);
  if (name !== undefined) return name;
  throw new Refusal('clone.refused', `"${filled.text.slice(0, 100)}" leaves nothing of a name`);
}

/** What is reviewed, unlike any other that this or another hook is told of. */
function subjectOf(hook: string, { service, branch = '', pullRequest }: Told): string {
  const what = pullRequest === undefined ? `Branch ${branch.slice(0, 255)}` : `Pull request ${pullRequest}`;
  return `${what} of ${service}, told to the hook ${hook}`;
}
