import { Type } from 'typebox';
import { closed, EnvironmentName } from '../../shared/contract/names.js';
import { Cursor, Limit, pageOf } from '../../shared/contract/page.js';
import {
  DiffView,
  EnvironmentStatus,
  SnapshotId,
  SnapshotSummary,
  SnapshotView,
} from '../../shared/contract/snapshot.js';
import { compareRuns } from '../../shared/domain/compare-runs.js';
import type { StateName } from '../../shared/domain/state.js';
import type { Runs, Snapshots } from '../../shared/store/snapshots.js';
import { mayView, permitWithin } from '../access/permit.js';
import { listVisibleSnapshots } from '../access/visible-snapshots.js';
import { pageReply, readCursor, STREAM_KEY } from '../page.js';
import { presentChange, presentRun } from '../present-snapshot.js';
import { timestamp } from '../present.js';
import { Refusal } from '../refusal.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import type { Caller } from '../access/caller.js';
import { readStatus, type StatusDeps } from '../use-cases/read-status.js';
import { unknownEnvironment } from './environments.js';
import { EnvironmentPath, refused } from './parameters.js';

const tag = 'Environments';

/** What these routes need of the world around them. */
export interface SnapshotRouteDeps extends StatusDeps {
  readonly snapshots: Snapshots;
}

/** What runs in a whole environment, now and after each deployment. */
export function snapshotRoutes(deps: SnapshotRouteDeps): readonly Route[] {
  return [statusRoute(deps), listRoute(deps), readRoute(deps), diffRoute(deps)];
}

function statusRoute(deps: SnapshotRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/environments/:environment/status',
    tag,
    summary: 'Say what runs in an environment and what is on its way',
    access: { verb: 'view', within: ({ params }) => params },
    params: EnvironmentPath,
    query: Type.Object(
      { against: Type.Optional(EnvironmentName) },
      { ...closed, description: 'Environment to compare with: which services are ahead or behind of it' },
    ),
    answers: {
      200: { description: 'Its services', schema: EnvironmentStatus },
      404: refused('Unknown environment to compare with'),
    },
    async handler({ params: { environment }, query: { against } }, caller) {
      if (against !== undefined) await proveKnown(deps, against, caller);
      return json(200, await readStatus(deps, { environment, against }, caller));
    },
  });
}

/** Throws a Refusal for an environment in which the caller may see nothing, or that is not there. */
async function proveKnown({ configuration }: StatusDeps, environment: string, caller: Caller): Promise<void> {
  permitWithin(caller, 'view', { environment });
  if (!(await configuration.refresh()).environments.has(environment)) throw unknownEnvironment(environment);
}

function listRoute({ snapshots }: SnapshotRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/environments/:environment/snapshots',
    tag,
    summary: 'List what ran in an environment after each deployment, newest first',
    description: 'Only after deployments of services that the caller may view.',
    access: { verb: 'view', within: ({ params }) => params },
    params: EnvironmentPath,
    query: Type.Object(
      { cursor: Type.Optional(Cursor), limit: Type.Optional(Limit(50, 200)) },
      { ...closed, description: 'Page' },
    ),
    answers: { 200: { description: 'A page', schema: pageOf(SnapshotSummary, 'Snapshots, newest first') } },
    async handler({ params: { environment }, query }, caller) {
      const limit = query.limit ?? 50;
      const before = readCursor(query.cursor, STREAM_KEY);
      const found = await listVisibleSnapshots(snapshots, caller, { environment, before, limit: limit + 1 });
      const path = `/v1/environments/${environment}/snapshots`;
      return pageReply(
        { path, query, limit, found, keyOf: ({ key }) => key },
        ({ content, deployment, ended, at }) => ({
          snapshot: content,
          environment,
          at: timestamp(at),
          deployment,
          ended: ended as StateName,
        }),
      );
    },
  });
}

function readRoute({ snapshots }: SnapshotRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/environments/:environment/snapshots/:snapshot',
    tag,
    summary: 'Read what ran in an environment',
    access: { verb: 'view', within: ({ params: { environment } }) => ({ environment }) },
    params: Type.Object(
      { environment: EnvironmentName, snapshot: SnapshotId },
      { ...closed, description: 'A snapshot' },
    ),
    answers: { 200: { description: 'What ran', schema: SnapshotView }, 404: refused('Unknown snapshot') },
    async handler({ params: { environment, snapshot } }, caller) {
      const runs = visible(await runsOf(snapshots, environment, snapshot), environment, caller);
      const services = Object.fromEntries([...runs].map(([service, run]) => [service, presentRun(run)]));
      return json(200, { snapshot, environment, services });
    },
  });
}

function diffRoute({ snapshots }: SnapshotRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/environments/:environment/diff',
    tag,
    summary: 'Compare two snapshots of an environment',
    access: { verb: 'view', within: ({ params }) => params },
    params: EnvironmentPath,
    query: Type.Object(
      { from: SnapshotId, to: Type.Optional(SnapshotId) },
      { ...closed, description: 'What to compare; `to` is now when absent' },
    ),
    answers: { 200: { description: 'What differs', schema: DiffView }, 404: refused('Unknown snapshot') },
    async handler({ params: { environment }, query: { from, to = 'now' } }, caller) {
      const [before, after] = await Promise.all(
        [from, to].map(async (id) => visible(await runsOf(snapshots, environment, id), environment, caller)),
      );
      const services = compareRuns(before ?? new Map(), after ?? new Map()).map(presentChange);
      return json(200, { from, to, services });
    },
  });
}

/** What a snapshot shows; throws a Refusal for an unknown one. */
export async function runsOf(snapshots: Snapshots, environment: string, snapshot: string): Promise<Runs> {
  if (snapshot === 'now') return snapshots.now(environment);
  const found = await snapshots.content(environment, snapshot);
  if (found) return found;
  throw new Refusal(
    'snapshot.unknown',
    `${environment} has no snapshot ${snapshot}: list them with GET /v1/environments/${environment}/snapshots`,
  );
}

function visible(runs: Runs, environment: string, caller: Caller): Runs {
  return new Map([...runs].filter(([service]) => mayView(caller, { service, environment })));
}
