import { Type } from 'typebox';
import { closed, ServiceName, Text, VersionName } from '../../shared/contract/names.js';
import { Cursor, Limit, pageOf } from '../../shared/contract/page.js';
import { NewVersion, Version } from '../../shared/contract/version.js';
import type { Configuration } from '../../shared/store/configuration.js';
import type { Versions } from '../../shared/store/versions.js';
import { pageReply, readCursor } from '../page.js';
import { Refusal } from '../refusal.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { exactArtifact } from '../variants.js';
import { refused, serviceOf, ServicePath } from './parameters.js';
import { unknownService } from './services.js';

const tag = 'Versions';

/** Versions that CI registered. */
export function versionRoutes(versions: Versions, configuration: Configuration): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/services/:service/versions',
      tag,
      summary: 'Register a version',
      description: 'A version never changes. Registering the same content again is no error.',
      access: { verb: 'deploy', within: serviceOf },
      params: ServicePath,
      body: { schema: NewVersion, judge: exactArtifact },
      answers: {
        201: { description: 'Registered', schema: Version },
        200: { description: 'It was registered with the same content before', schema: Version },
        404: refused('Unknown service'),
        409: refused('The version exists with other content'),
      },
      async handler({ params: { service }, body }) {
        const registered = await versions.register(service, body);
        if (registered.said === 'missing') throw unknownService(service);
        if (registered.said === 'different') {
          const at = registered.version.createdAt;
          throw new Refusal(
            'version.conflict',
            `Version ${body.version} of ${service} was registered at ${at} with other content`,
          );
        }
        const location = `/v1/services/${service}/versions/${body.version}`;
        return json(registered.said === 'created' ? 201 : 200, registered.version, { location });
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/services/:service/versions/:version',
      tag,
      summary: 'Read a version',
      access: { verb: 'view', within: serviceOf },
      params: Type.Object({ service: ServiceName, version: VersionName }, { ...closed, description: 'Path' }),
      answers: { 200: { description: 'The version', schema: Version }, 404: refused('Unknown version') },
      async handler({ params: { service, version } }) {
        const found = await versions.find(service, version);
        if (!found) throw new Refusal('version.unknown', `There is no version ${version} of ${service}`);
        return json(200, found);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/services/:service/versions',
      tag,
      summary: 'Find versions, newest first',
      access: { verb: 'view', within: serviceOf },
      params: ServicePath,
      query: Type.Object(
        {
          branch: Type.Optional(Text('Only of this branch', 'main', 255)),
          q: Type.Optional(Text('Start of a commit, or text in version, message or author', '6dcb09b', 100)),
          cursor: Type.Optional(Cursor),
          limit: Type.Optional(Limit(50, 500)),
        },
        { ...closed, description: 'Page' },
      ),
      answers: {
        200: { description: 'A page', schema: pageOf(Version, 'Versions, newest first') },
        404: refused('Unknown service'),
      },
      async handler({ params: { service }, query }) {
        const { branch, q, limit = 50 } = query;
        const before = readCursor(query.cursor);
        const wanted = { ...(branch !== undefined && { branch }), ...(q !== undefined && { q }) };
        const found = await versions.list(service, {
          ...wanted,
          ...(before !== undefined && { before }),
          limit: limit + 1,
        });
        if (found.length === 0 && !(await configuration.refresh()).services.has(service))
          throw unknownService(service);
        const path = `/v1/services/${service}/versions`;
        return pageReply({ path, query, limit, found, keyOf: (each) => each.version }, (each) => each);
      },
    }),
  ];
}
