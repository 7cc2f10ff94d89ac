import { readFileSync } from 'node:fs';
import { ConfigProblem } from '../../shared/config/schema.js';
import type { RegistrySetting } from '../../shared/config/registry-settings.js';
import type { DeploymentSecrets } from '../secrets/deployment-secrets.js';
import type { RegistryUser } from './log-in.js';
import { createRegistry, type Registry } from './registry.js';
import { createRegistryHttp } from './registry-http.js';

/** Docker Hub is named by one host, called at another one, and gives its tokens at a third. */
const DOCKER_HUB = { host: 'docker.io', address: 'registry-1.docker.io', tokenHost: 'auth.docker.io' };

/** A registry together with the right to see what is in it. */
export interface KnownRegistry {
  readonly registry: Registry;
  /** Its password is read with the secrets of a deployment, so that logs hide it. */
  user(secrets: Pick<DeploymentSecrets, 'read'>): RegistryUser | undefined;
}

/** The registries that the operator named. Nothing else is ever called, whatever an image reference says. */
export interface Registries {
  find(host: string): KnownRegistry | undefined;
  /** Whether there is none at all. */
  readonly isEmpty: boolean;
  close(): Promise<void>;
}

/** Throws a `ConfigProblem` when a host is there twice or a file cannot be read. */
export function createRegistries(settings: readonly RegistrySetting[]): Registries {
  const known = new Map<string, KnownRegistry>();
  const closers: (() => Promise<void>)[] = [];
  for (const { host, username, password, tokenHost, caFile, plainHttp = false } of settings) {
    if (known.has(host)) throw new ConfigProblem([`BEANPOD_REGISTRIES names ${host} twice`]);
    const isHub = host === DOCKER_HUB.host;
    const http = createRegistryHttp(caFile === undefined ? undefined : textOf(caFile, host));
    closers.push(() => http.close());
    const others = [tokenHost, isHub ? DOCKER_HUB.tokenHost : undefined].filter((each) => each !== undefined);
    known.set(host, {
      registry: createRegistry({
        http,
        host,
        plainHttp,
        address: isHub ? DOCKER_HUB.address : host,
        tokenHosts: [isHub ? DOCKER_HUB.address : host, ...others],
      }),
      user: (secrets) =>
        username === undefined || password === undefined
          ? undefined
          : { username, password: (signal) => secrets.read(password, signal) },
    });
  }
  return {
    find: (host) => known.get(host),
    isEmpty: known.size === 0,
    close: async () => void (await Promise.all(closers.map((close) => close()))),
  };
}

function textOf(path: string, host: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigProblem([`BEANPOD_REGISTRIES: the caFile of ${host} cannot be read: ${why}`]);
  }
}
