import { TailQuery } from '../../shared/contract/live-tail.js';
import { flawOfPattern } from '../../shared/schema/pattern.js';
import { claimsOf, knownGateway, type GatewayDeps } from '../live/ask-gateway.js';
import { eventReply } from '../live/event-reply.js';
import { defineRoute, type Route } from '../route.js';
import { invalid } from '../violations.js';
import { refused, TargetPath } from './parameters.js';

/** Most characters of Last-Event-ID that are passed on: a position of some hundred containers. */
const MOST_OF_POSITION = 14_000;

/** The logs of all pods of a target as one stream. */
export function liveTailRoute(deps: GatewayDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/targets/:service/:environment/live/logs',
    tag: 'Live',
    summary: 'Follow the logs of all pods of a target',
    description:
      'Server-sent events: `lines` with up to some hundred lines `{pod, container, at, text}`, whose text may set colours (`ESC [ … m`), `dropped` where whoever reads was too slow (`{pod, container, lines}`), `notice` (why a container has no log), `reconnect` when the connection is about to end, `ping` every 15 seconds. Pods of a rollout join by themselves. Last-Event-ID goes on after those lines, none lost and none twice.',
    access: { verb: 'logs', on: ({ params }) => params },
    params: TargetPath,
    query: TailQuery,
    headers: { 'Last-Event-ID': 'Goes on after the lines of this event' },
    answers: {
      200: { description: 'Events, until one side ends them', types: ['text/event-stream'] },
      404: refused('Unknown target'),
      501: refused('This installation has no gateway'),
      503: refused('Not now'),
    },
    async handler({ params, query, around }, caller) {
      provePatterns(query);
      const gateway = knownGateway(deps);
      const claims = await claimsOf(deps, params, caller, { purpose: 'logs' });
      const after = around.header('last-event-id');
      const isUsable = after !== undefined && after.length <= MOST_OF_POSITION;
      const events = await gateway.follow(claims, { ...query, ...(isUsable && { after }) }, around.signal());
      return eventReply(events, around.closing);
    },
  });
}

/** Throws a Refusal that names every pattern that is none. */
function provePatterns({ include, exclude }: TailQuery): void {
  const found = Object.entries({ include, exclude }).flatMap(([name, pattern]) => {
    const flaw = pattern === undefined ? undefined : flawOfPattern(pattern);
    return flaw === undefined
      ? []
      : [{ pointer: `/query/${name}`, detail: `is no expression of RE2: ${flaw}` }];
  });
  if (found.length > 0) throw invalid(found);
}
