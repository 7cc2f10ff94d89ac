import { Type } from 'typebox';
import { CancelRequest } from '../../shared/contract/deploy-request.js';
import { closed } from '../../shared/contract/names.js';
import { Cursor, Limit, pageOf } from '../../shared/contract/page.js';
import { NewRelease, ReleaseView, RestoreRequest } from '../../shared/contract/release.js';
import type { Release } from '../../shared/store/releases.js';
import type { Snapshots } from '../../shared/store/snapshots.js';
import { everywhere, mayView, permitAt } from '../access/permit.js';
import { idempotencyOf, replayHeaders } from '../idempotency.js';
import { pageReply, readCursor } from '../page.js';
import { presentRelease } from '../present-release.js';
import { Refusal } from '../refusal.js';
import { json, type JsonReply } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import type { Caller } from '../access/caller.js';
import {
  acceptRelease,
  restoreSnapshot,
  type AcceptedRelease,
  type ReleaseDeps,
} from '../use-cases/accept-release.js';
import { EnvironmentPath, refused } from './parameters.js';
import { runsOf } from './snapshots.js';

const tag = 'Releases';

const ReleasePath = Type.Object(
  {
    id: Type.String({
      maxLength: 100,
      description: 'Id of a release',
      examples: ['01kaqv9zc3h8m2x6y7w4t5r0pn'],
    }),
  },
  { ...closed, description: 'Path' },
);

const accepted = {
  202: {
    description: 'Accepted; its members start in their order',
    schema: ReleaseView,
    headers: { Location: 'The release', 'Idempotency-Replayed': 'true for a repeated request' },
  },
};
const headers = { 'Idempotency-Key': 'Within 24 hours, the same key and body answer the same release' };

/** What these routes need of the world around them. */
export interface ReleaseRouteDeps extends ReleaseDeps {
  readonly snapshots: Snapshots;
}

/** Several deployments as one, and environments brought back to a snapshot. */
export function releaseRoutes(deps: ReleaseRouteDeps): readonly Route[] {
  return [createRoute(deps), readRoute(deps), listRoute(deps), cancelRoute(deps), restoreRoute(deps)];
}

function createRoute(deps: ReleaseRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/releases',
    tag,
    summary: 'Deploy several services and environments as one',
    description: 'All members are judged and frozen now; one that could not be deployed refuses them all.',
    access: { verb: 'deploy', within: everywhere },
    headers,
    body: { schema: NewRelease, limit: 1_000_000 },
    answers: accepted,
    async handler({ body, around }, caller) {
      const idempotency = idempotencyOf({ release: body }, caller, around.header('idempotency-key'));
      return acceptedReply(deps, await acceptRelease(deps, body, caller, idempotency));
    },
  });
}

function restoreRoute(deps: ReleaseRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/environments/:environment/restore',
    tag,
    summary: 'Bring an environment back to a snapshot',
    description: 'Deploys again what ran then, exactly as it was, wherever something else runs now.',
    access: { verb: 'deploy', within: ({ params }) => params },
    headers,
    params: EnvironmentPath,
    body: { schema: RestoreRequest },
    answers: {
      ...accepted,
      404: refused('Unknown snapshot'),
      409: refused('It runs what the snapshot shows already'),
    },
    async handler({ params: { environment }, body, around }, caller) {
      const key = around.header('idempotency-key');
      const idempotency = idempotencyOf({ restore: environment, ...body }, caller, key);
      const compare = async () => {
        const wanted = runsOf(deps.snapshots, environment, body.snapshot);
        const [now, then] = await Promise.all([deps.snapshots.now(environment), wanted]);
        return { now, wanted: then };
      };
      const restore = { environment, asked: body, compare };
      return acceptedReply(deps, await restoreSnapshot(deps, restore, caller, idempotency));
    },
  });
}

function readRoute(deps: ReleaseRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/releases/:id',
    tag,
    summary: 'Read a release',
    access: { verb: 'view', within: everywhere },
    params: ReleasePath,
    answers: { 200: { description: 'The release', schema: ReleaseView }, 404: refused('Unknown release') },
    async handler({ params: { id } }, caller) {
      return json(200, await presentRelease(deps.deployments, await visibleRelease(deps, id, caller)));
    },
  });
}

function listRoute(deps: ReleaseRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/releases',
    tag,
    summary: 'List releases, newest first',
    access: { verb: 'view', within: everywhere },
    query: Type.Object(
      { cursor: Type.Optional(Cursor), limit: Type.Optional(Limit(20, 50)) },
      { ...closed, description: 'Page' },
    ),
    answers: { 200: { description: 'A page', schema: pageOf(ReleaseView, 'Releases, newest first') } },
    async handler({ query }, caller) {
      const limit = query.limit ?? 20;
      const found = await deps.releases.list(limit + 1, readCursor(query.cursor));
      const shown = found.slice(0, limit).filter((release) => isVisible(release, caller));
      const views = new Map(
        await Promise.all(
          shown.map(async (each) => [each.plan.id, await presentRelease(deps.deployments, each)] as const),
        ),
      );
      const last = found.length > limit ? found[limit - 1]?.plan.id : undefined;
      return pageReply(
        {
          path: '/v1/releases',
          query,
          limit,
          found: shown,
          keyOf: ({ plan }) => plan.id,
          ...(last !== undefined && { resume: last }),
        },
        ({ plan }) => views.get(plan.id),
      );
    },
  });
}

function cancelRoute(deps: ReleaseRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/releases/:id/cancel',
    tag,
    summary: 'Stop a release',
    description: 'Starts no more members and cancels those under way; what has succeeded stays.',
    access: { verb: 'cancel', within: everywhere },
    params: ReleasePath,
    body: { schema: CancelRequest, optional: true },
    answers: {
      202: { description: 'It ends when its members have', schema: ReleaseView },
      404: refused('Unknown release'),
      409: refused('It has ended'),
    },
    async handler({ params: { id }, body: { reason = 'no reason was given' } }, caller) {
      for (;;) {
        const release = await visibleRelease(deps, id, caller);
        for (const { request } of release.plan.members) permitAt(caller, 'cancel', request);
        if (release.progress.end !== undefined)
          throw new Refusal('release.ended', `Release ${id} has ended as ${release.progress.end}`);
        const progress = { ...release.progress, cancelled: { by: caller.name, reason } };
        if (await deps.releases.save(release, progress))
          return json(202, await presentRelease(deps.deployments, { ...release, progress }));
      }
    },
  });
}

async function acceptedReply(
  deps: ReleaseRouteDeps,
  { release, replayed }: AcceptedRelease,
): Promise<JsonReply> {
  return json(202, await presentRelease(deps.deployments, release), {
    location: `/v1/releases/${release.plan.id}`,
    ...(release.progress.end === undefined && { 'retry-after': '2' }),
    ...replayHeaders(replayed),
  });
}

/** Throws a Refusal for a release that does not exist, or of which the caller may see nothing. */
async function visibleRelease({ releases }: ReleaseDeps, id: string, caller: Caller): Promise<Release> {
  const release = await releases.load(id);
  if (release && isVisible(release, caller)) return release;
  throw new Refusal('release.unknown', `There is no release ${id}`);
}

function isVisible({ plan }: Release, caller: Caller): boolean {
  return plan.members.every(({ request: { service, environment } }) =>
    mayView(caller, { service, environment }),
  );
}
