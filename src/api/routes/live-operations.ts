import {
  OperationDone,
  OperationsView,
  RestartRequest,
  ScaleRequest,
} from '../../shared/contract/live-operation.js';
import type { OperationWish } from '../../shared/queue/live.js';
import type { Operations } from '../../shared/store/operations.js';
import { json, type Reply } from '../reply.js';
import { defineRoute, type Caller, type Route } from '../route.js';
import { askLive, type AskLiveDeps } from '../use-cases/ask-live.js';
import { refused, TargetPath } from './parameters.js';

/** How long whoever asks waits, in milliseconds; a worker that comes later does nothing. */
const WAITS_MS = 55_000;

interface OperationRouteDeps extends AskLiveDeps {
  readonly operations: Pick<Operations, 'list'>;
}

const tag = 'Live';
const answers = {
  200: { description: 'What was done', schema: OperationDone },
  404: refused('Unknown target'),
  409: refused('A deployment or another operation is at work on the target; nothing was done'),
  422: refused('The platform of the target refused, or cannot do this'),
  503: refused('Not now; the detail says whether something may have been done'),
  504: refused('No worker answered in time; nothing is done later'),
};

/** What may be done to what runs, beside deployments: by a worker, one at a time, written down. */
export function liveOperationRoutes({ operations, ...deps }: OperationRouteDeps): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/targets/:service/:environment/live/restart',
      tag,
      summary: 'Restart a pod, or all of them one after the other',
      description: 'With `dryRun` only says what would be touched.',
      access: { verb: 'restart', on: ({ params }) => params },
      params: TargetPath,
      body: { schema: RestartRequest },
      answers,
      handler: ({ params, body: { pod, ...about } }, caller) =>
        operate(deps, params, pod ? { ask: 'restart-pod', pod } : { ask: 'restart' }, about, caller),
    }),
    defineRoute({
      method: 'post',
      path: '/v1/targets/:service/:environment/live/scale',
      tag,
      summary: 'Set the number of pods of a workload',
      description: 'Refused where an autoscaler decides. With `dryRun` only says what would be touched.',
      access: { verb: 'scale', on: ({ params }) => params },
      params: TargetPath,
      body: { schema: ScaleRequest },
      answers,
      handler: ({ params, body: { replicas, workload, ...about } }, caller) =>
        operate(
          deps,
          params,
          { ask: 'scale', replicas, ...(workload !== undefined && { workload }) },
          about,
          caller,
        ),
    }),
    defineRoute({
      method: 'get',
      path: '/v1/targets/:service/:environment/live/operations',
      tag,
      summary: 'List what was done to a target beside deployments',
      access: { verb: 'view', on: ({ params }) => params },
      params: TargetPath,
      answers: { 200: { description: 'Operations', schema: OperationsView } },
      handler: async ({ params }) => json(200, { operations: await operations.list(params) }),
    }),
  ];
}

type What =
  | Pick<Extract<OperationWish, { ask: 'restart-pod' }>, 'ask' | 'pod'>
  | Pick<Extract<OperationWish, { ask: 'restart' }>, 'ask'>
  | Pick<Extract<OperationWish, { ask: 'scale' }>, 'ask' | 'replicas' | 'workload'>;

async function operate(
  deps: AskLiveDeps,
  place: { readonly service: string; readonly environment: string },
  what: What,
  { reason, dryRun = false }: { readonly reason: string; readonly dryRun?: boolean },
  { name: person }: Caller,
): Promise<Reply> {
  const wish = { ...what, person, reason, dryRun, notAfter: Date.now() + WAITS_MS };
  const view = await askLive(deps, place, wish);
  return { ...json(200, view), about: `${what.ask}: ${view.done.join('; ')} (${reason})`.slice(0, 400) };
}
