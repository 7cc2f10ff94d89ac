import type { Provider } from './define-provider.js';
import type { ObserveCall } from './surroundings.js';

/** Settings of the process that providers of this repository need. */
export interface RegistryOptions {
  /** Whether S3 is addressed by path, as stand-ins for S3 want it. */
  readonly s3PathStyle: boolean;
  /** Factor on times, below 1 only for simulators. */
  readonly tempo: number;
  /** Packages that export `provider`, made with `defineProvider`. */
  readonly packages: readonly string[];
  /** Watches the calls of the providers of this repository. */
  readonly observe?: ObserveCall;
}

/**
 * Finds a provider by its kind and loads it at its first use, since an SDK costs seconds and megabytes.
 * Answers `undefined` for a kind that neither this repository nor a configured package brings.
 */
export function createRegistry(options: RegistryOptions): (kind: string) => Promise<Provider | undefined> {
  const observed = options.observe && { observe: options.observe };
  const loaders: Record<string, () => Promise<Provider>> = {
    'elastic-beanstalk': async () => {
      const { createElasticBeanstalk } = await import('./elastic-beanstalk/index.js');
      return createElasticBeanstalk({ s3PathStyle: options.s3PathStyle, ...observed });
    },
    kubernetes: async () => {
      const { createKubernetes } = await import('./kubernetes/index.js');
      return createKubernetes({ tempo: options.tempo, ...observed });
    },
  };
  const loaded = new Map<string, Promise<Provider>>();
  let extras: Promise<Map<string, Provider>> | undefined;
  return async (kind) => {
    const load = Object.hasOwn(loaders, kind) ? loaders[kind] : undefined;
    if (!load) return (await (extras ??= loadPackages(options.packages))).get(kind);
    const known = loaded.get(kind) ?? load();
    loaded.set(kind, known);
    return known;
  };
}

async function loadPackages(names: readonly string[]): Promise<Map<string, Provider>> {
  const providers = new Map<string, Provider>();
  for (const name of names) {
    const { provider } = (await import(name)) as { provider?: Provider };
    if (typeof provider?.open !== 'function') throw new Error(`Package ${name} exports no provider`);
    providers.set(provider.kind, provider);
  }
  return providers;
}
