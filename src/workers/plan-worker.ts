import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Session } from '../providers/contract.js';
import { sentenceOf } from '../shared/domain/events.js';
import { failure } from '../shared/domain/failures.js';
import { imagesOf } from '../shared/domain/image-reference.js';
import { PLAN_QUEUE } from '../shared/queue/names.js';
import type { PlanAnswer, PlanQuestion } from '../shared/queue/plans.js';
import { leaveAnswer, type Asked } from '../shared/queue/questions.js';
import { pinnedArtifact, type ImagePins, type Pinned } from './images/pin-images.js';
import { hiddenIn } from './secrets/hidden.js';
import type { Reading } from './secrets/reading.js';
import { lookingTurn, withSession, type WithSessionDeps } from './with-session.js';

/** Longest time for a dry run, in milliseconds. */
const WITHIN_MS = 25_000;

interface PlanWorkerDeps extends WithSessionDeps {
  readonly connection: Redis;
  /** Connection for the answer. */
  readonly redis: Redis;
  readonly namespace: string;
  readonly prefix: string;
  readonly images: ImagePins;
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

async function planFor(deps: PlanWorkerDeps, question: PlanQuestion): Promise<PlanAnswer> {
  const { request, input } = question;
  const { service, environment, version, provider } = request;
  const signal = AbortSignal.timeout(WITHIN_MS);
  const pinned = await pin(deps, question, signal);
  if (pinned.said === 'failed') return pinned;
  if (pinned.said === 'wait')
    return { said: 'failed', failure: failure('image.unavailable', pinned.because) };
  const { digests, events } = pinned.value;
  const artifact = pinnedArtifact(input.artifact, digests);
  const release = { deploymentId: 'dry-run', service, environment, version, artifact };
  const subject = { provider, release, input };
  const answer = await withSession(deps, subject, signal, (session) => ask(session, deps, signal));
  if (answer.said === 'wait')
    return { said: 'failed', failure: failure('secrets.unavailable', answer.because) };
  if (answer.said !== 'plan') return answer;
  const found = events.map(({ code, data }) => sentenceOf(code, data));
  return { said: 'plan', plan: { ...answer.plan, lines: [...found, ...answer.plan.lines] } };
}

/** Which digests the version would run with. What a tag names now is looked at and not kept. */
async function pin(
  deps: PlanWorkerDeps,
  { request: { service, environment, version }, input }: PlanQuestion,
  signal: AbortSignal,
): Promise<Reading<Pinned>> {
  const secrets = deps.secrets.open({ service, environment });
  const [images, allowed] = [imagesOf(input.artifact), input.policy.images ?? 'any'];
  try {
    const wish = { service, version, images, allowed, findings: 'look' } as const;
    return await deps.images.pin(wish, secrets, signal);
  } finally {
    await secrets.close('revoke');
  }
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
