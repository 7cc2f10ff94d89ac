import { PodsView } from '../../shared/contract/live-pods.js';
import { claimsOf, knownGateway, type GatewayDeps } from '../live/ask-gateway.js';
import { eventReply } from '../live/event-reply.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { refused, TargetPath } from './parameters.js';

/** The pods of a target, once or followed. The gateway answers, since the API has no rights in any cluster. */
export function livePodsRoute(deps: GatewayDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/targets/:service/:environment/live/pods',
    tag: 'Live',
    summary: 'Look at the pods of a target',
    description:
      'As JSON once, or with `Accept: text/event-stream` as events `pods`, the first one at once and one after each change; `ping` every 15 seconds.',
    access: { verb: 'view', on: ({ params }) => params },
    params: TargetPath,
    headers: { Accept: '`application/json` or `text/event-stream`' },
    answers: {
      200: {
        description: 'The pods',
        schema: PodsView,
        types: ['application/json', 'text/event-stream'],
      },
      404: refused('Unknown target'),
      422: refused('The platform of the target refused, or has no pods'),
      501: refused('This installation has no gateway'),
      503: refused('Not now'),
    },
    async handler({ params, around }, caller) {
      const gateway = knownGateway(deps);
      const claims = await claimsOf(deps, params, caller, { purpose: 'pods' });
      const signal = around.signal();
      if (around.accepts(['application/json', 'text/event-stream']) !== 'text/event-stream')
        return json(200, await gateway.ask<PodsView>(claims, { follow: false }, signal));
      return eventReply(await gateway.follow(claims, { follow: true }, signal), around.closing);
    },
  });
}
