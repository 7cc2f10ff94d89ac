import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Provider, Session, Surroundings, Turn } from '../providers/contract.js';
import { failure } from '../shared/domain/failures.js';
import { PLAN_QUEUE } from '../shared/queue/names.js';
import type { PlanAnswer, PlanQuestion } from '../shared/queue/plans.js';
import { leaveAnswer, type Asked } from '../shared/queue/questions.js';
import type { DeploymentSecrets } from './secrets/deployment-secrets.js';
import { hiddenIn } from './secrets/hidden.js';
import { reveal, type RevealDeps } from './secrets/reveal.js';
import type { Secrets } from './secrets/secrets.js';

/** Longest time for a dry run, in milliseconds. */
const WITHIN_MS = 25_000;

interface PlanWorkerDeps {
  readonly connection: Redis;
  /** Connection for the answer. */
  readonly redis: Redis;
  readonly namespace: string;
  readonly prefix: string;
  provider(kind: string): Promise<Provider | undefined>;
  readonly surroundings: Surroundings;
  readonly secrets: Secrets;
  redact(line: string): string;
}

/** Answers dry runs: opens a session, captures and plans, and never writes. */
export function startPlanWorker(deps: PlanWorkerDeps): { close(): Promise<void> } {
  const worker = new Worker<Asked<PlanQuestion>>(
    PLAN_QUEUE,
    async ({ data }) => {
      const answer = await planFor(deps, data.question).catch((error: unknown): PlanAnswer => {
        const said = deps.redact(error instanceof Error ? error.message : String(error));
        return { said: 'failed', failure: failure('internal.step-crashed', said) };
      });
      await leaveAnswer(deps.redis, deps.namespace, data.id, hiddenIn(answer, deps.secrets.redactor));
    },
    { connection: deps.connection, prefix: deps.prefix, concurrency: 10 },
  );
  worker.on('error', () => undefined);
  return { close: () => worker.close() };
}

async function planFor(deps: PlanWorkerDeps, { request, input }: PlanQuestion): Promise<PlanAnswer> {
  const { service, environment, version, provider: kind } = request;
  const signal = AbortSignal.timeout(WITHIN_MS);
  const provider = await deps.provider(kind);
  if (!provider)
    return { said: 'failed', failure: failure('provider.unknown', `There is no provider "${kind}" here`) };
  const release = { deploymentId: 'dry-run', service, environment, version, artifact: input.artifact };
  const secrets = deps.secrets.open({ service, environment });
  try {
    const revealed = await reveal(input, revealing(secrets, provider.credentialsIn(input.spec)), signal);
    if (revealed.said === 'failed') return revealed;
    if (revealed.said === 'wait')
      return { said: 'failed', failure: failure('secrets.unavailable', revealed.because) };
    const around = { ...deps.surroundings, credentials: secrets };
    const opened = await provider.open(revealed.value.spec, release, around);
    if (!opened.ok)
      return { said: 'failed', failure: failure('provider.spec-invalid', opened.problems.join('; ')) };
    try {
      return await ask(opened.session, deps, signal);
    } finally {
      await opened.session.close?.();
    }
  } finally {
    await secrets.close('revoke');
  }
}

/** A dry run stores nothing, so that it needs no key. */
function revealing(secrets: DeploymentSecrets, credentials: readonly string[]): RevealDeps {
  return { secrets, credentials, canSeal: true, otherwise: 'stop', say: () => undefined };
}

async function ask(
  session: Session<unknown>,
  deps: PlanWorkerDeps,
  signal: AbortSignal,
): Promise<PlanAnswer> {
  const lines: string[] = [];
  const turn: Turn = {
    signal,
    epoch: 0,
    intent: undefined,
    intentAgeMs: 0,
    noteOf: () => undefined,
    say: (line) => void lines.push(deps.redact(line)),
    intend: () => Promise.reject(new Error('A dry run must not write')),
  };
  const captured = await session.capture(turn);
  if (captured.said === 'failed') return captured;
  if (captured.said === 'wait')
    return { said: 'failed', failure: failure('deployment.deadline', captured.because) };
  const preview = (await session.preview?.(turn, captured.baseline)) ?? [];
  const steps = session.forward(captured.baseline).map(({ id, title, writes }) => ({ id, title, writes }));
  const rollback = captured.noRollback ? captured.noRollback.detail : captured.summary;
  return {
    said: 'plan',
    plan: { baseline: captured.summary, steps, rollback, lines: [...lines, ...preview.map(deps.redact)] },
  };
}
