import { failure } from '../../../shared/domain/failures.js';
import type { LiveAnswer, LiveInstance, LiveOperations } from '../../live-operations.js';
import { checkConnection } from '../connection/check-connection.js';
import type { Environment, Instance } from '../environment.js';
import { explain, isUnsupported } from '../failures.js';
import type { Region } from '../regions.js';
import type { ElasticBeanstalkTarget } from '../target.js';
import { cleanUp } from './clean-up.js';
import type { LiveSite } from './live-site.js';
import { pullLogs } from './pull-logs.js';
import { removeClone } from './remove-clone.js';
import { restartServers } from './restart-servers.js';

/** Looks at an environment, pulls its logs and clears away old versions, beside deployments and without a lock. */
export function createLive(
  target: ElasticBeanstalkTarget,
  region: Region,
  logPauseMs: number,
): LiveOperations {
  const site: LiveSite = { eb: region.accessFor('live').eb, target, logPauseMs };
  return {
    checkConnection: ({ signal }) => checkConnection(target, region.accessFor('connection'), signal),
    instances: ({ signal }) =>
      answered(async () => {
        const environment = await findEnvironment(site, signal);
        return (await site.eb.instances(environment.id, signal)).map(toLive);
      }),
    logs: ({ signal }, kind) =>
      answered(async () => await pullLogs(site, await findEnvironment(site, signal), kind, signal)),
    cleanUp: ({ signal }, wish) => answered(() => cleanUp(site, wish, signal)),
    restart: (turn) =>
      explained(async () => restartServers(site, await findEnvironment(site, turn.signal), turn)),
    remove: ({ signal }) => explained(() => removeClone(site, signal)),
  };
}

/** Not there, hidden, or of another application: thrown, so that whoever looks need not ask. */
class NotThere extends Error {
  override readonly name = 'NotThere';
}

async function findEnvironment({ eb, target }: LiveSite, signal: AbortSignal): Promise<Environment> {
  const found = await eb.environments([target.environment], signal);
  const environment = found.find((one) => one.application === target.application);
  if (environment !== undefined) return environment;
  throw new NotThere(
    `${target.environment} of ${target.application} is not listed in ${target.region}, or is hidden.`,
  );
}

function answered<T>(read: () => Promise<T>): Promise<LiveAnswer<T>> {
  return explained(async () => ({ said: 'done', value: await read() }));
}

async function explained<T>(answer: () => Promise<LiveAnswer<T>>): Promise<LiveAnswer<T>> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof NotThere)
      return { said: 'failed', failure: failure('eb.environment-missing', error.message) };
    if (isUnsupported(error)) {
      const detail = 'The environment has basic health reporting, which knows no instances.';
      return { said: 'failed', failure: failure('eb.request-invalid', detail) };
    }
    const outcome = explain(error);
    if (outcome.said === 'done') throw error;
    return outcome;
  }
}

function toLive({
  id,
  health,
  causes,
  label,
  deploymentStatus,
  deploymentId,
  launchedAtMs,
}: Instance): LiveInstance {
  return {
    id,
    health: health ?? 'Unknown',
    causes,
    ...(label !== undefined && { version: label }),
    ...(deploymentStatus !== undefined && { deployment: deploymentStatus }),
    ...(deploymentId !== undefined && { deploymentId }),
    ...(launchedAtMs !== undefined && { launchedAt: launchedAtMs }),
  };
}
