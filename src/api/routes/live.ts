import { Type } from 'typebox';
import { pulledLogsKey, type Blobs } from '../../shared/blobs/blobs.js';
import {
  CleanUpRequest,
  CleanUpView,
  InstancesView,
  LogsRequest,
  LogsView,
} from '../../shared/contract/live-view.js';
import { closed, EnvironmentName, ServiceName } from '../../shared/contract/names.js';
import { Refusal } from '../refusal.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { askLive, type AskLiveDeps } from '../use-cases/ask-live.js';
import { refused, ServicePath, serviceOf, TargetPath } from './parameters.js';
import { unknownService } from './services.js';

const tag = 'Live';

interface LiveRouteDeps extends AskLiveDeps {
  readonly blobs: Pick<Blobs, 'get'>;
}

const answers = {
  404: refused('Unknown target'),
  422: refused('The platform of the target refused, or cannot do this'),
  503: refused('Not now'),
  504: refused('No worker answered in time'),
};

/** What runs on a target now. All of it is answered by a worker, since the API has no rights in any cloud. */
export function liveRoutes({ blobs, ...deps }: LiveRouteDeps): readonly Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/v1/targets/:service/:environment/live/instances',
      tag,
      summary: 'Look at the instances of a target',
      access: { verb: 'view', on: ({ params }) => params },
      params: TargetPath,
      answers: { 200: { description: 'The instances', schema: InstancesView }, ...answers },
      handler: async ({ params }) => json(200, await askLive(deps, params, { ask: 'instances' })),
    }),
    defineRoute({
      method: 'post',
      path: '/v1/targets/:service/:environment/live/logs',
      tag,
      summary: 'Pull the logs of the instances of a target',
      description:
        'Takes some twelve seconds. Secrets are hidden in the lines of a tail; a zip file is as the instance made it.',
      access: { verb: 'logs', on: ({ params }) => params },
      params: TargetPath,
      body: { schema: LogsRequest, optional: true },
      answers: { 200: { description: 'The logs that came', schema: LogsView }, ...answers },
      async handler({ params, body: { kind = 'tail', reason = 'No reason was given' } }, caller) {
        const { id, name, owner, by } = caller;
        const asker = { id, name, owner, by };
        return json(200, await askLive(deps, params, { ask: 'logs', kind, asker, reason }));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/targets/:service/:environment/live/logs/:nth',
      tag,
      summary: 'Download the logs of an instance that were pulled last',
      access: { verb: 'logs', on: ({ params }) => params },
      params: Type.Object(
        {
          service: ServiceName,
          environment: EnvironmentName,
          nth: Type.String({
            pattern: '^[0-9]{1,2}$',
            description: 'As the answer to the pull names it',
            examples: ['0'],
          }),
        },
        { ...closed, description: 'Path' },
      ),
      answers: {
        200: { description: 'A zip file', types: ['application/zip'] },
        404: refused('Nothing was pulled'),
      },
      async handler({ params: { service, environment, nth } }) {
        const blob = await blobs.get(pulledLogsKey(service, environment, Number(nth)));
        if (!blob)
          throw new Refusal('live.logs-unknown', `There are no logs ${nth} of ${service}/${environment}`);
        const name = `${service}-${environment}-${nth}.zip`;
        const headers = {
          'content-length': String(blob.size),
          'content-disposition': `attachment; filename="${name}"`,
        };
        return { kind: 'stream', status: 200, type: 'application/zip', headers, chunks: blob.stream };
      },
    }),
    cleanUpRoute(deps),
  ];
}

function cleanUpRoute(deps: AskLiveDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/services/:service/versions/cleanup',
    tag: 'Versions',
    summary: 'Remove registered versions from the platforms that nothing needs any more',
    description:
      'Versions that run anywhere, are on their way, or that a deployment would go back to stay, and so do their sources.',
    access: { verb: 'edit', on: serviceOf },
    params: ServicePath,
    body: { schema: CleanUpRequest, optional: true },
    answers: { 200: { description: 'What was done', schema: CleanUpView }, ...answers },
    async handler({ params: { service }, body: { dryRun = false, keep = 50, days = 30 } }) {
      const { services, targets } = await deps.configuration.refresh();
      if (!services.has(service)) throw unknownService(service);
      const environments = [...targets.keys()]
        .filter((name) => name.startsWith(`${service}/`))
        .map((name) => name.slice(service.length + 1));
      const done: CleanUpView['targets'] = [];
      for (const environment of environments) {
        const wish = { ask: 'clean-up', keep, days, dryRun } as const;
        const view = await askLive(deps, { service, environment }, wish).catch(unlessUnsupported);
        if (view) done.push({ environment, ...view });
      }
      return json(200, { dryRun, targets: done });
    },
  });
}

/** A platform that keeps no versions has nothing to clear away. */
function unlessUnsupported(error: unknown): undefined {
  if (error instanceof Refusal && error.code === 'live.unsupported') return undefined;
  throw error;
}
