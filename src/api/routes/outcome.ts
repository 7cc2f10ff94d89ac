import { Type } from 'typebox';
import { DeploymentView } from '../../shared/contract/deployment-view.js';
import { closed } from '../../shared/contract/names.js';
import type { Deployment } from '../../shared/domain/deployment.js';
import { isEnded } from '../../shared/domain/state.js';
import type { Bell } from '../../shared/store/bell.js';
import type { Deployments } from '../../shared/store/deployments.js';
import { deploymentPlace } from '../access/deployment-place.js';
import { found } from '../deployment-reply.js';
import { failureOf, presentDeployment } from '../present.js';
import { Refusal } from '../refusal.js';
import { json } from '../reply.js';
import { defineRoute, type Route } from '../route.js';
import { waitOf } from '../wait.js';
import { watchDeployment } from '../watch-deployment.js';
import { DeploymentPath, refused, Wait } from './parameters.js';

interface OutcomeDeps {
  readonly deployments: Pick<Deployments, 'load'>;
  readonly bell: Pick<Bell, 'on'>;
}

/**
 * How a deployment ended, in HTTP's own words, so that `curl --fail-with-body --retry` is a whole CI client:
 * curl tries again after a 503 and obeys its Retry-After, gives up with code 22 on a 424, and ends with 0 on a 200.
 */
export function outcomeRoute({ deployments, bell }: OutcomeDeps): Route {
  return defineRoute({
    method: 'get',
    path: '/v1/deployments/:id/outcome',
    tag: 'Deployments',
    summary: 'Wait for the end of a deployment',
    description:
      'curl --fail-with-body --retry 120 --retry-max-time 1800 "$URL/v1/deployments/$ID/outcome?wait=50" ends with 0 or 22.',
    access: { verb: 'view', on: deploymentPlace(deployments) },
    params: DeploymentPath,
    query: Type.Object({ wait: Type.Optional(Wait) }, { ...closed, description: 'Waiting' }),
    answers: {
      200: { description: 'It succeeded', schema: DeploymentView },
      404: refused('Unknown deployment'),
      424: refused('It ended in any other way; the detail says why'),
      503: refused('It has not ended; ask again after Retry-After'),
    },
    async handler({ params: { id }, query, around }) {
      const wait = waitOf(query.wait, around.header('prefer'));
      const watched = await watchDeployment(
        { deployments, bell },
        id,
        ({ state }) => isEnded(state),
        wait.ms,
        around.signal,
      );
      const deployment = found(watched, id);
      if (deployment.state.name === 'succeeded')
        return json(200, presentDeployment(deployment), wait.headers);
      throw isEnded(deployment.state) ? unsuccessful(deployment) : unfinished(deployment);
    },
  });
}

function unsuccessful(deployment: Deployment): Refusal {
  const { state, request } = deployment;
  const why = failureOf(state);
  const place = `${request.version} on ${request.service}/${request.environment}`;
  const reason = why ? `${why.title}: ${why.detail}. ${why.hint}` : 'The log has the reason.';
  return new Refusal('deployment.unsuccessful', `${place} ended as ${state.name}. ${reason}`, {
    members: { deployment: presentDeployment(deployment) },
  });
}

function unfinished(deployment: Deployment): Refusal {
  const { id, state } = deployment;
  return new Refusal('deployment.unfinished', `Deployment ${id} is ${state.name}; ask again`, {
    headers: { 'retry-after': '1' },
    members: { state: state.name },
  });
}
