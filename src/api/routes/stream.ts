import { Type } from 'typebox';
import { closed } from '../../shared/contract/names.js';
import type { Deployment } from '../../shared/domain/deployment.js';
import type { Deployments } from '../../shared/store/deployments.js';
import { deploymentPlace } from '../access/deployment-place.js';
import { everywhere, mayView } from '../access/permit.js';
import { found } from '../deployment-reply.js';
import type { LiveChanges } from '../live-changes.js';
import type { LiveJournals } from '../live-journals.js';
import { defineRoute, type Route } from '../route.js';
import { streamReply } from '../stream-reply.js';
import { refused } from './parameters.js';

interface StreamRouteDeps {
  readonly deployments: Pick<Deployments, 'load'>;
  readonly changes: LiveChanges;
  readonly live: LiveJournals;
}

/** Everything that moves, in one connection: browsers allow six to one host, whatever a page shows. */
export function streamRoute({ deployments, changes, live }: StreamRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/events',
    tag: 'Deployments',
    summary: 'Follow all deployments, and one log',
    description:
      'Server-sent events: `reset` (read again what you show), `deployment` (as it is now), `lines` and `end` of the log that was asked for, `ping` every 15 seconds. After a break, Last-Event-ID continues the lines.',
    access: {
      verb: 'view',
      within: ({ query: { log } }) =>
        log === undefined ? everywhere() : deploymentPlace(deployments)({ params: { id: log } }),
    },
    query: Type.Object(
      {
        log: Type.Optional(
          Type.String({
            maxLength: 100,
            description: 'Deployment whose log to follow besides',
            examples: ['01kaqv9zc3h8m2x6y7w4t5r0pn'],
          }),
        ),
        after: Type.Optional(
          Type.Integer({
            minimum: 0,
            maximum: 1e12,
            description: 'Only lines after this one',
            examples: [412],
          }),
        ),
      },
      { ...closed, description: 'What to follow' },
    ),
    headers: { 'Last-Event-ID': 'Continues the lines after this one' },
    answers: {
      200: { description: 'Events, until one side ends them', types: ['text/event-stream'] },
      404: refused('Unknown deployment'),
    },
    async handler({ query: { log, after = 0 }, around }, caller) {
      if (log !== undefined) found(await deployments.load(log), log);
      const journal = log !== undefined && {
        id: log,
        after: lastEventId(around.header('last-event-id')) ?? after,
      };
      const wanted = {
        mayView: ({ request }: Deployment) => mayView(caller, request),
        closing: around.closing,
        ...(journal && { journal }),
      };
      return streamReply({ changes, live }, wanted);
    },
  });
}

function lastEventId(said: string | undefined): number | undefined {
  return said !== undefined && /^\d{1,12}$/.test(said) ? Number(said) : undefined;
}
