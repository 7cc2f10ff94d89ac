import { Artifact } from '../../shared/contract/artifact.js';
import type { Hook } from '../../shared/contract/hook.js';
import type { NewVersion } from '../../shared/contract/version.js';
import { decideByTable, fillIn, type Review, type Told } from '../../shared/domain/hooks/decide.js';
import { schemaOf } from '../../shared/schema/schema.js';
import type { Deliveries, Delivery } from '../../shared/store/deliveries.js';
import type { Versions } from '../../shared/store/versions.js';
import { readTold } from '../hooks/told.js';
import { parseJson } from '../json-body.js';
import { Refusal, REFUSALS } from '../refusal.js';
import { acceptJudged } from './accept-deployment.js';
import { judgeRequest } from './judge-request.js';
import { endReviews, hookCaller, openReview, type ReviewDeps } from './review-environment.js';

/** What carrying a delivery out needs of the world around it. */
export interface CarryOutDeps extends ReviewDeps {
  readonly versions: Pick<Versions, 'find' | 'list' | 'register'>;
  readonly deliveries: Deliveries;
}

/** A delivery that was proven, and the hook that it came to. */
export interface SentDelivery {
  readonly name: string;
  readonly hook: Hook;
  readonly event: string | undefined;
  /** Makes one deployment of every try; absent for senders that give deliveries no id. */
  readonly key: string | undefined;
  readonly body: Uint8Array;
}

/** What came of a delivery. */
export type DeliveryOutcome = Pick<Delivery, 'outcome' | 'reason' | 'version' | 'review' | 'deployments'>;

/** A delivery that is being carried out; what was done stays known when what follows is refused. */
interface Work {
  readonly sent: SentDelivery;
  readonly told: Told;
  readonly reasons: string[];
  readonly deployments: string[];
  isDone: boolean;
  review?: string;
}

const artifacts = schemaOf(Artifact);

/**
 * Does what the hook says with a delivery. May be called again with the same one. Throws only what has nothing to do
 * with the delivery, as when the store is away.
 */
export async function carryOutDelivery(deps: CarryOutDeps, sent: SentDelivery): Promise<DeliveryOutcome> {
  const payload = readPayload(sent.body);
  if (payload instanceof Refusal) return without('refused', payload.message);
  const reading = readTold(sent.hook, sent.event, payload);
  if (reading.said === 'nothing') return without('nothing', reading.reason);
  const { told } = reading;
  if (!(await isNewest(deps.deliveries, sent.name, told)))
    return without('nothing', `Something newer was told of ${subjectOf(told)} before`);
  const work: Work = { sent, told, reasons: [], deployments: [], isDone: false };
  try {
    await (told.change === 'closed' ? close(deps, work) : followTable(deps, work));
  } catch (error) {
    if (!(error instanceof Refusal) || REFUSALS[error.code].status >= 500) throw error;
    work.reasons.push(error.message);
    return outcomeOf('refused', work);
  }
  return outcomeOf(work.isDone ? 'done' : 'nothing', work);
}

function without(outcome: 'refused' | 'nothing', reason: string): DeliveryOutcome {
  return { outcome, reason: reason.slice(0, 2_000), deployments: [] };
}

function outcomeOf(
  outcome: DeliveryOutcome['outcome'],
  { told, reasons, deployments, review }: Work,
): DeliveryOutcome {
  return {
    outcome,
    reason: reasons.join('; ').slice(0, 2_000),
    ...(told.version !== undefined && { version: told.version }),
    ...(review !== undefined && { review }),
    deployments,
  };
}

