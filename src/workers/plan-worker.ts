import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Session } from '../providers/contract.js';
import { failure } from '../shared/domain/failures.js';
import { PLAN_QUEUE } from '../shared/queue/names.js';
import type { PlanAnswer, PlanQuestion } from '../shared/queue/plans.js';
import { leaveAnswer, type Asked } from '../shared/queue/questions.js';
import { hiddenIn } from './secrets/hidden.js';
import { lookingTurn, withSession, type WithSessionDeps } from './with-session.js';

/** Longest time for a dry run, in milliseconds. */
const WITHIN_MS = 25_000;

interface PlanWorkerDeps extends WithSessionDeps {
  readonly connection: Redis;
  /** Connection for the answer. */
  readonly redis: Redis;
  readonly namespace: string;
  readonly prefix: string;
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
  const { service, environment, version, provider } = request;
  const signal = AbortSignal.timeout(WITHIN_MS);
  const release = { deploymentId: 'dry-run', service, environment, version, artifact: input.artifact };
  const subject = { provider, release, input };
  const answer = await withSession(deps, subject, signal, (session) => ask(session, deps, signal));
  if (answer.said !== 'wait') return answer;
  return { said: 'failed', failure: failure('secrets.unavailable', answer.because) };
}

async function ask(
  session: Session<unknown>,
  deps: PlanWorkerDeps,
  signal: AbortSignal,
): Promise<PlanAnswer> {
  const lines: string[] = [];
  const turn = lookingTurn(signal, (line) => void lines.push(deps.redact(line)));
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
