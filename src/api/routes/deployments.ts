import { Type } from 'typebox';
import { CancelRequest, DeployRequest } from '../../shared/contract/deploy-request.js';
import { DeploymentView, StateName } from '../../shared/contract/deployment-view.js';
import { Explanation } from '../../shared/contract/explanation.js';
import { closed, EnvironmentName, ServiceName } from '../../shared/contract/names.js';
import { Cursor, Limit, pageOf } from '../../shared/contract/page.js';
import { PlanView } from '../../shared/contract/plan-view.js';
import type { Bell } from '../../shared/store/bell.js';
import type { Deployments } from '../../shared/store/deployments.js';
import { deploymentPlace } from '../access/deployment-place.js';
import { everywhere } from '../access/permit.js';
import { listVisible } from '../access/visible-deployments.js';
import { acceptedReply, etagOf, found, retryAfter } from '../deployment-reply.js';
import { replayHeaders } from '../idempotency.js';
import { pageReply, readCursor } from '../page.js';
import { presentDeployment } from '../present.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { acceptDeployment, type AcceptDeps } from '../use-cases/accept-deployment.js';
import { cancelDeployment } from '../use-cases/cancel-deployment.js';
import { explainDeployment } from '../use-cases/explain-deployment.js';
import { planDeployment, type PlanDeps } from '../use-cases/plan-deployment.js';
import { exactArtifact } from '../variants.js';
import { waitOf } from '../wait.js';
import { watchDeployment } from '../watch-deployment.js';
import { DeploymentPath, refused, Wait } from './parameters.js';

const tag = 'Deployments';

/** What these routes need of the world around them. */
export interface DeploymentRouteDeps extends AcceptDeps, PlanDeps {
  readonly deployments: Deployments;
  readonly bell: Pick<Bell, 'on'>;
}

/** Ask for deployments, follow them, stop them. */
export function deploymentRoutes(deps: DeploymentRouteDeps): readonly Route[] {
  return [createRoute(deps), readRoute(deps), listRoute(deps), cancelRoute(deps), explainRoute(deps)];
}

function createRoute(deps: DeploymentRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/deployments',
    tag,
    summary: 'Deploy a version to a target',
    description:
      'Accepted requests are durable. With dryRun a worker says what would be done, and nothing is stored or enqueued.',
    access: { verb: 'deploy', on: ({ body }) => body },
    recordsItself: true,
    headers: { 'Idempotency-Key': 'Within 24 hours, the same key and body answer the same deployment' },
    body: { schema: DeployRequest, judge: exactArtifact },
    answers: {
      202: {
        description: 'Accepted; it starts when its turn comes',
        schema: DeploymentView,
        headers: { Location: 'The deployment', 'Idempotency-Replayed': 'true for a repeated request' },
      },
      200: { description: 'The plan of a dry run', schema: PlanView },
      404: refused('Unknown target'),
      409: refused('The target is busy and onBusy says reject, or its queue is full'),
      503: refused('The store cannot be reached, or too much is under way'),
      504: refused('No worker answered a dry run'),
    },
    async handler({ body, around }, caller) {
      if (body.dryRun) return json(200, await planDeployment(deps, body, caller));
      const key = around.header('idempotency-key');
      const { deployment, replayed } = await acceptDeployment(deps, body, caller, key);
      return acceptedReply(deployment, replayHeaders(replayed));
    },
  });
}

