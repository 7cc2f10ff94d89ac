import type { Catalog } from '../../providers/catalog.js';
import { ConfigProblem } from '../../shared/config/schema.js';
import type { Target } from '../../shared/contract/configuration.js';
import type { Logger } from '../../shared/log/logger.js';
import type { Seal } from '../../shared/secrets/seal.js';
import type { Configuration, Configured, Removed, Snapshot } from '../../shared/store/configuration.js';
import { sealedTarget } from '../use-cases/target-credentials.js';
import { readConfigurationFiles, type Wanted } from './read-files.js';

interface SynchroniseDeps {
  readonly catalog: Catalog;
  readonly seal: Seal | undefined;
  readonly logger: Logger;
}

/**
 * Brings the store to what the files of a folder say. Things that no file names stay, unless a file says `prune: true`.
 * Throws one `ConfigProblem` with every problem of every file; nothing is written then.
 */
export async function synchronise(
  folder: string,
  configuration: Configuration,
  { catalog, seal, logger }: SynchroniseDeps,
): Promise<void> {
  const { wanted, problems } = await readConfigurationFiles(folder, catalog).catch((error: unknown) => {
    throw new ConfigProblem([
      `BEANPOD_CONFIG_DIR cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  });
  const targets = sealedTargets(wanted.targets, await configuration.refresh(), catalog, seal);
  const all = [...problems, ...(await danglingIn(wanted, configuration)), ...targets.problems];
  if (all.length > 0) throw new ConfigProblem(all);
  let written = 0;
  const count = ({ said }: Configured) => (written += said === 'same' ? 0 : 1);
  for (const [name, service] of wanted.services) count(await configuration.putService(name, service));
  for (const [name, environment] of wanted.environments)
    count(await configuration.putEnvironment(name, environment));
  for (const [name, target] of targets.sealed) {
    const [service = '', environment = ''] = name.split('/');
    count(await configuration.putTarget(service, environment, target));
  }
  const removed = wanted.prune ? await prune(wanted, configuration, logger) : 0;
  logger.info('configuration files synchronised', { folder, written, removed });
}

/** Targets as they may be stored, and why some may not. */
function sealedTargets(
  wanted: Wanted['targets'],
  stored: Snapshot,
  catalog: Catalog,
  seal: Seal | undefined,
): { readonly sealed: ReadonlyMap<string, Target>; readonly problems: readonly string[] } {
  const sealed = new Map<string, Target>();
  const problems: string[] = [];
  for (const [name, target] of wanted) {
    const answer = sealedTarget(catalog.get(target.provider), target, stored.targets.get(name), seal);
    sealed.set(name, answer.target);
    problems.push(...answer.violations.map(({ pointer, detail }) => `target ${name}: ${pointer} ${detail}`));
  }
  return { sealed, problems };
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
