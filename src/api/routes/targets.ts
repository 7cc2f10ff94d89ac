import { Type } from 'typebox';
import type { Catalog } from '../../providers/catalog.js';
import { canonicalJson } from '../../shared/canonical-json.js';
import { Target, TargetView } from '../../shared/contract/configuration.js';
import { closed, EnvironmentName, ServiceName } from '../../shared/contract/names.js';
import { Cursor, Limit, pageOf } from '../../shared/contract/page.js';
import { targetName } from '../../shared/domain/ids.js';
import type { Seal } from '../../shared/secrets/seal.js';
import type { Configuration } from '../../shared/store/configuration.js';
import { everywhere, mayView } from '../access/permit.js';
import { CONDITIONS, etagHeader, expectedBy, MOVED, proveUnmoved } from '../conditions.js';
import { pageByName } from '../page.js';
import { Refusal } from '../refusal.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { exactChecks } from '../variants.js';
import { invalid } from '../violations.js';
import { judgeTarget } from '../use-cases/judge-target.js';
import { sealedTarget, shownTarget } from '../use-cases/target-credentials.js';
import { unknownEnvironment } from './environments.js';
import { refused, TargetPath } from './parameters.js';
import { unknownService } from './services.js';
import { Trial, tried } from './trial.js';

const tag = 'Configuration';
const BODY_LIMIT = 1024 * 1024;

/** Targets: a service in an environment, with its provider, policy and checks. */
export function targetRoutes(
  configuration: Configuration,
  catalog: Catalog,
  seal: Seal | undefined,
): readonly Route[] {
  const shown = (target: Target) => shownTarget(catalog.get(target.provider), target);
  return [
    defineRoute({
      method: 'put',
      path: '/v1/targets/:service/:environment',
      tag,
      summary: 'Register or change a target',
      description:
        'Deployments that were accepted before keep the target as it was then. Credentials are stored encrypted and shown as "(sealed)"; sent back, that keeps them.',
      access: { verb: 'edit', on: ({ params }) => params },
      params: TargetPath,
      query: Trial,
      body: { schema: Target, limit: BODY_LIMIT, judge: exactChecks },
      headers: CONDITIONS,
      answers: {
        412: MOVED,
        201: { description: 'Registered', schema: TargetView },
        200: { description: 'Changed, or already so', schema: TargetView },
        404: refused('Unknown service or environment'),
      },
      async handler({ params: { service, environment }, query: { dryRun }, body, around }) {
        const violations = judgeTarget(catalog, body);
        if (violations.length > 0) throw invalid(violations);
        const stored = (await configuration.refresh()).targets.get(targetName(service, environment));
        const sealed = sealedTarget(catalog.get(body.provider), body, stored, seal);
        if (sealed.violations.length > 0) throw invalid(sealed.violations);
        const view = { service, environment, ...shown(sealed.target) };
        if (dryRun === true) return tried(view);
        const put = await configuration.putTarget(service, environment, sealed.target, expectedBy(around));
        proveUnmoved(put);
        if (put.said === 'missing') {
          throw put.kind === 'service' ? unknownService(service) : unknownEnvironment(environment);
        }
        return json(put.said === 'created' ? 201 : 200, view, etagHeader(canonicalJson(sealed.target)));
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/targets/:service/:environment',
      tag,
      summary: 'Read a target',
      access: { verb: 'view', on: ({ params }) => params },
      params: TargetPath,
      answers: { 200: { description: 'The target', schema: TargetView }, 404: refused('Unknown target') },
      async handler({ params: { service, environment } }) {
        const found = (await configuration.refresh()).targets.get(targetName(service, environment));
        if (!found) throw unknownTarget(service, environment);
        return json(200, { service, environment, ...shown(found) }, etagHeader(canonicalJson(found)));
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/v1/targets/:service/:environment',
      tag,
      summary: 'Remove a target; what runs there stays',
      access: { verb: 'edit', on: ({ params }) => params },
      params: TargetPath,
      headers: CONDITIONS,
      answers: {
        412: MOVED,
        204: { description: 'Removed' },
        404: refused('Unknown target'),
        409: refused('A deployment is under way'),
      },
      async handler({ params: { service, environment }, around }) {
        const removed = await configuration.removeTarget(service, environment, expectedBy(around));
        proveUnmoved(removed);
        if (removed.said === 'gone') throw unknownTarget(service, environment);
        if (removed.said === 'used') {
          throw new Refusal('configuration.used', `Deployment ${removed.by} is under way on the target`);
        }
        return json(204);
      },
    }),
    listRoute(configuration, shown),
  ];
}

function listRoute(configuration: Configuration, shown: (target: Target) => Target): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/targets',
    tag,
    summary: 'List targets by name',
    access: { verb: 'view', within: everywhere },
    query: Type.Object(
      {
        service: Type.Optional(ServiceName),
        environment: Type.Optional(EnvironmentName),
        cursor: Type.Optional(Cursor),
        limit: Type.Optional(Limit(100, 1000)),
      },
      { ...closed, description: 'Page' },
    ),
    answers: { 200: { description: 'A page', schema: pageOf(TargetView, 'Targets by name') } },
    async handler({ query }, caller) {
      const { targets } = await configuration.refresh();
      const found = [...targets].filter(([name]) => {
        const place = placeOf(name);
        return (
          fits(place.service, query.service) &&
          fits(place.environment, query.environment) &&
          mayView(caller, place)
        );
      });
      return pageByName('/v1/targets', query, found, (name, target) => ({
        ...placeOf(name),
        ...shown(target),
      }));
    },
  });
}

function fits(name: string, wanted: string | undefined): boolean {
  return wanted === undefined || name === wanted;
}

function unknownTarget(service: string, environment: string): Refusal {
  const name = targetName(service, environment);
  return new Refusal(
    'target.unknown',
    `There is no target ${name}: register it with PUT /v1/targets/${name}`,
  );
}

/** The service and the environment that the name of a target is made of. */
function placeOf(name: string): { readonly service: string; readonly environment: string } {
  const [service = '', environment = ''] = name.split('/');
  return { service, environment };
}
