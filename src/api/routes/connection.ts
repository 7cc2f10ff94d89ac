import type { Catalog } from '../../providers/catalog.js';
import { ConnectionView } from '../../shared/contract/connection.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { askLive, type AskLiveDeps } from '../use-cases/ask-live.js';
import { findTarget } from '../use-cases/judge-request.js';
import { refused, TargetPath } from './parameters.js';

/** Whether a deployment to a target could do its work. A worker looks, since the API has no rights in any cloud. */
export function connectionRoute(deps: AskLiveDeps & { readonly catalog: Catalog }): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/targets/:service/:environment/connection',
    tag: 'Configuration',
    summary: 'Test the connection to a target',
    description:
      'Reaches the platform with the credentials of the target and looks at what a deployment needs there, without a version and without writing anything. Checks that fail are part of the answer, which is 200 all the same; what could not be seen is `unknown`, with the reason.',
    access: { verb: 'edit', on: ({ params }) => params },
    params: TargetPath,
    answers: {
      200: { description: 'What was seen', schema: ConnectionView },
      404: refused('Unknown target'),
      422: refused('The provider of the target cannot test it'),
      504: refused('No worker answered in time'),
    },
    async handler({ params }) {
      const { service, environment } = params;
      const { target } = await findTarget(deps.configuration, service, environment);
      return json(200, await askLive(deps, params, { ask: 'connection', verify: target.verify ?? {} }));
    },
  });
}
