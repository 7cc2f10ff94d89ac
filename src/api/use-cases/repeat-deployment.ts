import type { RedeployRequest } from '../../shared/contract/repeat-request.js';
import type { Deployment } from '../../shared/domain/deployment.js';
import { isEnded, type Ended } from '../../shared/domain/state.js';
import { contentOf } from '../../shared/holds/approval-plan.js';
import type { WorkInput } from '../../shared/store/acceptance.js';
import type { Deployments } from '../../shared/store/deployments.js';
import { idempotencyOf } from '../idempotency.js';
import { Refusal } from '../refusal.js';
import type { Caller } from '../access/caller.js';
import { acceptJudged, type AcceptDeps, type AcceptedDeployment } from './accept-deployment.js';
import { findTarget, scopesOf, type Judged } from './judge-request.js';

/** What repeating needs beyond accepting. */
export interface RepeatDeps extends AcceptDeps {
  readonly deployments: AcceptDeps['deployments'] & {
    /** What a deployment was frozen to at its acceptance; undefined when it is no longer kept. */
    input(id: string): Promise<WorkInput | undefined>;
  };
}

/** How and why something that was deployed before is deployed again. */
export interface Repetition {
  readonly kind: 'redeploy' | 'rollback';
  readonly asked: RedeployRequest;
  readonly caller: Caller;
  readonly idempotencyKey: string | undefined;
}

/** How many successes of a target are looked through, on each side of a deployment, for the one that ran before it. */
const NEIGHBOURS = 20;

/**
 * Accepts a deployment of what `of` deployed, or, as a rollback, of what ran before it: version, artifact, spec, policy
 * and proofs as they were frozen then. Throws a Refusal when there is nothing to go to; nothing is stored then.
 */
export async function repeatDeployment(
  deps: RepeatDeps,
  of: Deployment,
  { kind, asked, caller, idempotencyKey }: Repetition,
): Promise<AcceptedDeployment> {
  return acceptJudged(deps, {
    judge: async () => {
      const source = kind === 'rollback' ? await ranBefore(deps.deployments, of) : of;
      return judgeRepetition(deps, source, { kind, of: of.id, asked, caller });
    },
    asked,
    evenIfFailed: asked.reason !== undefined,
    idempotency: idempotencyOf({ [kind]: of.id, ...asked }, caller, idempotencyKey),
  });
}

/** The deployment whose version ran on the target when this one started. */
async function ranBefore(deployments: Pick<Deployments, 'list'>, of: Deployment): Promise<Deployment> {
  const { id, number, state, startedAt = 0, request } = of;
  const { service, environment } = request;
  if (!isEnded(state)) {
    throw new Refusal(
      'deployment.unended',
      `Deployment ${number} is ${state.name}; cancel it to have it rolled back`,
    );
  }
  if (!isLeftChanged(state)) {
    throw new Refusal(
      'rollback.needless',
      `Deployment ${number} ended as ${state.name} and left nothing of itself`,
    );
  }
  const successes = { service, environment, states: ['succeeded'], limit: NEIGHBOURS } as const;
  // Ids follow the time of acceptance; one of high priority may have been accepted later and run before.
  const [older, newest] = await Promise.all([
    deployments.list({ ...successes, before: id }),
    deployments.list(successes),
  ]);
  let found: Deployment | undefined;
  for (const each of [...older, ...newest]) {
    const { finishedAt = Infinity } = each;
    if (each.id === id || finishedAt > startedAt) continue;
    if (finishedAt > (found?.finishedAt ?? 0)) found = each;
  }
  if (found) return found;
  throw new Refusal(
    'rollback.unknown',
    `Nothing succeeded on ${service}/${environment} by Beanpod before deployment ${number}`,
  );
}

/** Whether the target was changed and left so. */
function isLeftChanged(state: Ended): boolean {
  return state.name === 'succeeded' || state.name === 'rollback_failed' || ('wrote' in state && state.wrote);
}

/** A repetition and what it repeats. */
interface Repeated extends Omit<Repetition, 'idempotencyKey'> {
  /** Id of the deployment that is repeated or undone. */
  readonly of: string;
}

/** What a deployment deployed, as a request to deploy it again. Throws a Refusal when it is no longer kept or its target has changed. */
export async function judgeRepetition(
  deps: RepeatDeps,
  { id, number, request }: Deployment,
  { kind, of, asked, caller }: Repeated,
): Promise<Judged> {
  const { service, environment, version, provider, commit, author, message } = request;
  const { target, revision } = await findTarget(deps.configuration, service, environment);
  const input = await deps.deployments.input(id);
  if (!input) {
    throw new Refusal('repetition.forgotten', `What deployment ${number} was made of is no longer kept`);
  }
  if (target.provider !== provider) {
    throw new Refusal(
      'repetition.outdated',
      `Deployment ${number} went to ${provider}, and ${service}/${environment} is on ${target.provider} now`,
    );
  }
  const why = asked.reason ?? message;
  return {
    request: {
      service,
      environment,
      version,
      provider,
      kind,
      of,
      onBusy: asked.onBusy ?? target.policy?.onBusy ?? 'queue',
      actor: { name: caller.name },
      content: contentOf(version, input),
      ...(why !== undefined && { message: why }),
      ...(commit !== undefined && { commit }),
      ...(author !== undefined && { author }),
    },
    input,
    revision,
    scopes: scopesOf(target, environment),
  };
}
