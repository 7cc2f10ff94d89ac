import type { LiveAnswer, LiveOperations, LiveTurn, Operated } from '../providers/contract.js';
import type { OperationView } from '../shared/contract/live-operation.js';
import { newId } from '../shared/new-id.js';
import type { LiveQuestion, LiveReplyOf, OperationWish } from '../shared/queue/live.js';
import type { Operations } from '../shared/store/operations.js';

interface OperateDeps {
  readonly operations: Pick<Operations, 'begin' | 'end'>;
  redact(line: string): string;
}

/**
 * Does something to what runs, for somebody who still waits for it: one operation at a time, and none while a deployment
 * holds the target. It is written down before anything is done, and how it ended after.
 */
export async function operate(
  { operations, redact }: OperateDeps,
  { service, environment }: LiveQuestion,
  wish: OperationWish,
  live: LiveOperations,
  { signal }: LiveTurn,
): Promise<LiveReplyOf<OperationWish['ask']>> {
  const place = { service, environment };
  const turn = { ...place, signal };
  if (Date.now() >= wish.notAfter)
    return { said: 'wait', because: 'A worker came to it too late; nothing was done' };
  if (wish.dryRun) return answerOf(await run(live, wish, turn), { dryRun: true });
  const operation: OperationView = {
    id: newId(),
    kind: wish.ask,
    person: wish.person,
    reason: redact(wish.reason),
    startedAt: new Date().toISOString(),
  };
  const begun = await operations.begin(place, operation);
  if (begun.said !== 'begun') {
    const who = begun.said === 'deploying' ? 'Deployment' : 'Operation';
    return { said: 'busy', because: `${who} ${begun.id} is at work on the target; nothing was done` };
  }
  const end = (how: Pick<OperationView, 'done' | 'failure'>) =>
    operations.end(place, { ...operation, ...how, endedAt: new Date().toISOString() });
  try {
    const answer = await run(live, wish, turn);
    if (answer?.said === 'done') await end({ done: [...answer.value] });
    else await end({ failure: redact(reasonOf(answer)) });
    return answerOf(answer, { dryRun: false, operation: operation.id });
  } catch (error) {
    await end({ failure: redact(error instanceof Error ? error.message : String(error)) });
    throw error;
  }
}

function run(
  live: LiveOperations,
  wish: OperationWish,
  turn: LiveTurn & { readonly service: string; readonly environment: string },
): Promise<LiveAnswer<Operated>> | undefined {
  switch (wish.ask) {
    case 'restart-pod':
      return live.restartPod?.(turn, wish.pod, wish.dryRun);
    case 'restart':
      return live.restart?.(turn, wish.dryRun);
    case 'scale': {
      const { replicas, workload } = wish;
      return live.scale?.(turn, { replicas, ...(workload !== undefined && { workload }) }, wish.dryRun);
    }
  }
}

function reasonOf(answer: Exclude<LiveAnswer<Operated>, { said: 'done' }> | undefined): string {
  if (!answer) return 'The platform of the target cannot do this';
  // A write without an answer may have been carried out.
  if (answer.said === 'wait') return `${answer.because}; look whether it was done`;
  return `${answer.failure.title}: ${answer.failure.detail}`;
}

function answerOf(
  answer: LiveAnswer<Operated> | undefined,
  about: { readonly dryRun: boolean; readonly operation?: string },
): LiveReplyOf<OperationWish['ask']> {
  if (!answer) return { said: 'unsupported' };
  if (answer.said === 'wait') return { said: 'wait', because: reasonOf(answer) };
  return answer.said === 'done' ? { said: 'done', view: { ...about, done: [...answer.value] } } : answer;
}
