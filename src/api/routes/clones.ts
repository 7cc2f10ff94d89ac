import { CloneRequest, CloneView } from '../../shared/contract/clone.js';
import type { Clones } from '../../shared/store/clones.js';
import { idempotencyOf, replayHeaders } from '../idempotency.js';
import { cloneFacts } from '../present-clone.js';
import { Refusal } from '../refusal.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { cloneEnvironment, type CloneDeps, type MadeClone } from '../use-cases/clone-environment.js';
import { EnvironmentPath, refused } from './parameters.js';

const tag = 'Clones';

interface CloneRouteDeps extends CloneDeps {
  readonly clones: Clones;
}

/** Environments for reviews: like another one, and gone by themselves. */
export function cloneRoutes(deps: CloneRouteDeps): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/environments/:environment/clone',
      tag,
      summary: 'Make an environment like this one that ends by itself',
      description:
        'On Elastic Beanstalk its targets get environments of their own, on Kubernetes they share a namespace that is called like the clone. They are made by the first deployments, which are of what runs in the origin now. Checks of absolute addresses and offsets of node ports are left out. Needs the right to deploy every service both here and there.',
      access: { verb: 'edit', on: ({ body }) => ({ environment: body.name }) },
      headers: { 'Idempotency-Key': 'Within 24 hours, the same key and body answer the same clone' },
      params: EnvironmentPath,
      body: { schema: CloneRequest },
      answers: {
        202: {
          description: 'Made; its first deployments are on their way',
          schema: CloneView,
          headers: { Location: 'The environment', 'Idempotency-Replayed': 'true for a repeated request' },
        },
        404: refused('Unknown environment, or the clone that the key made is no longer there'),
        422: refused('Something of it cannot be cloned, its name is taken, or there are too many'),
      },
      async handler({ params: { environment }, body, around }, caller) {
        const key = around.header('idempotency-key');
        const idempotency = idempotencyOf({ clone: environment, ...body }, caller, key);
        const made = await cloneEnvironment(deps, { origin: environment, asked: body, caller, idempotency });
        const headers = { location: `/v1/environments/${body.name}`, ...replayHeaders(made.replayed) };
        return json(202, viewOf(made), headers);
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/v1/environments/:environment/clone',
      tag,
      summary: 'End a clone now',
      description:
        'Cancels what is under way there, removes what was made for it, then removes it from the configuration. Read the environment to see what that waits for.',
      access: { verb: 'edit', on: ({ params }) => params },
      params: EnvironmentPath,
      answers: {
        202: { description: 'It is being removed by a worker', schema: CloneView },
        404: refused('Unknown clone'),
      },
      async handler({ params: { environment } }, caller) {
        const known = await deps.clones.find(environment);
        const said = known && (await deps.clones.end(known.clone, `${caller.name} ended it`));
        if (!known || said === 'gone') throw new Refusal('clone.unknown', `${environment} is no clone`);
        const ending = await deps.clones.find(environment);
        const services = Object.keys(known.clone.targets).map((service) => ({ service }));
        return json(202, { environment, ...cloneFacts(ending ?? known), services });
      },
    }),
  ];
}

function viewOf({ clone, ending, release }: MadeClone): CloneView {
  const versions = new Map(release?.plan.members.map(({ request }) => [request.service, request.version]));
  return {
    environment: clone.name,
    ...cloneFacts({ clone, ...(ending && { ending }) }),
    services: Object.keys(clone.targets).map((service) => {
      const version = versions.get(service);
      return { service, ...(version !== undefined && { version }) };
    }),
    ...(release && { release: release.plan.id }),
  };
}
