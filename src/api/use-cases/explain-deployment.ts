import type { Explanation, Obstacle } from '../../shared/contract/explanation.js';
import type { Deployment } from '../../shared/domain/deployment.js';
import { isEnded, type Stage } from '../../shared/domain/state.js';
import type { Deployments, Obstacles } from '../../shared/store/deployments.js';

interface ExplainDeps {
  readonly deployments: Pick<Deployments, 'obstacles' | 'load' | 'list'>;
}

/** How many past deployments of the target the guess rests on. */
const SAMPLES = 5;

/** Everything between now and live, in order, with who or what clears it. */
export async function explainDeployment(
  { deployments }: ExplainDeps,
  deployment: Deployment,
): Promise<Explanation> {
  const { state, request } = deployment;
  if (isEnded(state)) return { state: state.name, obstacles: [] };
  const [{ obstacles, before }, past] = await Promise.all([
    findObstacles(deployments, deployment),
    deployments.list({
      service: request.service,
      environment: request.environment,
      states: ['succeeded'],
      limit: SAMPLES,
    }),
  ]);
  const usual = usualMs(past);
  return {
    state: state.name,
    obstacles,
    ...(usual !== undefined && before.length > 0 && { startsInMs: waitOf(before, usual, Date.now()) }),
  };
}

/** What stands between a deployment that has not ended and live, and the deployments before it on its target. */
export async function findObstacles(
  deployments: Pick<Deployments, 'obstacles' | 'load'>,
  deployment: Deployment,
): Promise<{ readonly obstacles: Obstacle[]; readonly before: readonly Deployment[] }> {
  const found: Partial<Obstacles> = (await deployments.obstacles(deployment.id)) ?? {};
  const { before: ids = [], full = [], operations = [], unanswered } = found;
  const before = (await Promise.all(ids.map((id) => deployments.load(id)))).filter(
    (each) => each !== undefined,
  );
  return {
    obstacles: [
      ...holds(deployment),
      ...before.map(deploymentBefore),
      ...operations.map(operationBefore),
      ...full.map(limitReached),
      ...(unanswered === undefined ? [] : [workerMissing(unanswered)]),
      ...ownWork(deployment),
    ],
    before,
  };
}

function holds({ state }: Deployment): readonly Obstacle[] {
  if (state.name !== 'held') return [];
  return state.because.map(({ kind, text, until }) => ({
    kind: 'hold',
    text,
    clears: kind === 'approval' ? 'operator' : until === undefined ? 'itself' : 'time',
    ...(until !== undefined && { until: new Date(until).toISOString() }),
    ...(kind === 'approval' && { how: 'Approve it with POST …/approve' }),
  }));
}

function deploymentBefore({ id, number, request, state }: Deployment): Obstacle {
  const text = `Deployment ${number} of ${request.version} is before it on the target (${state.name})`;
  return { kind: 'deployment', text, clears: 'itself', deployment: id };
}

function operationBefore(id: string): Obstacle {
  return {
    kind: 'operation',
    text: `Operation ${id} goes before it on the target`,
    clears: 'itself',
    how: 'Cancel it while it is queued, with DELETE …/live/operations/{id}',
  };
}

function limitReached({ scope, limit }: Obstacles['full'][number]): Obstacle {
  const text = `At most ${limit} deployments run at once in ${scope}`;
  return { kind: 'limit', text, clears: 'itself', how: 'Wait for one of them to end, or raise the limit' };
}

function workerMissing(calls: number): Obstacle {
  if (calls < 2) return { kind: 'worker', text: 'A worker has been called', clears: 'itself' };
  const text = `Workers have been called ${calls} times and none has come`;
  return {
    kind: 'worker',
    text,
    clears: 'operator',
    how: 'Start a worker, or look why the workers take nothing',
  };
}

function ownWork({ state, progress }: Deployment): readonly Obstacle[] {
  switch (state.name) {
    case 'deploying':
      return [
        ...progress.forward
          .slice(state.step)
          .map(({ title }): Obstacle => ({ kind: 'step', text: title, clears: 'itself' })),
        { kind: 'verification', text: 'Verification of the new version', clears: 'itself' },
      ];
    case 'verifying':
      return [whileVerifying(state.stage)];
    case 'rolling_back':
      return progress.back
        .slice(state.step)
        .map(({ title }): Obstacle => ({ kind: 'rollback', text: title, clears: 'itself' }));
    case 'held':
    case 'queued':
    case 'preparing':
    case 'succeeded':
    case 'rolled_back':
    case 'rollback_failed':
    case 'failed':
    case 'superseded':
    case 'cancelled':
    case 'expired':
      return [];
  }
}

function whileVerifying(stage: Stage): Obstacle {
  return stage === 'settle'
    ? { kind: 'step', text: 'Clean-up behind the new version, which is proven and stays', clears: 'itself' }
    : { kind: 'verification', text: `Verification: ${stage}`, clears: 'itself' };
}

/** Middle duration of past successes, in milliseconds. */
function usualMs(past: readonly Deployment[]): number | undefined {
  const durations = past
    .map(({ startedAt, finishedAt }) => (finishedAt ?? 0) - (startedAt ?? 0))
    .sort((one, other) => one - other);
  return durations[Math.floor(durations.length / 2)];
}

function waitOf(before: readonly Deployment[], usual: number, now: number): number {
  return before.reduce(
    (sum, { startedAt }) => sum + Math.max(0, usual - (startedAt === undefined ? 0 : now - startedAt)),
    0,
  );
}
