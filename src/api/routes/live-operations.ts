import { Type, type Static, type TSchema } from 'typebox';
import {
  EvictRequest,
  OperationPreview,
  OperationView,
  PauseRequest,
  RestartRequest,
  ScaleRequest,
} from '../../shared/contract/live-operation.js';
import type { Verb } from '../../shared/domain/access.js';
import { hasEnded, OPERATIONS, type Operation, type OperationWish } from '../../shared/domain/operations.js';
import type { Operations } from '../../shared/store/operations.js';
import { replayHeaders } from '../idempotency.js';
import { operationPath, presentOperation } from '../present-operation.js';
import { json, type Reply } from '../reply.js';
import { defineRoute, type Around, type Route } from '../route.js';
import type { Caller } from '../access/caller.js';
import { askLive, type AskLiveDeps } from '../use-cases/ask-live.js';
import {
  awaitOperation,
  refuseUnless,
  requestOperation,
  type OperationDeps,
} from '../use-cases/request-operation.js';
import { operationRecordRoutes } from './live-operation-records.js';
import { refused, TargetPath } from './parameters.js';

/** How long whoever asks waits for the end, in milliseconds. It goes on without them. */
const WAITS_MS = 20_000;

export interface OperationRouteDeps extends AskLiveDeps, OperationDeps {
  readonly operations: Operations;
}

const answers = {
  200: {
    description: 'It was done; with `dryRun`, what would be done',
    schema: Type.Union([OperationView, OperationPreview], { description: 'What was done, or would be' }),
  },
  202: {
    description: 'It waits for the target, or is being done',
    schema: OperationView,
    headers: { Location: 'The operation', 'Idempotency-Replayed': 'true for a repeated request' },
  },
  404: refused('Unknown target'),
  409: refused('It was cancelled or has expired meanwhile, or too many operations wait for the target'),
  422: refused('The platform of the target refused, or cannot do this'),
  503: refused('Nothing was accepted: the store cannot be reached or is full'),
  504: refused('No worker answered a dry run'),
};

/** One kind of operation: its route, what it asks for, and what is wished then. */
interface Row<B extends TSchema> {
  readonly path: string;
  readonly verb: Verb;
  readonly summary: string;
  readonly description: string;
  readonly body: B;
  wish(body: Static<B>): OperationWish;
}

/** What may be done to what runs, beside deployments: lined up, by a worker, one at a time, written down. */
export function liveOperationRoutes(deps: OperationRouteDeps): readonly Route[] {
  return [
    actRoute(deps, {
      path: 'restart',
      verb: OPERATIONS.restart.verb,
      summary: 'Restart a pod, all pods one after the other, or the processes of all instances',
      description: 'Elastic Beanstalk restarts the processes of all instances.',
      body: RestartRequest,
      wish: ({ pod }) => (pod ? { kind: 'restart-pod', pod } : { kind: 'restart' }),
    }),
    actRoute(deps, {
      path: 'evict',
      verb: OPERATIONS.evict.verb,
      summary: 'Have a pod leave its node, as its disruption budget allows',
      description: 'A budget that allows none now is waited for, two minutes at most.',
      body: EvictRequest,
      wish: ({ pod }) => ({ kind: 'evict', pod }),
    }),
    actRoute(deps, {
      path: 'scale',
      verb: OPERATIONS.scale.verb,
      summary: 'Set the number of pods of a workload',
      description: 'Refused where an autoscaler decides.',
      body: ScaleRequest,
      wish: ({ replicas, workload }) => ({
        kind: 'scale',
        replicas,
        ...(workload !== undefined && { workload }),
      }),
    }),
    ...(['pause', 'resume'] as const).map((kind) =>
      actRoute(deps, {
        path: kind,
        verb: OPERATIONS[kind].verb,
        summary:
          kind === 'pause' ? 'Hold the rollout of a Deployment where it is' : 'Let a held rollout go on',
        description: 'Deployments of the target are refused while one is paused.',
        body: PauseRequest,
        wish: ({ workload }) => ({ kind, ...(workload !== undefined && { workload }) }),
      }),
    ),
    ...operationRecordRoutes(deps),
  ];
}

type Asked = Static<typeof RestartRequest>;

function actRoute<const B extends TSchema>(
  deps: OperationRouteDeps,
  { path, verb, summary, description, body, wish }: Row<B>,
): Route {
  return defineRoute({
    method: 'post',
    path: `/v1/targets/:service/:environment/live/${path}`,
    tag: 'Live',
    summary,
    description: `${description} It is durable: it waits for the deployment or operation that is at work on the target, goes before deployments that have not begun, and is carried out also when nobody waits for the answer. With \`dryRun\` a worker only says what would be touched.`,
    access: { verb, on: ({ params }: { params: Static<typeof TargetPath> }) => params },
    params: TargetPath,
    body: { schema: body },
    headers: { 'Idempotency-Key': 'Within 24 hours, the same key and body answer the same operation' },
    answers,
    handler: ({ params, body: given, around }, caller) =>
      act(deps, { place: params, wish: wish(given), asked: given as Asked, around }, caller),
  });
}

interface Act {
  readonly place: { readonly service: string; readonly environment: string };
  readonly wish: OperationWish;
  readonly asked: Pick<Asked, 'reason' | 'dryRun' | 'expiresInSeconds'>;
  readonly around: Around;
}

async function act(
  deps: OperationRouteDeps,
  { place, wish, asked, around }: Act,
  caller: Caller,
): Promise<Reply> {
  const { reason, dryRun = false, expiresInSeconds } = asked;
  if (dryRun) return json(200, await askLive(deps, place, { ask: 'preview', wish }));
  const key = around.header('idempotency-key');
  const request = { wish, reason, ...(expiresInSeconds !== undefined && { expiresInSeconds }) };
  const { operation, replayed } = await requestOperation(deps, place, request, caller, key);
  const waited = awaitOperation(deps, operation.id, WAITS_MS, around.signal());
  // It is stored by now: trouble while somebody waits for it must not read as if it were not.
  const now = (await waited.catch(() => undefined)) ?? operation;
  refuseUnless(now);
  return replyTo(now, replayed);
}

function replyTo(operation: Operation, replayed: boolean): Reply {
  const { kind, state, subject, reason, done = [] } = operation;
  const isDone = hasEnded(state);
  const headers = {
    location: operationPath(operation),
    ...replayHeaders(replayed),
    ...(!isDone && { 'retry-after': '2' }),
  };
  const about = `${[kind, subject].filter(Boolean).join(' ')}: ${isDone ? done.join('; ') : state} (${reason})`;
  return { ...json(isDone ? 200 : 202, presentOperation(operation), headers), about: about.slice(0, 400) };
}
