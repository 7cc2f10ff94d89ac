import type { DeploymentView } from '../shared/contract/deployment-view.js';
import type { ApiClient } from './api-client.js';
import { EXIT } from './exit-code.js';
import { Stop } from './stop.js';

/** Path of a deployment. */
export function pathOf(id: string): string {
  return `/v1/deployments/${encodeURIComponent(id)}`;
}

/** A deployment by its id, or the newest one of `service/environment`; with `state`, the newest one in that state. */
export async function findDeployment(
  client: Pick<ApiClient, 'get'>,
  said: string,
  state?: DeploymentView['state'],
): Promise<DeploymentView> {
  const [service = '', environment, ...more] = said.split('/');
  if (environment === undefined) return client.get(pathOf(said));
  if (more.length > 0) throw new Stop(EXIT.invalid, `${said} is neither an id nor service/environment`);
  const query = new URLSearchParams({ service, environment, limit: '1', ...(state && { state }) });
  const { items } = await client.get<{ items: readonly DeploymentView[] }>(
    `/v1/deployments?${query.toString()}`,
  );
  const [newest] = items;
  if (newest) return newest;
  throw new Stop(EXIT.invalid, `There is no ${state === undefined ? '' : `${state} `}deployment of ${said}`);
}
