import { Type } from 'typebox';
import { canonicalJson } from '../../shared/canonical-json.js';
import { BlockerCheck, BlockerVerdict, WindowsView } from '../../shared/contract/blocker-check.js';
import { ApolloImport } from '../../shared/contract/apollo-blocker.js';
import { Blocker, BlockerName, BlockerView } from '../../shared/contract/blocker.js';
import { closed } from '../../shared/contract/names.js';
import { Cursor, Limit, pageOf } from '../../shared/contract/page.js';
import type { Place } from '../../shared/domain/access.js';
import { closedIntervals } from '../../shared/domain/blockers/judge.js';
import { blockersOf } from '../../shared/holds/configured-blockers.js';
import { factsOf, judgeByBlockers, type HoldDeps } from '../../shared/holds/judge-holds.js';
import type { Configuration } from '../../shared/store/configuration.js';
import type { Deployments } from '../../shared/store/deployments.js';
import { everywhere, permitAt } from '../access/permit.js';
import { CONDITIONS, etagHeader, expectedBy, MOVED, proveUnmoved } from '../conditions.js';
import { pageByName } from '../page.js';
import { Refusal } from '../refusal.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { importApollo } from '../use-cases/import-apollo.js';
import { judgeBlocker } from '../use-cases/judge-blocker.js';
import { presentBlocked } from '../use-cases/judge-holds.js';
import { exactRule } from '../variants.js';
import { refused, TargetPath } from './parameters.js';

const tag = 'Blockers';
const DAY_MS = 24 * 3_600_000;

const BlockerPath = Type.Object({ blocker: BlockerName }, { ...closed, description: 'A blocker' });

/** What these routes need of the world around them. */
export interface BlockerRouteDeps extends HoldDeps {
  readonly configuration: Configuration;
  readonly deployments: Pick<Deployments, 'list' | 'lookNow'>;
}

/** Rules that hold or refuse deployments, and what they would say. */
export function blockerRoutes(deps: BlockerRouteDeps): readonly Route[] {
  return [
    putRoute(deps),
    readRoute(deps),
    removeRoute(deps),
    listRoute(deps),
    checkRoute(deps),
    importRoute(deps),
    windowsRoute(deps),
  ];
}

/** Whoever edits a blocker must be allowed to edit all that it is about. */
export function placeOf({ scope }: Pick<Blocker, 'scope'>): Place {
  const [service, ...services] = scope?.services ?? [];
  const [environment, ...environments] = scope?.environments ?? [];
  return {
    ...(service !== undefined && services.length === 0 && { service }),
    ...(environment !== undefined && environments.length === 0 && { environment }),
  };
}

function putRoute({ configuration, deployments }: BlockerRouteDeps): Route {
  return defineRoute({
    method: 'put',
    path: '/v1/blockers/:blocker',
    tag,
    summary: 'Register or change a blocker',
    description: 'In force at once, also for deployments that were accepted and have written nothing yet.',
    access: { verb: 'edit', on: ({ body }) => placeOf(body) },
    params: BlockerPath,
    body: { schema: Blocker, judge: exactRule },
    headers: CONDITIONS,
    answers: {
      412: MOVED,
      201: { description: 'Registered', schema: BlockerView },
      200: { description: 'Changed, or already so', schema: BlockerView },
    },
    async handler({ params: { blocker }, body, around }, caller) {
      const before = (await configuration.refresh()).blockers.get(blocker);
      // Somebody who may not lift a blocker may not narrow it either.
      if (before) permitAt(caller, 'edit', placeOf(before));
      const errors = judgeBlocker(body);
      if (errors.length > 0)
        throw new Refusal('request.invalid', 'The blocker could not be judged', { errors });
      const put = await configuration.putBlocker(blocker, body, expectedBy(around));
      proveUnmoved(put);
      await deployments.lookNow();
      return json(put.said === 'created' ? 201 : 200, { blocker, ...body }, etagHeader(canonicalJson(body)));
    },
  });
}

function readRoute({ configuration }: BlockerRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/blockers/:blocker',
    tag,
    summary: 'Read a blocker',
    access: { verb: 'view', within: everywhere },
    params: BlockerPath,
    answers: { 200: { description: 'The blocker', schema: BlockerView }, 404: refused('Unknown blocker') },
    async handler({ params: { blocker } }) {
      const found = await lookFor(configuration, blocker);
      return json(200, { blocker, ...found }, etagHeader(canonicalJson(found)));
    },
  });
}

