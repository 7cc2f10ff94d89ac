import type { DeployRequest } from '../../shared/contract/deploy-request.js';
import { approvalHold } from '../../shared/domain/approvals.js';
import type { Blocked } from '../../shared/domain/blockers/judge.js';
import type { Request } from '../../shared/domain/deployment.js';
import type { Hold } from '../../shared/domain/state.js';
import { holdsOf, judgeByBlockers, type HoldDeps } from '../../shared/holds/judge-holds.js';
import type { Acceptance } from '../../shared/store/acceptance.js';
import { permitAt } from '../access/permit.js';
import { Refusal } from '../refusal.js';
import type { Caller } from '../access/caller.js';

type Timing = Pick<Acceptance, 'queueMs' | 'hold'>;

/**
 * What would hold a request that could otherwise be accepted, and how long it may wait. Throws a Refusal when a
 * blocker refuses it, or when it sets blockers aside that it may not.
 */
export async function judgeHolds(
  deps: HoldDeps,
  request: Request,
  asked: Pick<DeployRequest, 'notBefore' | 'onBlocked' | 'expiresAt'>,
  queueMs: number,
  now: number,
): Promise<Timing> {
  const blocked = await judgeByBlockers(deps, { request }, now);
  const refusing = asked.onBlocked === 'reject' ? blocked : blocked.filter(({ mode }) => mode === 'reject');
  if (refusing.length > 0) throw refusedBy(request, refusing);
  const approval = missingApprovals(deps, request);
  const judged = [...holdsOf(blocked), ...(approval?.holds ?? [])];
  const hours = hoursOf(asked.notBefore, now);
  if (judged.length === 0) {
    const [until] = hours;
    return until ? { queueMs, hold: { because: hours, lookAt: until.until, ends: 'clock' } } : { queueMs };
  }
  const clears = Math.max(0, ...blocked.map(({ clearsAt = now }) => clearsAt - now));
  return {
    queueMs: asked.expiresAt === undefined ? clears + Math.max(queueMs, approval?.expiresInMs ?? 0) : queueMs,
    hold: { because: [...hours, ...judged], lookAt: now, ends: 'judge' },
  };
}

/** Throws a Refusal unless the caller may set aside the blockers that the request names, and these exist. */
export function judgeOverride(
  { configuration }: Pick<HoldDeps, 'configuration'>,
  { override, service, environment }: Pick<DeployRequest, 'override' | 'service' | 'environment'>,
  caller: Caller,
): void {
  if (!override) return;
  permitAt(caller, 'override', { service, environment });
  const { blockers } = configuration.current();
  const errors = override.blockers.flatMap((name, at) =>
    blockers.has(name)
      ? []
      : [{ pointer: `/override/blockers/${at}`, detail: 'is not the name of a blocker' }],
  );
  if (errors.length > 0)
    throw new Refusal('request.invalid', 'The request overrides blockers that do not exist', { errors });
}

/** The blockers of an answer. */
export function presentBlocked(blocked: readonly Blocked[]) {
  return blocked.map(({ clearsAt, ...rest }) => ({
    ...rest,
    ...(clearsAt !== undefined && { clearsAt: new Date(clearsAt).toISOString() }),
  }));
}

function refusedBy({ service, environment }: Request, blocked: readonly Blocked[]): Refusal {
  const why = blocked.map(({ because }) => because).join('; ');
  return new Refusal('target.blocked', `${service}/${environment} is blocked: ${why}`, {
    members: { blocked: presentBlocked(blocked) },
  });
}

function missingApprovals(
  { configuration }: Pick<HoldDeps, 'configuration'>,
  { environment }: Request,
): { holds: readonly Hold[]; expiresInMs: number } | undefined {
  const policy = configuration.current().environments.get(environment)?.approvals;
  if (!policy) return undefined;
  const hold = approvalHold(policy, { plan: '', approvals: [], authors: [] });
  return { holds: hold ? [hold] : [], expiresInMs: policy.expiresInMs ?? 0 };
}

function hoursOf(notBefore: string | undefined, now: number): readonly (Hold & { readonly until: number })[] {
  if (notBefore === undefined) return [];
  const until = Date.parse(notBefore);
  return until > now ? [{ kind: 'time', text: `not before ${notBefore}`, until }] : [];
}