function readRoute({ deployments, bell }: DeploymentRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/deployments/:id',
    tag,
    summary: 'Read a deployment',
    description:
      'With wait, or Prefer: wait, the answer is held back until the state changes; with If-None-Match until anything does.',
    access: { verb: 'view', on: deploymentPlace(deployments) },
    params: DeploymentPath,
    query: Type.Object({ wait: Type.Optional(Wait) }, { ...closed, description: 'Waiting' }),
    headers: { 'If-None-Match': 'ETag of an earlier answer', Prefer: 'wait=50' },
    answers: {
      200: {
        description: 'The deployment',
        schema: DeploymentView,
        headers: { ETag: 'Changes with the deployment', 'Retry-After': 'Seconds, while not terminal' },
      },
      304: { description: 'Nothing has changed' },
      404: refused('Unknown deployment'),
    },
    async handler({ params: { id }, query, around }) {
      const seen = around.header('if-none-match');
      const wait = waitOf(query.wait, around.header('prefer'));
      let state: string | undefined;
      const deployment = found(
        await watchDeployment(
          { deployments, bell },
          id,
          (now) => {
            if (now.finishedAt !== undefined) return true;
            if (seen !== undefined) return revisionOf(etagOf(now)) !== revisionOf(seen);
            return (state ??= now.state.name) !== now.state.name;
          },
          wait.ms,
          around.signal,
        ),
        id,
      );
      const etag = etagOf(deployment);
      const headers = { etag, ...retryAfter(deployment), ...wait.headers };
      return seen === etag
        ? json(304, undefined, headers)
        : json(200, presentDeployment(deployment), headers);
    },
  });
}

/** The part of an ETag that does not change with the queue before a deployment. */
function revisionOf(etag: string): string {
  return etag.replace(/^W\//, '').replace(/\.\d+"$/, '"');
}

function listRoute({ deployments }: DeploymentRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/deployments',
    tag,
    summary: 'List deployments, newest first',
    access: { verb: 'view', within: everywhere },
    query: Type.Object(
      {
        service: Type.Optional(ServiceName),
        environment: Type.Optional(EnvironmentName),
        state: Type.Optional(
          Type.Array(StateName, { maxItems: 12, description: 'Any of these states', examples: [['failed']] }),
        ),
        cursor: Type.Optional(Cursor),
        limit: Type.Optional(Limit(50, 200)),
      },
      { ...closed, description: 'Filter and page' },
    ),
    answers: { 200: { description: 'A page', schema: pageOf(DeploymentView, 'Deployments, newest first') } },
    async handler({ query }, caller) {
      const { service, environment, state, limit = 50 } = query;
      const before = readCursor(query.cursor);
      const { found, resume } = await listVisible(deployments, caller, {
        ...(service !== undefined && { service }),
        ...(environment !== undefined && { environment }),
        ...(state !== undefined && { states: state }),
        ...(before !== undefined && { before }),
        limit: limit + 1,
      });
      return pageReply(
        {
          path: '/v1/deployments',
          query,
          limit,
          found,
          keyOf: ({ id }) => id,
          ...(resume !== undefined && { resume }),
        },
        (each) => presentDeployment(each),
      );
    },
  });
}

function explainRoute(deps: DeploymentRouteDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/deployments/:id/explain',
    tag,
    summary: 'Say what stands between a deployment and live',
    access: { verb: 'view', on: deploymentPlace(deps.deployments) },
    params: DeploymentPath,
    answers: {
      200: { description: 'Everything in order, with who or what clears it', schema: Explanation },
      404: refused('Unknown deployment'),
    },
    async handler({ params: { id } }) {
      return json(200, await explainDeployment(deps, found(await deps.deployments.load(id), id)));
    },
  });
}

function cancelRoute(deps: DeploymentRouteDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/deployments/:id/cancel',
    tag,
    summary: 'Stop a deployment',
    description: 'What was already written is rolled back; the deployment ends when that is done.',
    access: { verb: 'cancel', on: deploymentPlace(deps.deployments) },
    params: DeploymentPath,
    body: { schema: CancelRequest, optional: true },
    answers: {
      200: { description: 'It had not started and is cancelled', schema: DeploymentView },
      202: { description: 'Its worker will stop at the next safe point', schema: DeploymentView },
      404: refused('Unknown deployment'),
      409: refused('It has ended'),
    },
    async handler({ params: { id }, body }, caller) {
      const reason = body.reason ?? 'no reason was given';
      const { deployment, ended } = await cancelDeployment(deps, id, caller.name, reason);
      return ended ? json(200, presentDeployment(deployment)) : acceptedReply(deployment);
    },
  });
}
