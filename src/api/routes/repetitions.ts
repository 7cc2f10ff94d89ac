import { DeploymentView } from '../../shared/contract/deployment-view.js';
import { RedeployRequest, RollbackRequest } from '../../shared/contract/repeat-request.js';
import { deploymentPlace } from '../access/deployment-place.js';
import { acceptedReply, found } from '../deployment-reply.js';
import { replayHeaders } from '../idempotency.js';
import type { JsonReply } from '../reply.js';
import { defineRoute, type Answer, type Around, type Route } from '../route.js';
import { repeatDeployment, type RepeatDeps, type Repetition } from '../use-cases/repeat-deployment.js';
import { DeploymentPath, refused } from './parameters.js';

const tag = 'Deployments';
const headers = { 'Idempotency-Key': 'Within 24 hours, the same key and body answer the same deployment' };
const answers: Readonly<Record<number, Answer>> = {
  202: {
    description: 'Accepted; a new deployment',
    schema: DeploymentView,
    headers: { Location: 'The new deployment', 'Idempotency-Replayed': 'true for a repeated request' },
  },
  404: refused('Unknown deployment or target'),
  409: refused('There is nothing to go to, or the target does not take it now'),
  503: refused('The store cannot be reached, or too much is under way'),
};

/** Deploy again what ran before a deployment, or what it deployed itself. */
export function repetitionRoutes(deps: RepeatDeps): readonly Route[] {
  return [
    defineRoute({
      method: 'post',
      path: '/v1/deployments/:id/rollback',
      tag,
      summary: 'Deploy what ran before a deployment',
      description:
        'For a deployment that ended and left the target changed. Version, artifact and spec are those of the deployment that succeeded last before it.',
      access: { verb: 'rollback', on: deploymentPlace(deps.deployments) },
      headers,
      params: DeploymentPath,
      body: { schema: RollbackRequest },
      answers,
      handler: ({ params: { id }, body, around }, caller) =>
        repeat(deps, id, { kind: 'rollback', asked: body, caller }, around),
    }),
    defineRoute({
      method: 'post',
      path: '/v1/deployments/:id/redeploy',
      tag,
      summary: 'Deploy exactly what a deployment deployed once more',
      description:
        'Version, artifact, spec, policy and checks are those that were frozen when it was accepted.',
      access: { verb: 'deploy', on: deploymentPlace(deps.deployments) },
      headers,
      params: DeploymentPath,
      body: { schema: RedeployRequest, optional: true },
      answers,
      handler: ({ params: { id }, body, around }, caller) =>
        repeat(deps, id, { kind: 'redeploy', asked: body, caller }, around),
    }),
  ];
}

async function repeat(
  deps: RepeatDeps,
  id: string,
  wish: Omit<Repetition, 'idempotencyKey'>,
  around: Around,
): Promise<JsonReply> {
  const of = found(await deps.deployments.load(id), id);
  const idempotencyKey = around.header('idempotency-key');
  const { deployment, replayed } = await repeatDeployment(deps, of, { ...wish, idempotencyKey });
  return acceptedReply(deployment, replayHeaders(replayed));
}
