import { Type } from 'typebox';
import { canonicalJson } from '../../shared/canonical-json.js';
import { Environment, EnvironmentView } from '../../shared/contract/configuration.js';
import { closed } from '../../shared/contract/names.js';
import { Cursor, Limit, pageOf } from '../../shared/contract/page.js';
import type { Clones } from '../../shared/store/clones.js';
import type { Configuration } from '../../shared/store/configuration.js';
import { everywhere, mayViewWithin } from '../access/permit.js';
import { CONDITIONS, etagHeader, expectedBy, MOVED, proveUnmoved } from '../conditions.js';
import { pageByName } from '../page.js';
import { cloneFacts } from '../present-clone.js';
import { Refusal } from '../refusal.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { refused, EnvironmentPath } from './parameters.js';
import { Trial, tried } from './trial.js';

const tag = 'Configuration';

/** Environments: where targets are. */
export function environmentRoutes(configuration: Configuration, clones: Clones): readonly Route[] {
  return [
    defineRoute({
      method: 'put',
      path: '/v1/environments/:environment',
      tag,
      summary: 'Register or change an environment',
      access: { verb: 'edit', on: ({ params }) => params },
      params: EnvironmentPath,
      query: Trial,
      body: { schema: Environment },
      headers: CONDITIONS,
      answers: {
        412: MOVED,
        201: { description: 'Registered', schema: EnvironmentView },
        200: { description: 'Changed, or already so', schema: EnvironmentView },
      },
      async handler({ params: { environment }, query: { dryRun }, body, around }) {
        if (dryRun === true) return tried({ environment, ...body });
        const put = await configuration.putEnvironment(environment, body, expectedBy(around));
        proveUnmoved(put);
        return json(
          put.said === 'created' ? 201 : 200,
          { environment, ...body },
          etagHeader(canonicalJson(body)),
        );
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/environments/:environment',
      tag,
      summary: 'Read an environment',
      access: { verb: 'view', within: ({ params }) => params },
      params: EnvironmentPath,
      answers: {
        200: { description: 'The environment', schema: EnvironmentView },
        404: refused('Unknown environment'),
      },
      async handler({ params: { environment } }) {
        const [found, clone] = await Promise.all([
          lookFor(configuration, environment),
          clones.find(environment),
        ]);
        const facts = clone && cloneFacts(clone);
        return json(200, { environment, ...found, ...facts }, etagHeader(canonicalJson(found)));
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/v1/environments/:environment',
      tag,
      summary: 'Remove an environment',
      access: { verb: 'edit', on: ({ params }) => params },
      params: EnvironmentPath,
      headers: CONDITIONS,
      answers: {
        412: MOVED,
        204: { description: 'Removed' },
        404: refused('Unknown environment'),
        409: refused('A target uses it'),
      },
      async handler({ params: { environment }, around }) {
        const removed = await configuration.removeEnvironment(environment, expectedBy(around));
        proveUnmoved(removed);
        if (removed.said === 'gone') throw unknownEnvironment(environment);
        if (removed.said === 'used') throw stillUsed(environment, removed.by);
        return json(204);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/environments',
      tag,
      summary: 'List environments by name',
      access: { verb: 'view', within: everywhere },
      query: Type.Object(
        { cursor: Type.Optional(Cursor), limit: Type.Optional(Limit(100, 1000)) },
        { ...closed, description: 'Page' },
      ),
      answers: { 200: { description: 'A page', schema: pageOf(EnvironmentView, 'Environments by name') } },
      async handler({ query }, caller) {
        const { environments } = await configuration.refresh();
        const visible = [...environments].filter(([environment]) => mayViewWithin(caller, { environment }));
        return pageByName('/v1/environments', query, visible, (environment, about) => ({
          environment,
          ...about,
        }));
      },
    }),
  ];
}

function stillUsed(environment: string, by: string): Refusal {
  const why =
    by === 'clone'
      ? `It is a clone: end it with DELETE /v1/environments/${environment}/clone`
      : `Target ${by} uses the environment`;
  return new Refusal('configuration.used', why);
}

/** The refusal for an environment that is not registered. */
export function unknownEnvironment(environment: string): Refusal {
  return new Refusal(
    'environment.unknown',
    `There is no environment ${environment}: register it with PUT /v1/environments/${environment}`,
  );
}

async function lookFor(configuration: Configuration, environment: string): Promise<Environment> {
  const found = (await configuration.refresh()).environments.get(environment);
  if (!found) throw unknownEnvironment(environment);
  return found;
}
