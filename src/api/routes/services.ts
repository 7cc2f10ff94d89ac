import { Type } from 'typebox';
import { canonicalJson } from '../../shared/canonical-json.js';
import { Service, ServiceView } from '../../shared/contract/configuration.js';
import { closed } from '../../shared/contract/names.js';
import { Cursor, Limit, pageOf } from '../../shared/contract/page.js';
import type { Configuration } from '../../shared/store/configuration.js';
import { everywhere, mayViewWithin } from '../access/permit.js';
import { CONDITIONS, etagHeader, expectedBy, MOVED, proveUnmoved } from '../conditions.js';
import { pageByName } from '../page.js';
import { Refusal } from '../refusal.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { refused, ServicePath } from './parameters.js';
import { Trial, tried } from './trial.js';

const tag = 'Configuration';

/** Services: what can be deployed. */
export function serviceRoutes(configuration: Configuration): readonly Route[] {
  return [
    defineRoute({
      method: 'put',
      path: '/v1/services/:service',
      tag,
      summary: 'Register or change a service',
      access: { verb: 'edit', on: ({ params }) => params },
      params: ServicePath,
      query: Trial,
      body: { schema: Service },
      headers: CONDITIONS,
      answers: {
        412: MOVED,
        201: { description: 'Registered', schema: ServiceView },
        200: { description: 'Changed, or already so', schema: ServiceView },
      },
      async handler({ params: { service }, query: { dryRun }, body, around }) {
        if (dryRun === true) return tried({ service, ...body });
        const put = await configuration.putService(service, body, expectedBy(around));
        proveUnmoved(put);
        return json(
          put.said === 'created' ? 201 : 200,
          { service, ...body },
          etagHeader(canonicalJson(body)),
        );
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/services/:service',
      tag,
      summary: 'Read a service',
      access: { verb: 'view', within: ({ params }) => params },
      params: ServicePath,
      answers: { 200: { description: 'The service', schema: ServiceView }, 404: refused('Unknown service') },
      async handler({ params: { service } }) {
        const found = await lookFor(configuration, service);
        return json(200, { service, ...found }, etagHeader(canonicalJson(found)));
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/v1/services/:service',
      tag,
      summary: 'Remove a service and its versions',
      access: { verb: 'edit', on: ({ params }) => params },
      params: ServicePath,
      headers: CONDITIONS,
      answers: {
        412: MOVED,
        204: { description: 'Removed' },
        404: refused('Unknown service'),
        409: refused('A target uses it'),
      },
      async handler({ params: { service }, around }) {
        const removed = await configuration.removeService(service, expectedBy(around));
        proveUnmoved(removed);
        if (removed.said === 'gone') throw unknownService(service);
        if (removed.said === 'used')
          throw new Refusal('configuration.used', `Target ${removed.by} uses the service`);
        return json(204);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/services',
      tag,
      summary: 'List services by name',
      access: { verb: 'view', within: everywhere },
      query: Type.Object(
        { cursor: Type.Optional(Cursor), limit: Type.Optional(Limit(100, 1000)) },
        { ...closed, description: 'Page' },
      ),
      answers: { 200: { description: 'A page', schema: pageOf(ServiceView, 'Services by name') } },
      async handler({ query }, caller) {
        const { services } = await configuration.refresh();
        const visible = [...services].filter(([service]) => mayViewWithin(caller, { service }));
        return pageByName('/v1/services', query, visible, (service, about) => ({ service, ...about }));
      },
    }),
  ];
}

/** The refusal for a service that is not registered. */
export function unknownService(service: string): Refusal {
  return new Refusal(
    'service.unknown',
    `There is no service ${service}: register it with PUT /v1/services/${service}`,
  );
}

async function lookFor(configuration: Configuration, service: string): Promise<Service> {
  const found = (await configuration.refresh()).services.get(service);
  if (!found) throw unknownService(service);
  return found;
}