function removeRoute({ configuration, deployments }: BlockerRouteDeps): Route {
  return defineRoute({
    method: 'delete',
    path: '/v1/blockers/:blocker',
    tag,
    summary: 'Remove a blocker',
    description: 'What it alone held starts within seconds.',
    access: {
      verb: 'edit',
      on: async ({ params: { blocker } }) => placeOf(await lookFor(configuration, blocker)),
    },
    params: BlockerPath,
    headers: CONDITIONS,
    answers: { 204: { description: 'Removed' }, 404: refused('Unknown blocker'), 412: MOVED },
    async handler({ params: { blocker }, around }) {
      const removed = await configuration.removeBlocker(blocker, expectedBy(around));
      proveUnmoved(removed);
      if (removed.said === 'gone') throw unknownBlocker(blocker);
      await deployments.lookNow();
      return json(204);
    },
  });
}

function listRoute({ configuration }: BlockerRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/blockers',
    tag,
    summary: 'List blockers by name',
    access: { verb: 'view', within: everywhere },
    query: Type.Object(
      { cursor: Type.Optional(Cursor), limit: Type.Optional(Limit(100, 1000)) },
      { ...closed, description: 'Page' },
    ),
    answers: { 200: { description: 'A page', schema: pageOf(BlockerView, 'Blockers by name') } },
    async handler({ query }) {
      const { blockers } = await configuration.refresh();
      return pageByName('/v1/blockers', query, blockers, (blocker, about) => ({ blocker, ...about }));
    },
  });
}

function checkRoute(deps: BlockerRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/blockers/check',
    tag,
    summary: 'Say whether a deployment would be blocked',
    access: { verb: 'view', on: ({ body }) => body },
    body: { schema: BlockerCheck },
    answers: { 200: { description: 'What blockers would say', schema: BlockerVerdict } },
    async handler({ body: { service, environment, version = '', actor, at } }, caller) {
      await deps.configuration.refresh();
      const request = { service, environment, version, actor: { name: actor ?? caller.name } };
      const blocked = await judgeByBlockers(
        deps,
        { request },
        at === undefined ? Date.now() : Date.parse(at),
      );
      return json(200, { blocked: blocked.length > 0, by: presentBlocked(blocked) });
    },
  });
}

function importRoute({ configuration, deployments }: BlockerRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/blockers/import',
    tag,
    summary: "Take over Apollo's blockers",
    description:
      'All or none. They refuse, as they did there; their hours are UTC, and may cross midnight now.',
    access: { verb: 'edit', on: everywhere },
    body: { schema: ApolloImport, limit: 1_000_000 },
    answers: { 200: { description: 'Taken over', schema: pageOf(BlockerView, 'The blockers') } },
    async handler({ body }) {
      const { imported, violations } = importApollo(body);
      if (violations.length > 0)
        throw new Refusal('request.invalid', 'Some blockers cannot be taken over', { errors: violations });
      for (const { name, blocker } of imported) await configuration.putBlocker(name, blocker);
      await deployments.lookNow();
      return json(200, { items: imported.map(({ name, blocker }) => ({ blocker: name, ...blocker })) });
    },
  });
}

function windowsRoute(deps: BlockerRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/targets/:service/:environment/windows',
    tag,
    summary: 'Say when a target is open for deployments',
    access: { verb: 'view', on: ({ params }) => params },
    params: TargetPath,
    query: Type.Object(
      {
        days: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 92,
            default: 7,
            description: 'Days to look ahead',
            examples: [7],
          }),
        ),
      },
      { ...closed, description: 'How far to look' },
    ),
    answers: { 200: { description: 'Closed times', schema: WindowsView } },
    async handler({ params: { service, environment }, query: { days = 7 } }, caller) {
      const snapshot = await deps.configuration.refresh();
      const now = Date.now();
      const subject = { request: { service, environment, version: '', actor: { name: caller.name } } };
      const until = now + days * DAY_MS;
      const hours = closedIntervals(blockersOf(snapshot.blockers), factsOf(snapshot, subject, now), until);
      const blocked = await judgeByBlockers(deps, subject, now);
      return json(200, {
        from: time(now),
        to: time(until),
        closed: hours.map(({ blocker, start, end }) => ({ blocker, from: time(start), to: time(end) })),
        other: presentBlocked(
          blocked.filter(({ blocker }) => hours.every((each) => each.blocker !== blocker)),
        ),
      });
    },
  });
}

function time(instant: number): string {
  return new Date(instant).toISOString();
}

async function lookFor(configuration: Configuration, name: string): Promise<Blocker> {
  const found = (await configuration.refresh()).blockers.get(name);
  if (!found) throw unknownBlocker(name);
  return found;
}

function unknownBlocker(name: string): Refusal {
  return new Refusal('blocker.unknown', `There is no blocker ${name}: list them with GET /v1/blockers`);
}
