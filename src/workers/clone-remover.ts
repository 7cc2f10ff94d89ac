import type { AuditedCall } from '../shared/domain/audit.js';
import { LIVE_NAMES } from '../shared/domain/state.js';
import { keepLooking } from '../shared/keep-looking.js';
import type { Logger } from '../shared/log/logger.js';
import { newId } from '../shared/new-id.js';
import type { AuditLog } from '../shared/store/audit-log.js';
import type { Clone, Clones, KnownClone } from '../shared/store/clones.js';
import type { Deployments } from '../shared/store/deployments.js';
import type { Offer } from '../shared/store/offers.js';
import { withLive, type WithLiveDeps } from './with-live.js';

/** Between two looks at all clones, in milliseconds. */
const PERIOD_MS = 10_000;
/** A worker that is silent for so many leases of a target loses a clone to another one. */
const LEASES = 4;
const MOST_DEPLOYMENTS = 500;

export interface CloneRemoverDeps extends WithLiveDeps {
  readonly clones: Clones;
  readonly deployments: Pick<Deployments, 'list' | 'cancel'>;
  readonly auditLog: Pick<AuditLog, 'append'>;
  readonly logger: Logger;
  readonly worker: string;
  readonly leaseMs: number;
  /** Factor on the pause between two looks. */
  readonly tempo: number;
  offer(offer: Offer): void;
  redact(text: string): string;
}

/**
 * Ends clones whose time has passed and removes those that end, in every worker. Each look does what can be done now and
 * looks first, so a removal that lost its worker goes on where it was, in another one.
 */
export function startCloneRemover(deps: CloneRemoverDeps): { close(): Promise<void> } {
  return keepLooking({
    look: (closing) => lookAtAll(deps, closing),
    pauseMs: () => PERIOD_MS * deps.tempo,
    onError: (error) =>
      deps.logger.warn('clones could not be looked at', { error: deps.redact(String(error)) }),
  });
}

async function lookAtAll(deps: CloneRemoverDeps, closing: AbortSignal): Promise<void> {
  const { now, clones } = await deps.clones.list();
  await Promise.all(
    clones.map(async (known) => {
      if (known.ending || known.clone.expiresAt <= now) await carryOn(deps, known, closing);
    }),
  );
}

/** One look at one clone that ends, by the one worker that has the right to remove it. */
async function carryOn(
  deps: CloneRemoverDeps,
  { clone, ending }: KnownClone,
  closing: AbortSignal,
): Promise<void> {
  const { clones, worker, leaseMs, logger } = deps;
  const lease = LEASES * leaseMs;
  // Several removers of one process are told apart as well.
  const owner = `${worker}:${newId()}`;
  if (!(await clones.take(clone.name, owner, lease))) return;
  try {
    if (!ending) await begin(deps, clone);
    const signal = AbortSignal.any([closing, AbortSignal.timeout(0.7 * lease)]);
    const waitsFor = await removeOnce(deps, clone, signal);
    if (waitsFor !== undefined) await clones.explain(clone.name, waitsFor);
  } catch (error) {
    const why = deps.redact(String(error));
    logger.warn('a clone could not be removed yet', { clone: clone.name, error: why });
    await clones.explain(clone.name, `The last look failed: ${why}`);
  } finally {
    await clones.leave(clone.name, owner);
  }
}

async function begin(deps: CloneRemoverDeps, clone: Clone): Promise<void> {
  const because = 'Its time has passed';
  if ((await deps.clones.end(clone, because)) === 'ending') await record(deps, clone, 202, because);
}

/** What the removal waits for; undefined once the clone is gone. */
async function removeOnce(
  deps: CloneRemoverDeps,
  clone: Clone,
  signal: AbortSignal,
): Promise<string | undefined> {
  const underWay = await cancelAll(deps, clone);
  if (underWay.length > 0) return `Deployments that are being cancelled: ${underWay.join(', ')}`;
  const answers = await Promise.all(
    Object.keys(clone.targets).map((service) => removeTarget(deps, clone, service, signal)),
  );
  const open = answers.flatMap((answer) => (answer.gone ? [] : [answer.seen]));
  if (open.length > 0) return open.join('; ');
  const removed = await deps.clones.remove(clone);
  if (removed.said === 'used') return `Deployment ${removed.by}, which is still under way`;
  const seen = answers.map((answer) => answer.seen).join('; ');
  if (removed.said === 'removed') await record(deps, clone, 204, seen);
  deps.logger.info('clone removed', { clone: clone.name, seen });
  return undefined;
}

/** Ids of what is under way there; all of it has been asked to stop. */
async function cancelAll(
  { deployments, offer }: CloneRemoverDeps,
  { name }: Clone,
): Promise<readonly string[]> {
  const found = await deployments.list({ environment: name, states: LIVE_NAMES, limit: MOST_DEPLOYMENTS });
  const underWay: string[] = [];
  for (const { id } of found) {
    const said = await deployments.cancel(id, { by: 'beanpod', reason: `The clone ${name} ends` });
    if (said.said === 'cancelling' || said.said === 'proven') underWay.push(id);
    if (said.said === 'cancelled') said.offers.forEach(offer);
  }
  return underWay;
}

interface Look {
  readonly gone: boolean;
  readonly seen: string;
}

async function removeTarget(
  deps: CloneRemoverDeps,
  clone: Clone,
  service: string,
  signal: AbortSignal,
): Promise<Look> {
  const target = clone.targets[service];
  if (!target) throw new Error(`The clone ${clone.name} has no target ${service}`);
  const { provider, spec } = target;
  const subject = { service, environment: clone.name, provider, spec };
  const answer = await withLive(
    deps,
    subject,
    signal,
    async (live) => (await live.remove?.({ signal })) ?? { said: 'unsupported' as const },
  );
  switch (answer.said) {
    case 'done':
      return { gone: true, seen: `${service}: ${deps.redact(answer.value)}` };
    case 'wait':
      return { gone: false, seen: `${service}: ${deps.redact(answer.because)}` };
    case 'failed':
      return {
        gone: false,
        seen: `${service}: ${answer.failure.code}: ${deps.redact(answer.failure.detail)}`,
      };
    case 'unsupported':
      return { gone: false, seen: `${service}: ${provider} cannot remove anything` };
  }
}

/** The audit log is of calls; what a worker does by itself stands there as the call that people could have made. */
async function record(
  { auditLog, worker }: CloneRemoverDeps,
  { name }: Clone,
  status: number,
  about: string,
): Promise<void> {
  const call: AuditedCall = {
    at: new Date().toISOString(),
    actor: { id: 'beanpod', name: worker, owner: 'installation installation', by: 'nothing' },
    method: 'DELETE',
    path: `/v1/environments/${name}/clone`,
    status,
    about: about.slice(0, 500),
    requestId: newId(),
    address: '',
  };
  await auditLog.append(call);
}
