import type { Catalog } from '../../providers/catalog.js';
import { ConfigProblem } from '../../shared/config/schema.js';
import type { Logger } from '../../shared/log/logger.js';
import type { Configuration, Configured, Removed } from '../../shared/store/configuration.js';
import { readConfigurationFiles, type Wanted } from './read-files.js';

/**
 * Brings the store to what the files of a folder say. Things that no file names stay, unless a file says `prune: true`.
 * Throws one `ConfigProblem` with every problem of every file; nothing is written then.
 */
export async function synchronise(
  folder: string,
  configuration: Configuration,
  catalog: Catalog,
  logger: Logger,
): Promise<void> {
  const { wanted, problems } = await readConfigurationFiles(folder, catalog).catch((error: unknown) => {
    throw new ConfigProblem([
      `BEANPOD_CONFIG_DIR cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  });
  const all = [...problems, ...(await danglingIn(wanted, configuration))];
  if (all.length > 0) throw new ConfigProblem(all);
  let written = 0;
  const count = ({ said }: Configured) => (written += said === 'same' ? 0 : 1);
  for (const [name, service] of wanted.services) count(await configuration.putService(name, service));
  for (const [name, environment] of wanted.environments)
    count(await configuration.putEnvironment(name, environment));
  for (const [name, target] of wanted.targets) {
    const [service = '', environment = ''] = name.split('/');
    count(await configuration.putTarget(service, environment, target));
  }
  const removed = wanted.prune ? await prune(wanted, configuration, logger) : 0;
  logger.info('configuration files synchronised', { folder, written, removed });
}

/** Targets whose service or environment is neither in a file nor in the store. */
async function danglingIn(
  { services, environments, targets, prune }: Wanted,
  configuration: Configuration,
): Promise<readonly string[]> {
  const stored = await configuration.refresh();
  const has = (kind: 'services' | 'environments', name: string) =>
    (kind === 'services' ? services : environments).has(name) || (!prune && stored[kind].has(name));
  return [...targets.keys()].flatMap((name) => {
    const [service = '', environment = ''] = name.split('/');
    return [
      ...(has('services', service)
        ? []
        : [`target ${name} needs the service ${service}, which is not configured`]),
      ...(has('environments', environment)
        ? []
        : [`target ${name} needs the environment ${environment}, which is not configured`]),
    ];
  });
}

async function prune(wanted: Wanted, configuration: Configuration, logger: Logger): Promise<number> {
  const { services, environments, targets } = await configuration.refresh();
  let removed = 0;
  const note = (what: string, { said, ...rest }: Removed) => {
    if (said === 'removed') removed += 1;
    if (said === 'used') logger.warn('not removed, still used', { what, ...rest });
  };
  for (const name of targets.keys()) {
    const [service = '', environment = ''] = name.split('/');
    if (!wanted.targets.has(name)) note(name, await configuration.removeTarget(service, environment));
  }
  for (const name of services.keys())
    if (!wanted.services.has(name)) note(name, await configuration.removeService(name));
  for (const name of environments.keys())
    if (!wanted.environments.has(name)) note(name, await configuration.removeEnvironment(name));
  return removed;
}
