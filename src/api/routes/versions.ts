import { Type } from 'typebox';
import { closed, ServiceName, Text, VersionName } from '../../shared/contract/names.js';
import { Cursor, Limit, pageOf } from '../../shared/contract/page.js';
import { CommonVersions, NewVersion, Version, VersionChanges } from '../../shared/contract/version.js';
import { NAME_PATTERN } from '../../shared/domain/ids.js';
import type { Configuration } from '../../shared/store/configuration.js';
import type { Versions } from '../../shared/store/versions.js';
import { everywhere, permitWithin } from '../access/permit.js';
import { pageReply, readCursor } from '../page.js';
import { Refusal } from '../refusal.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { exactArtifact } from '../variants.js';
import { refused, serviceOf, ServicePath } from './parameters.js';
import { unknownService } from './services.js';

const tag = 'Versions';

const OneVersion = Type.Object(
  { service: ServiceName, version: VersionName },
  { ...closed, description: 'Path' },
);

/** The pattern of a name without its ends. */
const NAME = NAME_PATTERN.slice(1, -1);

/** One name of each service, separated by commas. */
const Services = Type.String({
  pattern: `^${NAME}(,${NAME}){0,19}$`,
  description: 'Up to 20 services, separated by commas',
  examples: ['shop-api', 'shop-api,shop-web'],
});

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
      params: OneVersion,
      answers: { 200: { description: 'The version', schema: Version }, 404: refused('Unknown version') },
      async handler({ params: { service, version } }) {
        const found = await versions.find(service, version);
        if (!found) throw unknownVersion(service, version);
        const [described] = await versions.withDigests([found]);
        return json(200, described);
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/services/:service/versions/:version/changes',
      tag,
      summary: 'What changes from one version to another',
      access: { verb: 'view', within: serviceOf },
      params: OneVersion,
      query: Type.Object(
        { to: VersionName, limit: Type.Optional(Limit(100, 500)) },
        { ...closed, description: 'The other version' },
      ),
      answers: {
        200: { description: 'The two and what is between them', schema: VersionChanges },
        404: refused('Unknown version'),
      },
      async handler({ params: { service, version }, query: { to, limit = 100 } }) {
        const change = await versions.change(service, version, to, limit + 1);
        if (typeof change === 'string') throw unknownVersion(service, change);
        const { versions: between, ...ends } = change;
        return json(200, { ...ends, versions: between.slice(0, limit), more: between.length > limit });
      },
    }),
    defineRoute({
      method: 'get',
      path: '/v1/versions/common',
      tag,
      summary: 'The newest commit that is registered for all of several services',
      description:
        'Looks at the newest 5 000 versions of each. Commits are compared as they were registered: register them in full.',
      access: { verb: 'view', within: everywhere },
      query: Type.Object(
        { services: Services, branch: Type.Optional(Text('Only of this branch', 'main', 255)) },
        { ...closed, description: 'Which services' },
      ),
      answers: {
        200: { description: 'The commit and its versions', schema: CommonVersions },
        404: refused('Unknown service, or no such commit'),
      },
      async handler({ query: { services, branch } }, caller) {
        const names = [...new Set(services.split(','))];
        for (const service of names) permitWithin(caller, 'view', { service });
        const known = (await configuration.refresh()).services;
        const unknown = names.find((name) => !known.has(name));
        if (unknown !== undefined) throw unknownService(unknown);
        const found = await versions.common(names, branch);
        if (found) return json(200, { commit: found.commit, versions: found.versions });
        const where = branch === undefined ? '' : ` on branch ${branch}`;
        const said = `No commit${where} is registered for all of ${names.join(', ')}`;
        throw new Refusal('version.unknown', said);
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
        const described = await versions.withDigests(found);
        return pageReply(
          { path, query, limit, found: described, keyOf: (each) => each.version },
          (each) => each,
        );
      },
    }),
  ];
}

function unknownVersion(service: string, version: string): Refusal {
  return new Refusal('version.unknown', `There is no version ${version} of ${service}`);
}
