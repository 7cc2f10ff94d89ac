import { DriftView } from '../../shared/contract/drift.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { askLive, type AskLiveDeps } from '../use-cases/ask-live.js';
import { refused, TargetPath } from './parameters.js';

/** Whether what runs still is what was deployed. A worker looks, since the API has no rights in any cloud. */
export function driftRoute(deps: AskLiveDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/targets/:service/:environment/drift',
    tag: 'Live',
    summary: 'Compare what runs on a target with what was deployed there',
    description:
      'Looks now, and shows values but for those that may be secrets. What could not be looked at is `unknown`, with the reason.',
    access: { verb: 'view', on: ({ params }) => params },
    params: TargetPath,
    answers: {
      200: { description: 'What differs', schema: DriftView },
      404: refused('Unknown target'),
      422: refused('The provider of the target cannot tell'),
      504: refused('No worker answered in time'),
    },
    handler: async ({ params }) => json(200, await askLive(deps, params, { ask: 'drift' })),
  });
}
