import { Type } from 'typebox';
import { closed } from '../../shared/contract/names.js';
import type { Deployment } from '../../shared/domain/deployment.js';
import type { Operation } from '../../shared/domain/operations.js';
import type { Configuration } from '../../shared/store/configuration.js';
import type { Deployments } from '../../shared/store/deployments.js';
import { deploymentPlace } from '../access/deployment-place.js';
import { everywhere, mayView } from '../access/permit.js';
import { found } from '../deployment-reply.js';
import type { LiveChanges } from '../live-changes.js';
import type { LiveJournals } from '../live-journals.js';
import type { OperationChanges } from '../operation-changes.js';
import type { PodChanges } from '../pod-changes.js';
import { defineRoute, type Route } from '../route.js';
import { streamReply } from '../stream-reply.js';
import { refused } from './parameters.js';

interface StreamRouteDeps {
  readonly deployments: Pick<Deployments, 'load'>;
  readonly configuration: Pick<Configuration, 'refresh'>;
  readonly changes: LiveChanges;
  readonly operations: OperationChanges;
  readonly pods: PodChanges;
  readonly live: LiveJournals;
}

/** Everything that moves, in one connection: browsers allow six to one host, whatever a page shows. */
export function streamRoute({ deployments, configuration, ...told }: StreamRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/events',
    tag: 'Deployments',
    summary: 'Follow all deployments and operations, and one log',
    description:
      'Server-sent events: `reset` (read again what you show), `deployment` and `operation` (as it is now), `pods` (how many are ready) of the targets that were asked for, `lines` and `end` of the log that was asked for, `ping` every 15 seconds. After a break, Last-Event-ID continues the lines.',
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
        pods: Type.Optional(
          Type.Array(
            Type.String({
              pattern: '^[a-z0-9-]{1,63}/[a-z0-9-]{1,63}$',
              description: 'Target, as `service/environment`',
              examples: ['shop-api/staging'],
            }),
            {
              maxItems: 100,
              description:
                'Targets whose pods to tell of besides; those that are unknown, or that you may not view, are left out',
              examples: [['shop-api/staging']],
            },
          ),
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
    async handler({ query: { log, after = 0, pods = [] }, around }, caller) {
      if (log !== undefined) found(await deployments.load(log), log);
      const journal = log !== undefined && {
        id: log,
        after: lastEventId(around.header('last-event-id')) ?? after,
      };
      const { targets } = pods.length > 0 ? await configuration.refresh() : { targets: new Map() };
      const known = [...new Set(pods)].filter((name) => targets.has(name));
      const wanted = {
        mayView: ({ request }: Deployment) => mayView(caller, request),
        mayViewOperation: (operation: Operation) => mayView(caller, operation),
        targets: known.map(placeOf).filter((place) => mayView(caller, place)),
        closing: around.closing,
        ...(journal && { journal }),
      };
      return streamReply(told, wanted);
    },
  });
}

function lastEventId(said: string | undefined): number | undefined {
  return said !== undefined && /^\d{1,12}$/.test(said) ? Number(said) : undefined;
}

function placeOf(target: string): { readonly service: string; readonly environment: string } {
  const [service = '', environment = ''] = target.split('/');
  return { service, environment };
}
