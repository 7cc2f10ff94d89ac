import { ApproveRequest } from '../../shared/contract/deploy-request.js';
import { DeploymentView } from '../../shared/contract/deployment-view.js';
import { deploymentPlace } from '../access/deployment-place.js';
import { found } from '../deployment-reply.js';
import { presentDeployment } from '../present.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { approveDeployment, type ApproveDeps } from '../use-cases/approve-deployment.js';
import { DeploymentPath, refused } from './parameters.js';

/** Approve of a deployment that waits for people. */
export function approveRoute(deps: ApproveDeps): Route {
  return defineRoute({
    method: 'post',
    path: '/v1/deployments/:id/approve',
    tag: 'Deployments',
    summary: 'Approve of a held deployment',
    description:
      'Counts once for each person, not for whoever asked for it or wrote the version, and only while the target runs what it runs now.',
    access: { verb: 'approve', on: deploymentPlace(deps.deployments) },
    params: DeploymentPath,
    body: { schema: ApproveRequest, optional: true },
    answers: {
      200: { description: 'Approved; it lines up when enough people have', schema: DeploymentView },
      404: refused('Unknown deployment'),
      409: refused('It is not held'),
    },
    async handler({ params: { id }, body: { reason } }, caller) {
      const deployment = found(await deps.deployments.load(id), id);
      return json(200, presentDeployment(await approveDeployment(deps, deployment, caller, reason)));
    },
  });
}