function readPayload(body: Uint8Array): unknown {
  try {
    const { value, forbidden } = parseJson(body);
    const [first] = forbidden;
    return first ? new Refusal('request.invalid', `${first.pointer} ${first.detail}`) : value;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

async function isNewest(deliveries: Deliveries, hook: string, told: Told): Promise<boolean> {
  if (told.happenedAt === undefined) return true;
  return deliveries.isNewest(hook, `${told.service} ${subjectOf(told)}`, told.happenedAt);
}

/** Commits and pull requests have times of their own, so they are not compared with each other. */
function subjectOf({ change, branch, pullRequest }: Told): string {
  const isAboutRequest = change === 'opened' || change === 'closed';
  return isAboutRequest && pullRequest !== undefined ? `pull request ${pullRequest}` : (branch ?? '');
}

async function close(deps: CarryOutDeps, work: Work): Promise<void> {
  const { told, sent } = work;
  work.reasons.push(
    told.pullRequest === undefined ? 'The branch was removed' : 'The pull request was closed',
  );
  const ended = await endReviews(deps, sent.name, told);
  if (ended.length === 0) return;
  work.isDone = true;
  work.review = ended[0] ?? '';
  work.reasons.push(`${ended.join(', ')} ends`);
}

async function followTable(deps: CarryOutDeps, work: Work): Promise<void> {
  const { told, sent } = work;
  await register(deps, work);
  const decided = decideByTable(sent.hook.decisions ?? [], told);
  if (decided.row === undefined) work.reasons.push('No row of the decision table fits');
  else if (decided.action === 'nothing') work.reasons.push(`Row ${decided.row + 1} says to do nothing`);
  else if (decided.action === 'review') await review(deps, work, decided.review);
  else if (told.version === undefined) work.reasons.push('It tells of no version');
  else {
    for (const environment of decided.environments) await deploy(deps, work, environment, told.version);
    work.reasons.push(`Row ${decided.row + 1} deploys it to ${decided.environments.join(', ')}`);
  }
}

/** Registers the version that a delivery tells of, when it says what that is made of. */
async function register({ versions }: CarryOutDeps, work: Work): Promise<void> {
  const { told, sent } = work;
  const made = artifactOf(sent.hook, told);
  if (made === undefined || told.version === undefined) return;
  const { service, version, branch, commit, message, author } = told;
  const known = await versions.find(service, version);
  const texts = Object.entries({ branch, message, author }).filter(([, text]) => text !== undefined);
  const registered =
    known ??
    (await versions.register(service, {
      version,
      artifact: made,
      ...(commit !== undefined && /^[0-9a-f]{7,64}$/.test(commit) && { commit }),
      ...Object.fromEntries(texts.map(([name, text]) => [name, text?.slice(0, 200)])),
    }));
  if ('said' in registered && registered.said === 'missing')
    throw new Refusal('service.unknown', `There is no service ${service}`);
  work.isDone = true;
  work.reasons.push(`Version ${version} of ${service} was registered${known ? ' before' : ''}`);
}

/** The artifact that the hook makes of what was told. Throws a Refusal for one that is none. */
function artifactOf({ artifact }: Hook, told: Told): NewVersion['artifact'] | undefined {
  if (!artifact && told.image === undefined) return undefined;
  const template = artifact ?? { type: 'image', image: told.image ?? '' };
  const filled = Object.entries(template).map(([name, text]) => {
    const made = fillIn(text, told);
    if ('text' in made) return [name, made.text];
    throw new Refusal(
      'request.invalid',
      `The artifact needs the ${made.missing}, which the delivery does not tell`,
    );
  });
  const made: unknown = Object.fromEntries(filled);
  if (artifacts.is(made)) return made;
  throw new Refusal('request.invalid', `The artifact of the hook is none: ${JSON.stringify(made)}`);
}

/** Makes the review environment, or lets it live on, and deploys there what was told, once that is registered. */
async function review(deps: CarryOutDeps, work: Work, wanted: Review): Promise<void> {
  const { told, sent } = work;
  const { service, version } = told;
  const isKnown = version !== undefined && (await deps.versions.find(service, version)) !== undefined;
  const wish = { hook: sent.name, review: wanted, told, deploys: isKnown };
  const { name, said, services } = await openReview(deps, wish);
  work.reasons.push(said);
  if (name === undefined) return;
  work.review = name;
  work.isDone = true;
  if (!isKnown) work.reasons.push(`Version ${version ?? 'unknown'} of ${service} is not registered`);
  else if (!services.includes(service)) work.reasons.push(`${service} is none of its services`);
  else {
    await deploy(deps, work, name, version);
    work.reasons.push(`Version ${version} is deployed there`);
  }
}

async function deploy(deps: CarryOutDeps, work: Work, environment: string, version: string): Promise<void> {
  const { told, sent } = work;
  const { service, commit, message } = told;
  const asked = {
    service,
    environment,
    version,
    onBusy: 'supersede' as const,
    ...(message !== undefined && { message }),
    ...(commit !== undefined && /^[0-9a-f]{7,64}$/.test(commit) && { commit }),
    ci: { name: `hook ${sent.name}` },
  };
  const scope = `hook:${sent.name}:${sent.key}:${service}/${environment}`;
  const { deployment } = await acceptJudged(deps, {
    judge: () => judgeRequest(deps, asked, hookCaller(sent.name)),
    asked: {},
    evenIfFailed: false,
    ...(sent.key !== undefined && { idempotency: { scope, hash: version } }),
  });
  work.isDone = true;
  work.deployments.push(deployment.id);
}
