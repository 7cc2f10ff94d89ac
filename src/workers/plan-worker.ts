import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Provider, Session, Surroundings, Turn } from '../providers/contract.js';
import { failure } from '../shared/domain/failures.js';
import { PLAN_QUEUE } from '../shared/queue/names.js';
import { answerPlan, type PlanAnswer, type PlanQuestion } from '../shared/queue/plans.js';

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
  redact(line: string): string;
}

/** Answers dry runs: opens a session, captures and plans, and never writes. */
export function startPlanWorker(deps: PlanWorkerDeps): { close(): Promise<void> } {
  const worker = new Worker<{ id: string; question: PlanQuestion }>(
    PLAN_QUEUE,
    async ({ data }) => {
      const answer = await planFor(deps, data.question).catch((error: unknown): PlanAnswer => {
        const said = deps.redact(error instanceof Error ? error.message : String(error));
        return { said: 'failed', failure: failure('internal.step-crashed', said) };
      });
      await answerPlan(deps.redis, deps.namespace, data.id, answer);
    },
    { connection: deps.connection, prefix: deps.prefix, concurrency: 10 },
  );
  worker.on('error', () => undefined);
  return { close: () => worker.close() };
}

async function planFor(deps: PlanWorkerDeps, { request, input }: PlanQuestion): Promise<PlanAnswer> {
  const { service, environment, version, provider: kind } = request;
  const provider = await deps.provider(kind);
  if (!provider)
    return { said: 'failed', failure: failure('provider.unknown', `There is no provider "${kind}" here`) };
  const release = { deploymentId: 'dry-run', service, environment, version, artifact: input.artifact };
  const opened = await provider.open(input.spec, release, deps.surroundings);
  if (!opened.ok)
    return { said: 'failed', failure: failure('provider.spec-invalid', opened.problems.join('; ')) };
  try {
    return await ask(opened.session, deps);
  } finally {
    await opened.session.close?.();
  }
}

async function ask(session: Session<unknown>, deps: PlanWorkerDeps): Promise<PlanAnswer> {
  const lines: string[] = [];
  const turn: Turn = {
    signal: AbortSignal.timeout(WITHIN_MS),
    epoch: 0,
    intent: undefined,
    intentAgeMs: 0,
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
